/** The child of an init under test: started, found, and asked what it received. */
import {
  pidInside,
  signalSetsOf,
  statOf,
  stateWord,
  threadStates,
  type CheckContext,
  type Init,
} from '../../kit/index.ts'

/** The signals of R3; signal(7) for their numbers. */
export const SIGNALS = ['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'WINCH'] as const

/** In texts of checks that choose signals by their seed: names, lists of them, and the exit codes that follow. */
export const CHOSEN_SIGNALS = [
  /\bSIG(TERM|HUP|INT|QUIT|USR1|USR2|WINCH)\b/,
  /(?:reported|no other:) (no signal|(?:(?:TERM|HUP|INT|QUIT|USR1|USR2|WINCH)(?:, )?)+)/,
  /((?:TERM|HUP|INT|QUIT|USR1|USR2|WINCH)(?:, (?:TERM|HUP|INT|QUIT|USR1|USR2|WINCH))*) did not arrive/,
]

/** In texts of checks that choose exit codes by their seed. */
export const CHOSEN_CODES = [/\bexit(?:s|ed)? (\d+)/]

export const BACKGROUND = '; the kernel stops a process that uses its terminal from the background (SIGTTIN, SIGTTOU)'

/** Starts init with a program of this lab and waits until that program says a line. */
export async function startAndAwait(
  context: CheckContext,
  args: string[],
  lines: string[],
  options: { terminal?: boolean } = {},
): Promise<Init> {
  const init = await context.host.startInit(context.component, args, options)
  await context.eventually(
    'the command is started and says that it is ready',
    () => lines.filter((line) => !init.output.texts().includes(line)),
    (missing) => missing.length === 0,
    (missing) =>
      `${init.describe()}; its processes: ${init.describeProcesses()}; the command did not say "${missing.join('", "')}"` +
      (options.terminal === true && init.processes().some((p) => p.state === 'T') ? BACKGROUND : ''),
    { within: 5000, over: ended(init) },
  )
  await settle(context, init)
  return init
}

/** ms on a fast laptop to give init, which the processor may have left for its child, to get to its loop */
const SETTLE = 300
const LOOKS = 3

/**
 * Returns when init waits: all its threads sleep, in three looks. What init does right after the start of its child is
 * the subject of start/window and of no other check. An init that never sleeps is not wrong: the wait ends for it too.
 */
export async function settle(context: CheckContext, init: Init): Promise<void> {
  const until = performance.now() + SETTLE * context.factor()
  for (let quiet = 0; quiet < LOOKS && performance.now() < until && init.exit === undefined;) {
    const states = threadStates(init.requirePid())
    quiet = states.every((state) => state === 'S') ? quiet + 1 : 0
    await context.pause()
  }
}

/** For a wait that an init which has ended can't fulfil any more. */
export const ended = (init: Init) => (): boolean => init.exit !== undefined

/** What the kernel knows of a process that should have received a signal. */
export function describeReceiver(init: Init, pid: number, signal: number): string {
  const stat = statOf(pid)
  const sets = signalSetsOf(pid)
  if (stat === undefined || sets === undefined) return `the child is gone; ${init.describe()}`
  const blocks = sets.blocked.has(signal) ? 'blocks it, ' : ''
  const pending = `${blocks}${sets.pending.has(signal) ? 'has it pending' : 'has nothing pending'}`
  return `the child (pid ${pidInside(pid) ?? '?'}) ${pending} and ${stateWord(stat.state)}; ${init.describe()}`
}

/** The first child of init: the command it was told to run. */
export function commandOf(context: CheckContext, init: Init): number {
  const [child] = init.children()
  context.expect(child !== undefined, 'init has a child, the command', () => init.describe())
  return child ?? 0
}

/** Stops init, and returns when it is stopped: what ends from then on it finds all at once. */
export async function stopped(context: CheckContext, init: Init): Promise<void> {
  const pid = init.requirePid()
  init.kill('SIGSTOP')
  await context.eventually(
    'init is stopped by SIGSTOP from outside',
    () => statOf(pid)?.state,
    (state) => state === 'T',
    (state) => `init ${stateWord(state)}; ${init.describe()}`,
  )
}
