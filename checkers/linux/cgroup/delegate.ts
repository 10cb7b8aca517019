/** Step 1: a slice of its own, with controllers, where the caller may make one. */
import { checks, type CheckContext } from '../../kit/index.ts'
import { ended, exits, isZero, NAME, placeWith, rootOf, said, sliceOf, startRun, type Group } from './slice.ts'

const CONTROLLERS = ['cpu', 'memory', 'pids']

function hasControllers({ expect }: CheckContext, slice: Group): void {
  const controllers = (slice.read('cgroup.controllers') ?? '').split(' ')
  const lacking = CONTROLLERS.filter((name) => !controllers.includes(name))
  expect(
    lacking.length === 0,
    `cgroup.controllers of ${slice.path} has cpu, memory and pids`,
    `it lacks ${lacking.join(', ')}`,
  )
}

export const delegate = checks({
  'delegate/slice': async (context) => {
    const slice = sliceOf(context)
    const mark = context.random.word()
    const cg = await startRun(context, [], ['/lab/hold'], { by: ['env', `MARK=${mark}`] })
    await said(context, cg, `in /${NAME}`, `called in /sys/fs/cgroup/programs, cg runs its command in ${slice.path}`)
    hasControllers(context, slice)
    const marked = (): string | undefined => cg.output.texts().find((line) => line.startsWith('MARK is '))
    const environment = "the command has cg's environment, in which there is a variable MARK"
    await context.eventually(
      environment,
      marked,
      (line) => line !== undefined,
      () => ended(cg),
    )
    context.expect(marked() === `MARK is ${mark}`, environment, 'MARK is not what it was')
    cg.write('0\n')
    await exits(context, cg, 'cg run exits 0 after its command has exited 0', isZero)
  },

  'delegate/place': async (context) => {
    const { place, shell } = placeWith(context, 'team', CONTROLLERS)
    // Somebody else is there, whose controller is not to be taken away.
    place.write('cgroup.subtree_control', '+pids')
    const other = place.make('other')
    const slice = sliceOf(context, '/team')
    const cg = await startRun(context, [], ['/lab/hold'], { shell })
    await said(context, cg, `in /team/${NAME}`, `called in ${shell}, cg runs its command in ${slice.path}`)
    hasControllers(context, slice)
    const keeps = (when: string): void =>
      context.expect(
        other.read('pids.max') !== undefined,
        `a cgroup that was in ${place.path} before keeps the controller pids ${when}`,
        'it has no file pids.max any more',
      )
    keeps('while the command runs')
    context.expect(
      !rootOf(context).below.includes(NAME),
      `called in ${shell}, cg makes no cgroup in /sys/fs/cgroup`,
      `there is ${sliceOf(context).path}`,
    )
    cg.write('0\n')
    await exits(context, cg, 'cg run exits 0 after its command has exited 0', isZero)
    keeps('when cg run has exited')
  },
})
