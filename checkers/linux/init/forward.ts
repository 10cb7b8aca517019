/** Step 2: a signal that init receives reaches its child. */
import { constants } from 'node:os'
import { checks, lowestPriority, type CheckContext, type Init } from '../../kit/index.ts'
import { CHOSEN_SIGNALS, commandOf, describeReceiver, ended, SIGNALS, startAndAwait, stopped } from './child.ts'

type Name = (typeof SIGNALS)[number]

/** ms on a fast laptop; an init of the lowest priority waits for a busy processor */
const SLOW = 4000

const reported = (init: Init): string[] => init.output.texts().filter((line) => line !== 'ready')

/** Signals init and waits until its child has reported the signal, after the `before` reports that it made so far. */
async function forwarded(
  context: CheckContext,
  init: Init,
  child: number,
  name: Name,
  options: { before: number; within?: number },
): Promise<void> {
  init.kill(`SIG${name}`)
  await context.eventually(
    `after init (pid 1) received SIG${name}, its child receives SIG${name}`,
    () => reported(init),
    (lines) => lines.slice(options.before).includes(name),
    (lines) => {
      const got = lines.length === 0 ? 'it reported no signal' : `it reported ${lines.join(', ')}`
      return `${got}; ${describeReceiver(init, child, constants.signals[`SIG${name}`])}`
    },
    { over: ended(init), ...(options.within === undefined ? {} : { within: options.within }) },
  )
}

/**
 * Sends each signal once while init is stopped. The kernel keeps one of each kind pending (signal(7)), so init finds them
 * all at the same moment, and none may get lost on the way to the child; their order is open.
 */
async function sentTogether(context: CheckContext, init: Init, sent: Name[]): Promise<void> {
  await stopped(context, init)
  for (const name of SIGNALS) init.kill(`SIG${name}`)
  init.kill('SIGCONT')
  await context.eventually(
    `${SIGNALS.length} different signals that are pending at init together all reach its child`,
    () => SIGNALS.filter((name) => !reported(init).slice(sent.length).includes(name)),
    (missing) => missing.length === 0,
    (missing) => `${missing.join(', ')} did not arrive; ${init.describe()}`,
    { over: ended(init) },
  )
  sent.push(...(reported(init).slice(sent.length, sent.length + SIGNALS.length) as Name[]))
}

export const forward = checks({
  'forward/term': async (context) => {
    const init = await startAndAwait(context, ['--', 'sh', '/lab/report-signals'], ['ready'])
    await forwarded(context, init, commandOf(context, init), 'TERM', { before: 0 })
  },

  'forward/each': {
    varies: CHOSEN_SIGNALS,
    act: async (context) => {
      const init = await startAndAwait(context, ['--', 'sh', '/lab/report-signals'], ['ready'])
      const child = commandOf(context, init)
      const sent: Name[] = []
      const send = async (name: Name, within?: number): Promise<void> => {
        await forwarded(context, init, child, name, {
          before: sent.length,
          ...(within === undefined ? {} : { within }),
        })
        sent.push(name)
      }
      for (const name of context.random.shuffle(SIGNALS)) await send(name)
      await sentTogether(context, init, sent)
      // A signal that is sent twice in a row becomes one while the first is pending. With the lowest priority init goes on
      // only after the child has taken the first. Each signal shows that the one before it is done with.
      await lowestPriority(init.requirePid(), child)
      for (const name of context.random.shuffle(SIGNALS)) await send(name, SLOW)
      context.expect(
        reported(init).join() === sent.join(),
        `the child receives each signal once and no other: ${sent.join(', ')}`,
        () => `it reported ${reported(init).join(', ')}`,
      )
    },
  },
})
