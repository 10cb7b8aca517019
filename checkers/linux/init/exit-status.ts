/** Step 1: the exit status of the child is the exit status of init. */
import { existsSync } from 'node:fs'
import { checks, describeExit, type CheckContext, type Init } from '../../kit/index.ts'
import { CHOSEN_CODES } from './child.ts'

/** Left by a command when it runs, and when it goes on after what should end it: its output may get lost on the way. */
const STARTED = '/tmp/started'
const WENT_ON = '/tmp/went-on'

/** Starts init with a command that leaves its mark and then does what should `end` it; expects that init exits with a code. */
async function expectCode(context: CheckContext, end: string, code: number, expected: string): Promise<void> {
  const { host, component } = context
  const word = context.random.word()
  const script = `: >${STARTED}-${word}; ${end}; : >${WENT_ON}-${word}`
  const init = await host.startInit(component, ['--', 'sh', '-c', script])
  const left = (mark: string): boolean => existsSync(host.path(`${mark}-${word}`))
  const observed = (): string => {
    const what = !left(STARTED) ? 'was never started' : left(WENT_ON) ? `was not ended by "${end}"` : 'was started'
    return `${outcome(init)}; the command ${what}`
  }
  await context.eventually(
    expected,
    () => init.exit,
    (exit) => exit !== undefined,
    observed,
  )
  context.expect(init.exit?.code === code && left(STARTED), expected, observed)
}

const outcome = (init: Init): string =>
  `${init.exit === undefined ? 'still runs' : describeExit(init.exit)} after ${Math.round(init.ranFor)} ms`

export const exitStatus = checks({
  'exit-status/code': {
    varies: CHOSEN_CODES,
    act: async (context) => {
      // 7 first, so that the first red check reads the same for everyone; then codes of the seed, one of them
      // in the range that others use for signals.
      for (const code of [7, 0, context.random.integer(1, 125), context.random.integer(128, 255)]) {
        await expectCode(context, `exit ${code}`, code, `init -- sh -c 'exit ${code}' exits ${code}`)
      }
    },
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
