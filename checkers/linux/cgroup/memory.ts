/** Step 4: a bound of memory, and what happens there. */
import { checks } from '../../kit/index.ts'
import { ended, exits, isZero, said, sliceOf, SOON, startRun } from './slice.ts'

/** bytes */
const LIMIT = 12 * 2 ** 20
const MORE = '24M'
/** bytes: more than 32 bits hold */
const LARGE = 5 * 2 ** 30
/** a slice beside the one that is used first, which somebody may not have removed */
const OTHER = 'other'

export const memory = checks({
  'memory/killed': async (context) => {
    const slice = sliceOf(context)
    const cg = await startRun(context, ['--memory', String(LIMIT)], ['/lab/greedy', MORE])
    await said(context, cg, 'ready', 'cg run starts its command')
    const max = slice.read('memory.max')
    context.expect(
      max === String(LIMIT),
      `memory.max of the slice is ${LIMIT} bytes`,
      `it is ${max ?? 'not there: the slice has no controller memory'}`,
    )
    cg.write('\n')
    await said(
      context,
      cg,
      'greedy 137',
      `a process that takes ${MORE} in a slice of ${LIMIT} bytes is killed (128+9), and the shell that started it goes on`,
    )
    const kills = slice.number('memory.events', 'oom_kill') ?? 0
    context.expect(kills >= 1, 'memory.events of the slice counts it: oom_kill is 1', `oom_kill is ${kills}`)
    cg.write('\n')
    await exits(context, cg, 'cg run exits 137 when its command itself is killed so', (code) => code === 137)

    const large = await startRun(context, ['--memory', String(LARGE)], ['/lab/greedy', '1M'], { slice: OTHER })
    await said(context, large, 'ready', 'cg run starts its command')
    const bytes = sliceOf(context, OTHER).read('memory.max')
    context.expect(
      bytes === String(LARGE),
      `with --memory ${LARGE}, memory.max of the slice is that`,
      `it is ${bytes ?? 'not there'}`,
    )
  },

  'memory/group': async (context) => {
    const cg = await startRun(context, ['--memory', String(LIMIT), '--oom-group'], ['/lab/greedy', MORE])
    await said(context, cg, 'ready', 'cg run starts its command')
    cg.write('\n')
    const expected = `with --oom-group the whole slice is killed when one process takes ${MORE}, and cg run exits 137`
    // What greedy says after its own process has ended, whichever way.
    const survived = (): string | undefined => cg.output.texts().find((line) => line.startsWith('greedy '))
    const observed = (): string => {
      const line = survived()
      if (line === undefined) return ended(cg)
      return line === 'greedy 137' ? 'one process was killed, and the others live' : `no process was killed: ${line}`
    }
    await context.eventually(
      expected,
      () => cg.exit,
      (exit) => exit !== undefined,
      observed,
      {
        within: SOON,
        over: () => survived() !== undefined,
      },
    )
    context.expect(cg.exit?.code === 137 && survived() === undefined, expected, observed)

    // The bound may be somebody else's: that of a place, or of the machine.
    const unbounded = await startRun(context, ['--oom-group'], ['/lab/greedy', '1M'], { slice: OTHER })
    await said(context, unbounded, 'ready', 'cg run --oom-group starts its command')
    const group = sliceOf(context, OTHER).read('memory.oom.group')
    context.expect(
      group === '1',
      'with --oom-group alone, memory.oom.group of the slice is 1',
      `it is ${group ?? 'not there'}`,
    )
    for (let line = 0; line < 2; line += 1) unbounded.write('\n')
    await exits(context, unbounded, 'cg run exits 0 after its command has exited 0', isZero)
  },
})
