/** Step 2: the command is in the slice before it begins, and its exit status comes out. */
import { checks, childrenOf, sendSignal, statOf, type CheckContext, type Running } from '../../kit/index.ts'
import { readProc } from '../../kit/procfs.ts'
import { heldInFork, requireHeld, tracedBy } from './held.ts'
import { ended, exits, isOver, NAME, sliceOf, startCg, startRun } from './slice.ts'

const TRIES = 2

/** µs: more than one processor, so that nothing is held back */
const CPU = 400_000
const CPU_PERIOD = 100_000

/** ms for which who forks is held: far more than it takes to see that there is a child, on a slow machine too */
const HELD = 300

/** Files of the host that strace writes. */
const FORKS = '/run/forks'

/** ms on a fast laptop for a command to be executed while cg is stopped */
const EXECUTE = 200
/** looks in a row that find the child asleep: it waits for cg, and executes nothing soon */
const ASLEEP = 10

/** ms on a fast laptop for cg to start its child */
const START = 5000

/** All that descend from a process, itself not included. */
const descendants = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendants(child)])

const commandOf = (cg: Running): number | undefined =>
  cg.pid === undefined ? undefined : descendants(cg.pid).find((pid) => statOf(pid)?.comm === 'sleep')

/** The path of a process's cgroup within the host's tree. */
const groupOf = (pid: number): string | undefined => /^0::.*\/tree(\/.*)$/m.exec(readProc(pid, 'cgroup') ?? '')?.[1]

/**
 * Stops cg as soon as it has a child, while it is still held in fork, and lets that child go on alone; returns with cg stopped
 * when the child runs the command.
 * A child that does not get there (Go's os/exec first forks one to try pidfd, or it waits for cg) is passed over: cg goes on.
 */
async function stopAfterFork(context: CheckContext, cg: Running): Promise<void> {
  const passed = new Set<number>()
  const deadline = performance.now() + START * context.factor()
  // Looked at each millisecond: `eventually` becomes calm, and this moment is short.
  while (commandOf(cg) === undefined && !isOver(cg) && performance.now() < deadline) {
    const pid = tracedBy(cg)
    const child = pid === undefined ? undefined : childrenOf(pid).find((one) => !passed.has(one))
    if (pid !== undefined && child !== undefined) {
      sendSignal(pid, 'SIGSTOP')
      await alone(context, cg, child)
      if (commandOf(cg) !== undefined) return
      passed.add(child)
      sendSignal(pid, 'SIGCONT')
    }
    await context.pause()
  }
}

/** Gives a child time to execute the command while cg is stopped: until it sleeps for a while, or has ended. */
async function alone(context: CheckContext, cg: Running, child: number): Promise<void> {
  const until = performance.now() + EXECUTE * context.factor()
  let asleep = 0
  while (commandOf(cg) === undefined && asleep < ASLEEP && performance.now() < until) {
    const state = statOf(child)?.state
    if (state === undefined || state === 'Z') return
    asleep = state === 'S' ? asleep + 1 : 0
    await context.pause()
  }
}

export const enter = checks({
  'enter/first': {
    alone: true,
    limit: 40_000,
    act: async (context) => {
      for (let n = 1; n <= TRIES; n += 1) {
        const [name, log] = [`${NAME}-${n}`, `${FORKS}-${n}`]
        const cg = await startCg(
          context,
          ['run', '--slice', name, '--cpu', `${CPU}/${CPU_PERIOD}`, '--', 'sleep', '100000'],
          { by: heldInFork(HELD, log) },
        )
        await stopAfterFork(context, cg)
        await requireHeld(context, cg, log)
        const right = 'a command is in its slice from its first instruction: sleep is in it when it runs'
        const early = commandOf(cg)
        if (early !== undefined) {
          context.timeline.note('saw', `sleep run while cg is stopped, in ${groupOf(early) ?? 'no cgroup'}`)
          context.expect(groupOf(early) === `/${name}`, right, () => `sleep is in ${groupOf(early) ?? 'no cgroup'}`)
          const limit = sliceOf(context, name).read('cpu.max')
          const wanted = `${CPU} ${CPU_PERIOD}`
          context.expect(
            limit === wanted,
            `with --cpu ${CPU}/${CPU_PERIOD} a command is bounded from its first instruction: cpu.max of its slice is "${wanted}" when it runs`,
            `it is ${limit === undefined ? 'not there' : `"${limit}"`}`,
          )
        }
        const pid = tracedBy(cg)
        if (pid !== undefined) sendSignal(pid, 'SIGCONT')
        await context.eventually(
          right,
          () => commandOf(cg),
          (pid) => pid !== undefined && groupOf(pid) === `/${name}`,
          (pid) =>
            `${ended(cg)}; ${pid === undefined ? 'sleep does not run' : `sleep is in ${groupOf(pid) ?? 'no cgroup'}`}`,
          { within: 5000, over: () => cg.exit !== undefined },
        )
      }
    },
  },

  'enter/exit-code': async (context) => {
    for (const [script, code, why] of [
      ['exit 7', 7, 'whose command exits 7'],
      ['kill -KILL $$', 137, 'whose command SIGKILL (9) ends'],
    ] as const) {
      const cg = await startRun(context, [], ['-c', script])
      await exits(context, cg, `cg run, ${why}, exits ${code}`, (was) => was === code)
    }
  },
})
