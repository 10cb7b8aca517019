/** Step 6: the moments around the start of the child. */
import { existsSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { checks, childrenOf, sendSignal, signalSetsOf, statOf, type CheckContext, type Init } from '../../kit/index.ts'
import { CHOSEN_CODES, CHOSEN_SIGNALS, ended } from './child.ts'

/** of each kind */
const TRIES = 8

/** ms on a fast laptop for init to start its child */
const START = 3000

/** ms on a fast laptop for a child to execute the command while init is stopped */
const EXECUTE = 60

/** looks in a row, about a millisecond apart, that find a child asleep: it waits for something, and executes nothing soon */
const ASLEEP = 10

const runsCommand = (pid: number): boolean => statOf(pid)?.comm === 'sleep'

/**
 * Stops init as soon as a child of it exists, and returns when that child runs the command. A child that does not get
 * there while init is stopped is another one (Go's os/exec first forks one to try pidfd) or waits for init: init goes
 * on then, until the next child exists or the command runs.
 */
async function stopInTheWindow(context: CheckContext, init: Init): Promise<void> {
  const pid = init.requirePid()
  const passed = new Set<number>()
  const deadline = performance.now() + START * context.factor()
  while (init.exit === undefined && performance.now() < deadline) {
    // A busy loop on purpose: the window is shorter than a timer's tick. The check runs alone for this reason.
    let child: number | undefined
    for (;;) {
      const children = childrenOf(pid)
      if (children.some((one) => passed.has(one) && runsCommand(one))) return
      child = children.find((one) => !passed.has(one))
      if (child !== undefined || performance.now() >= deadline || statOf(pid)?.state === undefined) break
    }
    if (child === undefined) break
    const found = child
    sendSignal(pid, 'SIGSTOP')
    const until = performance.now() + EXECUTE * context.factor()
    let asleep = 0
    while (!runsCommand(found) && asleep < ASLEEP && performance.now() < until) {
      const state = statOf(found)?.state
      if (state === 'Z') break
      asleep = state === 'S' ? asleep + 1 : 0
      await context.pause()
    }
    if (runsCommand(found)) return
    passed.add(found)
    sendSignal(pid, 'SIGCONT')
    await context.pause()
  }
  await endSeen(init)
  context.expect(false, 'init starts its child, and the child executes the command', () => init.describe())
}

/** An init whose process is gone has ended, also while what started it does not know that yet. */
async function endSeen(init: Init): Promise<void> {
  const state = init.pid === undefined ? undefined : statOf(init.pid)?.state
  if (state === undefined || state === 'Z') await init.exited
}

/** Those of R3 that end a command which has no handler for them. */
const ENDING = ['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2'] as const
type Ending = (typeof ENDING)[number]

/**
 * Signals an init that was stopped right after the start of its child, when the child already runs the command: once
 * init goes on, the signal is delivered in the middle of what it does there.
 */
async function initStopped(context: CheckContext, name: Ending, flags: string[]): Promise<void> {
  const init = await context.host.startInit(context.component, [...flags, '--', 'sleep', '100000'], { brisk: true })
  await stopInTheWindow(context, init)
  const pid = init.requirePid()
  context.timeline.note('stopped', 'init, right after it started its child; the child runs the command')
  init.kill(`SIG${name}`)
  sendSignal(pid, 'SIGCONT')
  await endedBy(context, init, name, 'right after its child began to run')
}

/** ms on a fast laptop for init to pass a signal on while its child is stopped; one that waits for its child does not */
const PASS_ON = 40

/**
 * Signals an init whose child was stopped as soon as it existed, mostly before it has executed the command. Only without
 * -g: tini leaves the group to its child, and loses a signal that comes before (tini.c, isolate_child).
 */
async function childStopped(context: CheckContext, name: Ending): Promise<void> {
  const init = await context.host.startInit(context.component, ['--', 'sleep', '100000'], { brisk: true })
  const pid = init.requirePid()
  const deadline = performance.now() + START * context.factor()
  let child: number | undefined
  // A busy loop on purpose, as above.
  while (child === undefined && performance.now() < deadline && statOf(pid)?.state !== undefined)
    [child] = childrenOf(pid)
  if (child === undefined) await endSeen(init)
  context.expect(child !== undefined, 'init starts its child', () => init.describe())
  if (child === undefined) return
  sendSignal(child, 'SIGSTOP')
  const where = runsCommand(child) ? 'it runs the command' : 'before it executed the command'
  context.timeline.note('stopped', `the child of init, ${where}`)
  init.kill(`SIG${name}`)
  const until = performance.now() + PASS_ON * context.factor()
  const number = constants.signals[`SIG${name}`]
  while (!(signalSetsOf(child)?.pending.has(number) ?? true) && performance.now() < until) await context.pause()
  sendSignal(child, 'SIGCONT')
  context.timeline.note('signal', 'SIGCONT → the child')
  await endedBy(context, init, name, 'while its child is being started')
}

async function endedBy(context: CheckContext, init: Init, name: Ending, when: string): Promise<void> {
  const code = 128 + constants.signals[`SIG${name}`]
  const expected = `init (pid 1) receives SIG${name} ${when}: the child is ended by it, and init exits ${code}`
  await context.eventually(
    expected,
    () => init.exit,
    (exit) => exit !== undefined,
    () => `${init.describe()}; its processes: ${init.describeProcesses()}; the signal was lost`,
  )
  context.expect(init.exit?.code === code, expected, () => init.describe())
}

/** An init that starts nothing at all would pass for one that refuses what can't be executed. */
async function startsWhatExists(context: CheckContext): Promise<void> {
  const mark = `/tmp/started-${context.random.word()}`
  const init = await context.host.startInit(context.component, ['--', 'sh', '-c', `: >${mark}`])
  await context.eventually(
    `init -- sh -c ': >FILE' executes the command, which makes the file`,
    () => existsSync(context.host.path(mark)),
    (made) => made,
    () => `${init.describe()}; the file was not made`,
    { over: ended(init) },
  )
}

export const start = checks({
  'start/missing': async (context) => {
    await startsWhatExists(context)
    const garbage = `/tmp/garbage-${context.random.word()}`
    writeFileSync(context.host.path(garbage), `\x7fELF${'\0'.repeat(60)}`, { mode: 0o755 })
    for (const [what, command] of [
      ['a file that does not exist', '/lab/none'],
      ['a file that is not executable', '/etc/passwd'],
      ['a directory', '/tmp'],
      ['an executable file that is no program', garbage],
    ] as const) {
      const init = await context.host.startInit(context.component, ['--', command])
      const expected = `init -- ${command} (${what}) exits with a code that is not 0`
      await context.eventually(
        expected,
        () => init.exit,
        (exit) => exit !== undefined,
        () => `${init.describe()}; its processes: ${init.describeProcesses()}`,
      )
      context.expect(init.exit?.code !== 0 && init.exit?.code !== undefined, expected, () => init.describe())
    }
  },

  'start/window': {
    varies: [...CHOSEN_SIGNALS, ...CHOSEN_CODES],
    alone: true,
    limit: 60_000,
    act: async (context) => {
      // One kind after the other, so that a text says of which kind the first failure is. TERM first, so that the first
      // red check reads the same for everyone.
      for (let n = 1; n <= TRIES; n += 1) {
        const name = n === 1 ? 'TERM' : context.random.pick(ENDING)
        await initStopped(context, name, n % 2 === 0 ? ['-g'] : [])
      }
      for (let n = 1; n <= TRIES; n += 1) await childStopped(context, n === 1 ? 'TERM' : context.random.pick(ENDING))
    },
  },
})
