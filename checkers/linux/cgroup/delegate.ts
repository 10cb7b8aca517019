/** Step 1: a slice of its own, with controllers, where the caller may make one. */
import { checks, type CheckContext, type Running } from '../../kit/index.ts'
import { CONTROLLERS, ended, exits, isZero, placeWith, sliceOf, SOON, startCg, startRun, Group, ROOT } from './slice.ts'

/** another slice, beside the one of most checks */
const SECOND = 'second'

function hasControllers({ expect }: CheckContext, slice: Group, wanted = CONTROLLERS): void {
  const controllers = (slice.read('cgroup.controllers') ?? '').split(' ')
  const lacking = wanted.filter((name) => !controllers.includes(name))
  expect(
    lacking.length === 0,
    `cgroup.controllers of ${slice.path} has ${wanted.join(', ')}`,
    `it lacks ${lacking.join(', ')}`,
  )
}

/** Waits until the command has said in which cgroup it is: that one. */
async function runsIn(context: CheckContext, cg: Running, { path }: Group, expected: string): Promise<void> {
  const place = (): string | undefined => cg.output.texts().find((line) => line.startsWith('in '))
  const right = `in ${path.slice(ROOT.length)}`
  const observed = (): string => {
    const line = place()
    return line === undefined
      ? `${ended(cg)}; its command said nothing`
      : `its command is ${line.replace('in /', `in ${ROOT}/`)}`
  }
  await context.eventually(expected, place, (line) => line !== undefined, observed, {
    within: SOON,
    over: () => cg.exit !== undefined,
  })
  context.expect(place() === right, expected, observed)
}

export const delegate = checks({
  'delegate/slice': async (context) => {
    const slice = sliceOf(context)
    const mark = context.random.word()
    const cg = await startRun(context, [], ['/lab/hold'], { by: ['env', `MARK=${mark}`] })
    await runsIn(context, cg, slice, `called in /sys/fs/cgroup/programs, cg runs its command in ${slice.path}`)
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
    context.expect(
      cg.output.texts('err').includes('no error'),
      "the command has cg's standard error, on which it says a line",
      'it is not there',
    )
  },

  'delegate/place': async (context) => {
    const { place, shell, slice } = placeWith(context, 'team', CONTROLLERS)
    // Somebody else is there, whose controller is not to be taken away.
    place.write('cgroup.subtree_control', '+pids')
    const other = place.make('other')
    const cg = await startRun(context, [], ['/lab/hold'], { shell })
    await runsIn(context, cg, slice, `called in ${shell}, cg runs its command in ${slice.path}`)
    hasControllers(context, slice)
    const keeps = (when: string): void =>
      context.expect(
        other.read('pids.max') !== undefined,
        `a cgroup that was in ${place.path} before keeps the controller pids ${when}`,
        'it has no file pids.max any more',
      )
    keeps('while the command runs')
    context.expect(
      !sliceOf(context).exists,
      `called in ${shell}, cg makes no cgroup in ${ROOT}`,
      `there is ${sliceOf(context).path}`,
    )
    const second = await startCg(context, ['run', '--slice', SECOND, '--', 'sh', '/lab/hold'], { shell })
    const beside = new Group(context, `${place.path}/${SECOND}`)
    await runsIn(context, second, beside, `a second cg, called in ${shell}, runs its command in ${beside.path}`)
    cg.write('0\n')
    await exits(context, cg, 'cg run exits 0 after its command has exited 0', isZero)
    keeps('when cg run has exited')
    // What one cg has enabled, the slice of another one needs.
    hasControllers(context, beside)
    second.write('0\n')
    await exits(context, second, 'the second cg run exits 0 after its command has exited 0', isZero)
  },

  'delegate/available': async (context) => {
    const some = CONTROLLERS.filter((name) => name !== 'cpu')
    const { shell, slice: poorer } = placeWith(context, 'part', some)
    const less = await startRun(context, [], ['/lab/hold'], { shell })
    await runsIn(context, less, poorer, `called in ${shell}, where cpu is not available, cg runs its command`)
    hasControllers(context, poorer, some)
    less.write('0\n')
    await exits(context, less, 'cg run exits 0 after its command has exited 0', isZero)
  },
})
