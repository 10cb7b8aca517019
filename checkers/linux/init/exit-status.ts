/** Step 1: the exit status of the child is the exit status of init. */
import { existsSync } from 'node:fs'
import { checks, describeExit, type CheckContext, type Init } from '../../kit/index.ts'

/** Left by a command when it runs: its output may get lost on the way. */
const MARK = '/tmp/started'

/** Starts init with a command that leaves its mark and then does `rest`, and expects that init exits with a code. */
async function expectCode(context: CheckContext, rest: string, code: number, expected: string): Promise<void> {
  const { host, component } = context
  const mark = `${MARK}-${context.random.word()}`
  const init = await host.startInit(component, ['--', 'sh', '-c', `: >${mark}; ${rest}`])
  await context.eventually(
    expected,
    () => init.exit,
    (exit) => exit !== undefined,
    () => observed(init, existsSync(host.path(mark))),
  )
  const started = existsSync(host.path(mark))
  context.expect(init.exit?.code === code && started, expected, () => observed(init, started))
}

const observed = (init: Init, started: boolean): string =>
  `${init.exit === undefined ? 'still runs' : describeExit(init.exit)} after ${Math.round(init.ranFor)} ms; ` +
  `the command was ${started ? 'started' : 'never started'}`

export const exitStatus = checks({
  'exit-status/code': async (context) => {
    // 7 first, so that the first red check reads the same for everyone; then one code of the seed.
    for (const code of [7, 0, context.random.integer(1, 125)]) {
      await expectCode(context, `exit ${code}`, code, `init -- sh -c 'exit ${code}' exits ${code}`)
    }
  },

  'exit-status/signal': async (context) => {
    for (const [name, number] of [
      ['TERM', 15],
      ['KILL', 9],
      ['HUP', 1],
    ] as const) {
      const code = 128 + number
      await expectCode(
        context,
        `kill -${name} $$`,
        code,
        `init exits ${code} (128+${number}) when SIG${name} ended its child`,
      )
    }
  },
})
