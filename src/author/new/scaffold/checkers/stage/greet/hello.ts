/** Step 1: a greeting, and none for nobody. */
import { checks, describeExit, type CheckContext, type Running } from '../../kit/index.ts'

/** ms on a fast laptop for a program to start, do its work and exit */
const WHOLE_RUN = 5000

/** Runs the component to its end. */
async function run(context: CheckContext, args: string[]): Promise<Running> {
  const { host, component, eventually } = context
  const running = await host.start(component.argv('main', args), { name: 'greet' })
  await eventually(
    'greet exits',
    () => running.exit,
    (exit) => exit !== undefined,
    () => running.describe(),
    { within: WHOLE_RUN },
  )
  return running
}

/** What it did, for a person. */
function outcome({ output, exit }: Running): string {
  const lines = output.texts('out')
  const printed = lines.length === 0 ? 'nothing' : lines.map((line) => `"${line}"`).join(', ')
  return `it printed ${printed} and ${exit === undefined ? 'still runs' : describeExit(exit)}`
}

async function expectGreeting(context: CheckContext, name: string): Promise<void> {
  const running = await run(context, [name])
  const lines = running.output.texts('out')
  const right = lines.length === 1 && lines[0] === `hello ${name}` && running.exit?.code === 0
  context.expect(right, `greet "${name}" prints "hello ${name}" and exits 0`, () => outcome(running))
}

export const hello = checks({
  'hello/name': async (context) => {
    // Fixed names first, so that the first red check reads the same for everyone; then one of the seed.
    for (const name of ['Ada', 'Grace Hopper', context.random.word()]) await expectGreeting(context, name)
  },

  'hello/no-name': async (context) => {
    // The presence before the absence: a program that never prints anything must not pass.
    await expectGreeting(context, 'Ada')
    const running = await run(context, [])
    const { code } = running.exit ?? {}
    const refused = code !== undefined && code !== 0 && running.output.texts('out').length === 0
    const expected = 'without a name greet prints nothing on standard output and does not exit 0'
    context.expect(refused, expected, () => outcome(running))
  },
})
