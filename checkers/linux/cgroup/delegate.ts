/** Step 1: a slice of its own, with controllers, where the caller may make one. */
import { checks, type CheckContext, type Running } from '../../kit/index.ts'
import { CONTROLLERS, ended, exits, isZero, placeWith, sliceOf, SOON, startRun, Group, ROOT } from './slice.ts'
import { readProcLink } from '../../kit/procfs.ts'

/** another slice, beside the one of most checks */
const SECOND = 'second'

/** Of a slice whose command waits for a line. */
function hasControllers({ expect }: CheckContext, cg: Running, slice: Group, wanted = CONTROLLERS): void {
  const found = slice.read('cgroup.controllers')
  const lacking = wanted.filter((name) => !(found ?? '').split(' ').includes(name))
  expect(lacking.length === 0, `cgroup.controllers of ${slice.path} has ${wanted.join(', ')}`, () =>
    found === undefined ? `there is no such cgroup; ${ended(cg)}` : `it lacks ${lacking.join(', ')}`,
  )
}

const STREAMS = ['standard input', 'standard output', 'standard error']

/** Whether the command in a slice has the same open files as cg, and no copies that cg serves: these would end with it. */
function hasStreams({ expect }: CheckContext, cg: Running, slice: Group): void {
  const [command] = slice.processes
  const link = (pid: number | undefined, fd: number): string | undefined =>
    pid === undefined ? undefined : readProcLink(pid, `fd/${fd}`)
  STREAMS.forEach((name, fd) => {
    const file = link(command, fd)
    const observed = (): string => {
      if (command === undefined) return `the command does not wait for a line from it: ${ended(cg)}`
      if (file === undefined) return 'it is closed'
      return file.startsWith('pipe:') ? 'it is another pipe' : `it is "${file}"`
    }
    expect(file !== undefined && file === link(cg.pid, fd), `${name} of the command is cg's own`, observed)
  })
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
    hasStreams(context, cg, slice)
    hasControllers(context, cg, slice)
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
    const { place, shell, slice } = placeWith(context, 'team', CONTROLLERS)
    // Somebody else is there, whose controller is not to be taken away.
    place.write('cgroup.subtree_control', '+pids')
    const other = place.make('other')
    const cg = await startRun(context, [], ['/lab/hold'], { shell })
    await runsIn(context, cg, slice, `called in ${shell}, cg runs its command in ${slice.path}`)
    hasControllers(context, cg, slice)
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
    const second = await startRun(context, [], ['/lab/hold'], { shell, slice: SECOND })
    const beside = new Group(context, `${place.path}/${SECOND}`)
    await runsIn(context, second, beside, `a second cg, called in ${shell}, runs its command in ${beside.path}`)
    cg.write('0\n')
    await exits(context, cg, 'cg run exits 0 after its command has exited 0', isZero)
    keeps('when cg run has exited')
    // What one cg has enabled, the slice of another one needs.
    hasControllers(context, second, beside)
    second.write('0\n')
    await exits(context, second, 'the second cg run exits 0 after its command has exited 0', isZero)
  },

  'delegate/available': async (context) => {
    const { shell, slice } = placeWith(context, 'part', ['pids'])
    const cg = await startRun(context, [], ['/lab/hold'], { shell })
    await runsIn(context, cg, slice, `called in ${shell}, where pids alone is available, cg runs its command`)
    hasControllers(context, cg, slice, ['pids'])
    cg.write('0\n')
    await exits(context, cg, 'cg run exits 0 after its command has exited 0', isZero)
  },
})
