/** Step 3: without -g a signal is for the child alone, with -g for its whole process group. */
import { checks, childrenOf, lowestPriority, sendSignal, type CheckContext, type Init } from '../../kit/index.ts'
import { CHOSEN_SIGNALS, commandOf, ended, SIGNALS, startAndAwait } from './child.ts'

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
  'group/child-only': {
    varies: CHOSEN_SIGNALS,
    act: async (context) => {
      const { init, sibling } = await startFamily(context, [])
      for (const name of context.random.shuffle(SIGNALS)) {
        init.kill(`SIG${name}`)
        await context.eventually(
          `without -g, after init received SIG${name}, its child receives SIG${name}`,
          () => init.output.texts().includes(`child ${name}`),
          (seen) => seen,
          () => `the child did not report it; ${init.describe()}`,
          { over: ended(init) },
        )
      }
      const reported = (): string[] =>
        init.output.texts().flatMap((line) => /^sibling (?!ready)(.*)$/.exec(line)?.slice(1) ?? [])
      const others = (): string[] => reported().filter((name) => name !== 'ALRM')
      // The sentinel goes to the sibling itself, and twice: a shell takes pending signals in the order of their numbers, so
      // that the first one may be reported before others that came earlier. When the second is reported, these are too.
      for (const time of ['first', 'second'] as const) {
        const before = reported().length
        sendSignal(sibling, 'SIGALRM')
        await context.never(
          'without -g only the child receives the signals, not the others of its process group',
          others,
          (names) => names.length > 0,
          ([name = '']) => `another process of the group received SIG${name} too`,
          {
            what: `the other process of the group reports SIGALRM, which was sent to it alone, for the ${time} time`,
            seen: () => reported().slice(before).includes('ALRM'),
            missing: () => `it reported nothing; ${init.describe()}`,
          },
        )
      }
    },
  },

  'group/whole': {
    varies: CHOSEN_SIGNALS,
    act: async (context) => {
      const { init } = await startFamily(context, ['-g'])
      // As in forward/each: the child takes a signal before an init of the lowest priority can send it once more.
      await lowestPriority(init.requirePid(), commandOf(context, init))
      const [first, ...rest] = context.random.shuffle(SIGNALS)
      const sent = [first, ...rest, first].flatMap((name) => name ?? [])
      const heard = (who: string, name: string): number =>
        init.output.texts().filter((line) => line === `${who} ${name}`).length
      for (const [n, name] of sent.entries()) {
        const before = sent.slice(0, n).filter((one) => one === name).length
        init.kill(`SIG${name}`)
        await context.eventually(
          `with -g, after init received SIG${name}, every process of the child's process group receives it`,
          () => ['child', 'sibling'].filter((who) => heard(who, name) <= before),
          (missing) => missing.length === 0,
          (missing) =>
            missing.length === 2
              ? `neither the child nor the other process of its group reported it; ${init.describe()}`
              : `the ${missing[0] === 'child' ? 'child' : 'other process of the group'} did not report it; ${init.describe()}`,
          { within: 4000, over: ended(init) },
        )
      }
      for (const name of SIGNALS) {
        const times = sent.filter((one) => one === name).length
        context.expect(
          heard('child', name) === times,
          `with -g, the child receives SIG${name} as often as init did: ${times} time${times === 1 ? '' : 's'}`,
          () => `it received it ${heard('child', name)} times`,
        )
      }
    },
  },
})
