/** Step 5: bounds of processes and of processor time. */
import { checks, type CheckContext } from '../../kit/index.ts'
import { CONTROLLERS, ended, exits, isNotZero, isZero, placeWith, said, sliceOf, SOON, startRun } from './slice.ts'

const PIDS = 5
const FORKS = 10

/** µs */
const QUOTA = 5000
const PERIOD = 20_000
/** µs; a period is 1 s at the most (kernel/sched/core.c, max_cfs_quota_period) */
const TOO_LONG = 2_000_000
/** bytes */
const MEMORY = 12 * 2 ** 20
/** periods that were cut short, until it counts as bounded */
const CUT = 3

export const limit = checks({
  'limit/pids': async (context) => {
    const slice = sliceOf(context)
    const cg = await startRun(context, ['--pids', String(PIDS)], ['/lab/forks', String(FORKS)])
    await said(context, cg, 'forked 1', 'cg run starts its command, which forks')
    const all = (): boolean => cg.output.texts().includes('forked all')
    await context.eventually(
      `with --pids ${PIDS} a further fork fails (EAGAIN), and pids.events of the slice counts it: max is 1 or more`,
      () => slice.number('pids.events', 'max') ?? 0,
      (max) => max > 0,
      (max) => (all() ? `the command started ${FORKS} processes, and max is ${max}` : `max is ${max}; ${ended(cg)}`),
      { within: SOON, over: () => all() || cg.exit !== undefined },
    )
    const most = slice.read('pids.max')
    context.expect(most === String(PIDS), `pids.max of the slice is ${PIDS}`, `it is ${most ?? 'not there'}`)
  },

  'limit/cpu': {
    varies: [/is (\d+) µs/],
    act: async (context) => {
      const slice = sliceOf(context)
      const cg = await startRun(context, ['--cpu', `${QUOTA}/${PERIOD}`], ['/lab/busy'])
      await said(context, cg, 'ready', 'cg run starts its command')
      const max = slice.read('cpu.max')
      context.expect(
        max === `${QUOTA} ${PERIOD}`,
        `with --cpu ${QUOTA}/${PERIOD}, cpu.max of the slice is "${QUOTA} ${PERIOD}"`,
        `it is ${max === undefined ? 'not there' : `"${max}"`}`,
      )
      const throttled = (): number => slice.number('cpu.stat', 'throttled_usec') ?? 0
      const begin = throttled()
      await context.eventually(
        `a command that computes is held back: throttled_usec of cpu.stat grows, in ${CUT} periods or more`,
        () => slice.number('cpu.stat', 'nr_throttled') ?? 0,
        (periods) => periods >= CUT && throttled() > begin,
        () => `${ended(cg)}; throttled_usec is ${throttled()} µs`,
        { within: SOON, over: () => cg.exit !== undefined },
      )
    },
  },

  'limit/refused': async (context) => {
    const right = `${QUOTA}/${PERIOD}`
    const there = await startRun(context, ['--cpu', right], ['-c', 'echo started'])
    await said(context, there, 'started', `cg run --cpu ${right} starts its command`)
    await exits(context, there, `cg run --cpu ${right} exits 0 after its command has exited 0`, isZero)
    const wrong = `${QUOTA}/${TOO_LONG}`
    const cg = await startRun(context, ['--cpu', wrong], ['-c', 'echo started'])
    await exits(
      context,
      cg,
      `cg run --cpu ${wrong}, which the kernel refuses, exits with a code that is not 0`,
      isNotZero,
    )
    context.expect(
      !cg.output.texts().includes('started'),
      `cg run --cpu ${wrong}, which the kernel refuses, does not start its command`,
      'the command ran, without the limit',
    )
    for (const [n, one] of LACKING.entries()) await lacking(context, one, `part-${n}`)
  },
})

/**
 * Limits whose controller is not in the place. One who may enable it above, as root of the whole tree may, can set the
 * limit all the same, and crun does: then the command runs with it.
 */
const LACKING = [
  { name: 'memory', option: ['--memory', String(MEMORY)], file: 'memory.max', value: String(MEMORY) },
  { name: 'memory', option: ['--oom-group'], file: 'memory.oom.group', value: '1' },
  { name: 'pids', option: ['--pids', String(PIDS)], file: 'pids.max', value: String(PIDS) },
  { name: 'cpu', option: ['--cpu', `${QUOTA}/${PERIOD}`], file: 'cpu.max', value: `${QUOTA} ${PERIOD}` },
]

async function lacking(
  context: CheckContext,
  { name, option, file, value }: (typeof LACKING)[number],
  place: string,
): Promise<void> {
  const others = CONTROLLERS.filter((one) => one !== name)
  const { shell, slice } = placeWith(context, place, others)
  const cg = await startRun(context, option, ['/lab/hold'], { shell })
  const runs = (): boolean => cg.output.texts().some((line) => line.startsWith('in '))
  const expected = `called in ${shell}, where the controller ${name} is not available, cg run ${option.join(' ')} exits with a code that is not 0`
  await context.eventually(
    expected,
    () => cg.exit !== undefined || runs(),
    (over) => over,
    () => ended(cg),
    { within: SOON },
  )
  if (cg.exit !== undefined) return context.expect(isNotZero(cg.exit.code) && !runs(), expected, () => ended(cg))
  const max = slice.read(file)
  context.expect(max === value, expected, () => `its command runs, and ${file} of the slice is ${max ?? 'not there'}`)
  cg.write('0\n')
  await exits(context, cg, 'cg run exits 0 after its command has exited 0', isZero)
}
