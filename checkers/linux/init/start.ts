/** Step 6: the moments around the start of the child. */
import { checks, childrenOf, sendSignal, statOf, type CheckContext } from '../../kit/index.ts'

const TRIES = 12

/** ms on a fast laptop for init to start its child */
const START = 3000

/**
 * Starts init, stops it as soon as its child exists, and sends SIGTERM when that child runs the command: once init goes
 * on, the signal is delivered in the middle of what it does after the start of its child. Before the child has executed
 * the command a signal to it can be swallowed by a handler that it inherited; dumb-init's are, so this is not graded.
 */
async function termInTheWindow(context: CheckContext): Promise<void> {
  const init = await context.host.startInit(context.component, ['--', 'sleep', '100000'])
  const pid = init.requirePid()
  const deadline = performance.now() + START
  // A busy loop on purpose: the window is shorter than a timer's tick. The check runs alone for this reason.
  while (childrenOf(pid).length === 0 && performance.now() < deadline && init.exit === undefined);
  sendSignal(pid, 'SIGSTOP')
  await context.eventually(
    'init starts its child, and the child executes the command',
    () => childrenOf(pid).map((child) => statOf(child)?.comm),
    ([command]) => command === 'sleep' || init.exit !== undefined,
    ([command]) => `${command === undefined ? 'it has no child' : `its child is ${command}`}; ${init.describe()}`,
  )
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
