/** Step 6: the moments around the start of the child. */
import { checks, childrenOf, sendSignal, statOf, type CheckContext, type Init } from '../../kit/index.ts'

const TRIES = 12

/** ms on a fast laptop for init to start its child */
const START = 3000

/** ms on a fast laptop for a child to execute the command while init is stopped */
const EXECUTE = 60

const runsCommand = (pid: number): boolean => statOf(pid)?.comm === 'sleep'

/**
 * Stops init as soon as a child of it exists, and returns when that child runs the command. A child that does not get
 * there while init is stopped is another one (Go's os/exec first forks one to try pidfd) or waits for init: init goes
 * on then, until the next child exists or the command runs.
 */
async function stopInTheWindow(context: CheckContext, init: Init): Promise<void> {
  const pid = init.requirePid()
  const passed = new Set<number>()
  const deadline = performance.now() + START
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
    while (!runsCommand(found) && statOf(found)?.state !== 'Z' && performance.now() < until) await context.pause()
    if (runsCommand(found)) return
    passed.add(found)
    sendSignal(pid, 'SIGCONT')
    await context.pause()
  }
  context.expect(false, 'init starts its child, and the child executes the command', () => init.describe())
}

/**
 * Sends SIGTERM to an init that was stopped right after the start of its child: once it goes on, the signal is delivered
 * in the middle of what it does there. Before the child has executed the command a signal to it can be swallowed by a
 * handler that it inherited; dumb-init's are, so that is not graded.
 */
async function termInTheWindow(context: CheckContext): Promise<void> {
  const init = await context.host.startInit(context.component, ['--', 'sleep', '100000'])
  await stopInTheWindow(context, init)
  const pid = init.requirePid()
  init.kill('SIGTERM')
  sendSignal(pid, 'SIGCONT')
  const expected =
    'init (pid 1) receives SIGTERM right after its child began to run: the child is ended by it, and init exits 143'
  await context.eventually(
    expected,
    () => init.exit,
    (exit) => exit !== undefined,
    () => `${init.describe()}; its processes: ${init.describeProcesses()}; the signal was lost`,
  )
  context.expect(init.exit?.code === 143, expected, () => init.describe())
}

export const start = checks({
  'start/missing': async (context) => {
    for (const [what, command] of [
      ['a file that does not exist', '/lab/none'],
      ['a file that is not executable', '/etc/passwd'],
      ['a directory', '/tmp'],
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
    alone: true,
    limit: 60_000,
    act: async (context) => {
      for (let n = 1; n <= TRIES; n += 1) await termInTheWindow(context)
    },
  },
})
