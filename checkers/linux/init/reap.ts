/** Step 4: orphans come to process 1, and must be waited for without mixing them up with the child. */
import { constants } from 'node:os'
import {
  checks,
  pidInside,
  sendSignal,
  signalSetsOf,
  stateWord,
  statOf,
  type CheckContext,
  type Init,
} from '../../kit/index.ts'
import { CHOSEN_CODES, commandOf, settle, startAndAwait, stopped } from './child.ts'

/** From which fifo the command of each init reads its exit code. */
const fifos = new WeakMap<Init, string>()
const codeFifo = (init: Init): string => fifos.get(init) ?? ''

interface Orphans {
  init: Init
  /** the command */
  child: number
  /** they live until they are killed */
  orphans: number[]
  /** they exit 9 when `tellToExit` is called */
  exiting: number[]
  tellToExit: () => void
}

/** Starts init with programs/orphans.sh and waits until each orphan has come to it. */
export async function startOrphans(context: CheckContext, count: number, exits = 0): Promise<Orphans> {
  const fifo = `/tmp/code-${context.random.word()}`
  const args = [String(count), fifo, ...(exits > 0 ? [String(exits)] : [])]
  const init = await startAndAwait(context, ['--', 'sh', '/lab/orphans', ...args], ['ready'])
  fifos.set(init, fifo)
  const child = commandOf(context, init)
  const runs = (pid: number, comm: string): boolean => statOf(pid)?.comm === comm
  const others = (): number[] => init.children().filter((pid) => pid !== child)
  const orphans = await context.eventually(
    `${count} orphan${count === 1 ? '' : 's'} became ${count === 1 ? 'a child' : 'children'} of init`,
    () => others().filter((pid) => exits === 0 || runs(pid, 'sleep')),
    (found) => found.length === count && found.some((pid) => runs(pid, 'sleep')),
    (found) => `init has ${found.length} of them; ${init.describe()}`,
    { within: 5000 },
  )
  const exiting = await context.eventually(
    'the orphans became children of init',
    () => others().filter((pid) => !orphans.includes(pid)),
    (found) => found.length === exits,
    (found) => `init has ${found.length} of those that exit; ${init.describe()}`,
    { within: 5000 },
  )
  const tellToExit = (): void => {
    for (let n = 1; n <= exits; n += 1) context.host.tell(`${fifo}.${n}`, 'exit\n')
    context.timeline.note('end', `exit 9 of ${exits === 1 ? 'an orphan' : `${exits} orphans`}`)
  }
  return { init, child, orphans, exiting, tellToExit }
}

const zombies = (init: Init): string[] =>
  init
    .processes()
    .filter((p) => p.state === 'Z')
    .map((p) => `${p.comm} (pid ${pidInside(p.pid) ?? '?'})`)

/** Waits until nothing in init's pid namespace is a zombie and `gone` are gone. */
export async function reaped(context: CheckContext, init: Init, gone: number[], expected: string): Promise<void> {
  await context.eventually(
    expected,
    () => ({ zombies: zombies(init), left: gone.filter((pid) => statOf(pid) !== undefined).length }),
    (seen) => seen.zombies.length === 0 && seen.left === 0,
    (seen) =>
      `${seen.zombies.length} ended process${seen.zombies.length === 1 ? ' is a zombie' : 'es are zombies'}: ` +
      `${seen.zombies.slice(0, 3).join(', ')}${seen.zombies.length > 3 ? ' …' : ''}; ${init.describe()}`,
  )
}

/**
 * Lets the command of startOrphans exit with a code and expects that of init: it shows that init was still there for its
 * child after it had waited for others.
 */
export async function endsWithChild(
  context: CheckContext,
  init: Init,
  expected: (code: number) => string,
): Promise<void> {
  const code = context.random.integer(1, 100)
  context.host.tell(codeFifo(init), `${code}\n`)
  context.timeline.note('end', `the command, with code ${code}`)
  await context.eventually(
    expected(code),
    () => init.exit,
    (exit) => exit !== undefined,
    () => `${init.describe()}; its processes: ${init.describeProcesses()}`,
  )
  context.expect(init.exit?.code === code, expected(code), () => init.describe())
}

const keepsRunning = (code: number): string =>
  `after it waited for orphans init runs on, until its child exits ${code}, and exits ${code}`

const ROUNDS = 3

