/** Faults on one process: stopped as by SIGSTOP, let go on, killed at some moment. */
import type { CheckContext } from '../check.ts'
import { sendSignal, type Running } from '../host/running.ts'
import { ExpectationFailed, Interrupted } from '../outcome.ts'
import { statOf, threadStates } from '../procfs.ts'
import { tookEffect } from './took-effect.ts'

type Tools = Pick<CheckContext, 'eventually' | 'timeline' | 'defer'>

const requirePid = (running: Running): number => {
  if (running.pid !== undefined && running.exit === undefined) return running.pid
  throw new ExpectationFailed(`${running.name} runs`, running.describe())
}

/** T: stopped by a signal, proc(5) */
const isStopped = (states: readonly string[]): boolean => states.length > 0 && states.every((state) => state === 'T')

/**
 * nsenter(1), through which a program got into its host, waits for it and stops itself when it stops; only when nsenter
 * goes on does it see that the program has ended. When it goes on it lets the program go on, too.
 */
function launcherOf(pid: number): number | undefined {
  const parent = statOf(statOf(pid)?.ppid ?? 0)
  return parent?.comm === 'nsenter' ? parent.pid : undefined
}

/**
 * Stops a program with SIGSTOP and returns when each of its threads is stopped: a thread that computes goes on for a
 * moment. The check's end lets it go on. Fails when the program has ended.
 */
export async function pause(tools: Tools, running: Running): Promise<void> {
  const pid = requirePid(running)
  const launcher = launcherOf(pid)
  tools.defer(() => letGoOn(pid, launcher))
  tools.timeline.note('fault', `stops ${running.name} (SIGSTOP)`)
  sendSignal(pid, 'SIGSTOP')
  const states = (): string[] => {
    const ofLauncher = launcher === undefined ? [] : threadStates(launcher)
    return [...threadStates(pid), ...ofLauncher]
  }
  await tookEffect(tools, `${running.name} is stopped`, states, isStopped, describeStates)
}

/** Lets it go on; returns when no thread is stopped any more, or the program has ended. */
export async function resume(tools: Tools, running: Running): Promise<void> {
  const pid = requirePid(running)
  tools.timeline.note('fault', `lets ${running.name} go on (SIGCONT)`)
  letGoOn(pid, launcherOf(pid))
  const goesOn = (states: readonly string[]): boolean => !states.includes('T')
  await tookEffect(tools, `${running.name} goes on`, () => threadStates(pid), goesOn, describeStates)
}

/** Lets a program go on, whoever has stopped it; nothing where it runs or is gone. A host can't end while one is stopped. */
export function letGoOn(pid: number, launcher = launcherOf(pid)): void {
  for (const one of [pid, launcher]) if (one !== undefined && statOf(one)?.state === 'T') sendSignal(one, 'SIGCONT')
}

const describeStates = (states: readonly string[]): string =>
  states.length === 0 ? 'it is gone' : `its threads have the states ${states.join(' ')}`

/** Kills a program with SIGKILL, stopped or not, and returns when it is gone. Fails when it had ended before. */
export async function killNow(tools: Tools, running: Running): Promise<void> {
  const pid = requirePid(running)
  const launcher = launcherOf(pid)
  tools.timeline.note('fault', `kills ${running.name} (SIGKILL)`)
  sendSignal(pid, 'SIGKILL')
  if (launcher !== undefined) letGoOn(launcher, undefined)
  const { signal } = await running.exited
  if (signal === 'SIGKILL') return
  // Nothing withstands that signal: it had ended before.
  throw new ExpectationFailed(`${running.name} runs until it is killed`, running.describe())
}

/**
 * Kills it at a moment of the seed: between 0 and `within` ms from now, on a fast laptop. Returns that moment. Fails when
 * the program ends by itself before.
 */
export async function killAtRandom(
  tools: Tools & Pick<CheckContext, 'random' | 'factor' | 'signal'>,
  running: Running,
  within: number,
): Promise<number> {
  const after = tools.random.fraction() * within * tools.factor()
  await moment(after, tools.signal, running.gone)
  await killNow(tools, running)
  return after
}

/** Returns after so many ms, or when `sooner` comes; throws Interrupted when the run ends. */
export function moment(
  ms: number,
  signal: AbortSignal,
  sooner: Promise<unknown> = new Promise(() => {}),
): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupted)
      resolve()
    }
    const interrupted = (): void => {
      clearTimeout(timer)
      reject(new Interrupted('while it waited for the moment of a fault'))
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', interrupted, { once: true })
    if (signal.aborted) interrupted()
    void sooner.then(over, over)
  })
}
