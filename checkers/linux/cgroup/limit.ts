/** Step 5: bounds of processes and of processor time. */
import { checks } from '../../kit/index.ts'
import { ended, exits, isNotZero, isZero, said, sliceOf, SOON, startRun } from './slice.ts'

const PIDS = 5
const FORKS = 10

/** µs */
const QUOTA = 5000
const PERIOD = 20_000
/** µs; a period is 1 s at the most (kernel/sched/core.c, max_cfs_quota_period) */
const TOO_LONG = 2_000_000
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
  },
})
