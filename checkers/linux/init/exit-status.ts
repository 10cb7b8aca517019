/** Step 1: the exit status of the child is the exit status of init. */
import { checks, describeExit, type CheckContext, type Init } from '../../kit/index.ts'

/** Starts init and waits until it has ended. */
async function runToEnd(context: CheckContext, args: string[], expected: string): Promise<Init> {
  const init = await context.host.startInit(context.component, args)
  await context.eventually(
    expected,
    () => init.exit,
    (exit) => exit !== undefined,
    () => init.describe(),
  )
  return init
}

const observedEnd = (init: Init): string => {
  const started = init.output.texts().includes('started')
  return `${init.exit === undefined ? 'still runs' : describeExit(init.exit)} after ${Math.round(init.ranFor)} ms; ${
    started ? 'the command was started' : 'the command was never started'
  }`
}

export const exitStatus = checks({
  'exit-status/code': async (context) => {
    // 7 first, so that the first red check reads the same for everyone; then one code of the seed.
    for (const code of [7, 0, context.random.integer(1, 125)]) {
      const script = `echo started; exit ${code}`
      const expected = `init -- sh -c 'exit ${code}' exits ${code}`
      const init = await runToEnd(context, ['--', 'sh', '-c', script], expected)
      const right = init.exit?.code === code && init.output.texts().includes('started')
      context.expect(right, expected, () => observedEnd(init))
    }
  },

  'exit-status/signal': async (context) => {
    for (const [name, number] of [
      ['TERM', 15],
      ['KILL', 9],
      ['HUP', 1],
    ] as const) {
      const code = 128 + number
      const expected = `init exits ${code} (128+${number}) when SIG${name} ended its child`
      const init = await runToEnd(context, ['--', 'sh', '-c', `echo started; kill -${name} $$`], expected)
      const right = init.exit?.code === code && init.output.texts().includes('started')
      context.expect(right, expected, () => observedEnd(init))
    }
  },
})
