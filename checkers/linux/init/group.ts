/** Step 3: without -g a signal is for the child alone, with -g for its whole process group. */
import { checks, childrenOf, sendSignal, type CheckContext, type Init } from '../../kit/index.ts'
import { commandOf, ended, startAndAwait } from './child.ts'

/** Starts the two processes of programs/family.sh under init. */
async function startFamily(context: CheckContext, flags: string[]): Promise<{ init: Init; sibling: number }> {
  const init = await startAndAwait(context, [...flags, '--', 'sh', '/lab/family'], ['child ready', 'sibling ready'])
  const child = commandOf(context, init)
  // The child's own children are the sibling and its sleep; the sibling is the one that is a shell.
  const sibling = childrenOf(child).find((pid) => childrenOf(pid).length > 0)
  context.expect(sibling !== undefined, 'the child has started a second process in its group', () =>
    init.describeProcesses(),
  )
  return { init, sibling: sibling ?? 0 }
}

export const group = checks({
  'group/child-only': async (context) => {
    const { init, sibling } = await startFamily(context, [])
    init.kill('SIGUSR1')
    const says = (line: string) => (): boolean => init.output.texts().includes(line)
    await context.eventually(
      'without -g, after init received SIGUSR1, its child receives SIGUSR1',
      says('child USR1'),
      (seen) => seen,
      () => `the child reported nothing; ${init.describe()}`,
      { over: ended(init) },
    )
    // The sentinel goes to the sibling itself: a USR1 that init sent before would be reported before it.
    sendSignal(sibling, 'SIGUSR2')
    await context.never(
      'without -g only the child receives the signal, not the others of its process group',
      says('sibling USR1'),
      (seen) => seen,
      'another process of the group received SIGUSR1 too',
      {
        what: 'the other process of the group reports SIGUSR2, which was sent to it alone',
        seen: says('sibling USR2'),
        missing: () => `it reported nothing; ${init.describe()}`,
      },
    )
  },

  'group/whole': async (context) => {
    const { init } = await startFamily(context, ['-g'])
    const signal = context.random.pick(['TERM', 'USR1', 'HUP'] as const)
    init.kill(`SIG${signal}`)
    await context.eventually(
      `with -g, after init received SIG${signal}, every process of the child's process group receives it`,
      () => ['child', 'sibling'].filter((who) => !init.output.texts().includes(`${who} ${signal}`)),
      (missing) => missing.length === 0,
      (missing) =>
        missing.length === 2
          ? `neither the child nor the other process of its group reported it; ${init.describe()}`
          : `the ${missing[0] === 'child' ? 'child' : 'other process of the group'} did not report it; ${init.describe()}`,
      { over: ended(init) },
    )
  },
})