/** An orphan exits before all; then, while init is stopped, another orphan and the command, one after the other. */
async function statusKept(context: CheckContext, order: 'orphan first' | 'command first'): Promise<void> {
  const { init, child, orphans, exiting, tellToExit } = await startOrphans(context, 1, 1)
  const [[first = 0], [second = 0]] = [exiting, orphans]
  tellToExit()
  await context.eventually(
    'the first orphan has ended',
    () => statOf(first)?.state,
    (state) => state === undefined || state === 'Z',
    'it still runs',
  )
  // An init that is stopped before it has waited for the first orphan would wait for three at once, in another order.
  await settle(context, init)
  await stopped(context, init)
  // The one SIGCHLD that stays pending names the first to end (signal(7), sigaction(2)).
  const ends = [
    ['the second orphan', second, () => void sendSignal(second, 'SIGKILL')],
    ['the command', child, () => context.host.tell(codeFifo(init), '7\n')],
  ] as const
  for (const [what, pid, end] of order === 'orphan first' ? ends : [...ends].reverse()) {
    context.timeline.note('end', what)
    end()
    await context.eventually(
      `${what} has ended while init is stopped`,
      () => statOf(pid)?.state,
      (state) => state === 'Z' || state === undefined,
      () => init.describeProcesses(),
    )
  }
  init.kill('SIGCONT')
  const expected =
    'init exits 7 as its child did; one orphan exited 9 before, and SIGKILL ended another at the same time'
  await context.eventually(
    expected,
    () => init.exit,
    (exit) => exit !== undefined,
    () => `${init.describe()}; its processes: ${init.describeProcesses()}`,
  )
  context.expect(init.exit?.code === 7, expected, () => init.describe())
}

export const reap = checks({
  'reap/orphan': {
    varies: CHOSEN_CODES,
    act: async (context) => {
      const { init, orphans } = await startOrphans(context, 1)
      for (const pid of orphans) sendSignal(pid, 'SIGTERM')
      context.timeline.note('signal', 'SIGTERM → the orphan')
      await reaped(context, init, orphans, 'an orphan that ended is waited for: no zombie is left')
      await endsWithChild(context, init, keepsRunning)
    },
  },

  'reap/status-kept': {
    varies: [/\bexited (137|143)/],
    act: async (context) => {
      // Which of several ended children wait(2) gives first depends on the thread that asks: several rounds, both orders.
      for (let round = 1; round <= ROUNDS; round += 1) {
        await statusKept(context, 'orphan first')
        await statusKept(context, 'command first')
      }
    },
  },

  'reap/exits-with-child': {
    varies: CHOSEN_CODES,
    act: async (context) => {
      const { init, child } = await startOrphans(context, 1)
      for (const [signal, state] of [
        ['SIGSTOP', 'T'],
        ['SIGCONT', 'S'],
      ] as const) {
        context.timeline.note('signal', `${signal} → the command`)
        sendSignal(child, signal)
        await context.eventually(
          'init goes on while its child is stopped and continued',
          () => statOf(child)?.state,
          (seen) => seen === state,
          (seen) => `the command ${stateWord(seen)}; ${init.describe()}`,
          { over: () => init.exit !== undefined },
        )
        // What init makes of the SIGCHLD for it shows before the next step.
        if (init.exit === undefined) await settle(context, init)
      }
      await endsWithChild(
        context,
        init,
        (code) => `init exits ${code} when its child exits ${code}, also while an orphan still runs`,
      )
    },
  },

  'reap/quiet': async (context) => {
    const init = await startAndAwait(context, ['--', 'sh', '/lab/block-signals'], ['ready'])
    const child = commandOf(context, init)
    const { SIGCHLD, SIGUSR1 } = constants.signals
    // A SIGCHLD for the subshell that made the orphan is pending already if the child began with SIGCHLD blocked.
    const pending = (signal: number) => (): boolean => signalSetsOf(child)?.pending.has(signal) ?? false
    await context.eventually(
      'the command blocks SIGCHLD and SIGUSR1, so that they stay pending',
      () => signalSetsOf(child)?.blocked ?? new Set<number>(),
      (blocked) => blocked.has(SIGCHLD) && blocked.has(SIGUSR1),
      () => init.describeProcesses(),
    )
    const orphan = await context.eventually(
      'an orphan became a child of init',
      () => init.children().find((pid) => pid !== child),
      (pid) => pid !== undefined,
      () => init.describeProcesses(),
    )
    context.expect(
      !pending(SIGCHLD)(),
      'init does not leave SIGCHLD blocked in its child',
      'the child began with SIGCHLD blocked: the one for a child of its own stayed pending',
    )
    if (orphan !== undefined) sendSignal(orphan, 'SIGKILL')
    context.timeline.note('signal', 'SIGKILL → the orphan, so that init receives SIGCHLD')
    await reaped(context, init, orphan === undefined ? [] : [orphan], 'the orphan that ended is waited for')
    // USR1 is the sentinel: it must become pending at the child, which shows that a forwarded signal would be seen.
    init.kill('SIGUSR1')
    await context.never(
      'init keeps SIGCHLD to itself',
      pending(SIGCHLD),
      (seen) => seen,
      () =>
        `after an orphan ended, SIGCHLD is pending at the child (pid ${pidInside(child) ?? '?'}): init passed it on`,
      {
        what: 'after init received SIGUSR1, its child has SIGUSR1 pending',
        seen: pending(SIGUSR1),
        missing: () => `the child ${stateWord(statOf(child)?.state)} and has no SIGUSR1; ${init.describe()}`,
      },
    )
  },
})
