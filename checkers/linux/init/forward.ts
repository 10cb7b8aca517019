/** Step 2: a signal that init receives reaches its child. */
import { constants } from 'node:os'
import { checks, type CheckContext, type Init } from '../../kit/index.ts'
import { commandOf, describeReceiver, startAndAwait } from './child.ts'

/** The signals of R3; signal(7) for their numbers. */
const SIGNALS = ['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'WINCH'] as const

/** Signals init and waits until its child has reported the signal. */
async function forwarded(
  context: CheckContext,
  init: Init,
  child: number,
  name: (typeof SIGNALS)[number],
): Promise<void> {
  init.kill(`SIG${name}`)
  await context.eventually(
    `after init (pid 1) received SIG${name}, its child receives SIG${name}`,
    () => init.output.texts(),
    (lines) => lines.includes(name),
    (lines) => {
      const others = lines.filter((line) => line !== 'ready')
      const got = others.length === 0 ? 'it reported no signal' : `it reported ${others.join(', ')}`
      return `${got}; ${describeReceiver(init, child, constants.signals[`SIG${name}`])}`
    },
  )
}

export const forward = checks({
  'forward/term': async (context) => {
    const init = await startAndAwait(context, ['--', 'sh', '/lab/report-signals'], ['ready'])
    await forwarded(context, init, commandOf(context, init), 'TERM')
  },

  'forward/each': async (context) => {
    const init = await startAndAwait(context, ['--', 'sh', '/lab/report-signals'], ['ready'])
    const child = commandOf(context, init)
    const order = context.random.shuffle(SIGNALS)
    for (const name of order) await forwarded(context, init, child, name)
    const reported = init.output.texts().filter((line) => line !== 'ready')
    context.expect(
      reported.join() === order.join(),
      `the child receives each signal once and no other: ${order.join(', ')}`,
      () => `it reported ${reported.join(', ')}`,
    )
  },
})
