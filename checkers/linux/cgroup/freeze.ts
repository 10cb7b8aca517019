/** Step 6: a slice that stands still. */
import { checks, type CheckContext, type Running } from '../../kit/index.ts'
import { call, CONTROLLERS, ended, NAME, placeWith, refusesNone, said, SOON, startRun, type Group } from './slice.ts'

/** questions that a program outside answers while none in the slice may */
const MEANWHILE = 3

/** Waits until cgroup.events of the slice says it. */
async function says(context: CheckContext, slice: Group, after: string, value: number): Promise<void> {
  await context.eventually(
    `after ${after}, cgroup.events of the slice says "frozen ${value}"`,
    () => slice.number('cgroup.events', 'frozen'),
    (frozen) => frozen === value,
    (frozen) => (frozen === undefined ? 'there is no such file' : `it says "frozen ${frozen}"`),
  )
}

/** Asks a program that answers lines, and waits for its answer. */
async function asked(context: CheckContext, program: Running, question: string, expected: string): Promise<void> {
  program.write(`${question}\n`)
  await answered(context, program, question, expected)
}

const answered = (context: CheckContext, program: Running, question: string, expected: string): Promise<unknown> =>
  context.eventually(
    expected,
    () => program.output.texts().includes(`answer ${question}`),
    (answer) => answer,
    () => `it does not; ${ended(program)}`,
    { within: SOON, over: () => program.exit !== undefined },
  )

export const freeze = checks({
  'freeze/frozen': async (context) => {
    const { shell, slice } = placeWith(context, 'team', CONTROLLERS)
    const outside = await context.host.start(['sh', '/lab/answer'], { name: 'a program outside of the slice' })
    const cg = await startRun(context, [], ['/lab/answer'], { shell })
    await said(context, cg, 'ready', 'cg run starts its command, which answers lines')
    await asked(context, cg, 'before', 'the command answers before it is frozen')
    await call(context, ['freeze', NAME], { shell })
    await says(context, slice, 'cg freeze', 1)
    cg.write('frozen\n')
    for (let n = 1; n <= MEANWHILE; n += 1) {
      await asked(context, outside, `${n}`, 'a program outside of the slice answers meanwhile')
    }
    context.expect(
      !cg.output.texts().includes('answer frozen'),
      `in a frozen slice nothing runs: its command does not answer while a program outside answers ${MEANWHILE} times`,
      'it answered',
    )
    for (const command of ['freeze', 'thaw']) await refusesNone(context, [command])
    await call(context, ['thaw', NAME], { shell })
    await says(context, slice, 'cg thaw', 0)
    await answered(context, cg, 'frozen', 'after cg thaw the command goes on, and answers')
  },
})
