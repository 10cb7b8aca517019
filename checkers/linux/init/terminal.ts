/** Step 7: standard streams, and a terminal with its foreground process group. */
import { createHash } from 'node:crypto'
import {
  checks,
  CTRL_C,
  lowestPriority,
  pidInside,
  stateWord,
  statOf,
  type CheckContext,
  type Init,
} from '../../kit/index.ts'
import { BACKGROUND, commandOf, ended, startAndAwait } from './child.ts'

/** SIGINT to init from elsewhere */
const SIGNALS = 4
const PRESSES = 8
const BYTES = 100_000

/**
 * How often the child printed the line. The terminal echoes Ctrl-C as "^C", and only after it has sent the signal (Linux,
 * drivers/tty/n_tty.c, n_tty_receive_signal_char): that is before the child's line, or between the line and its end.
 */
export const timesSaid = (line: string, texts: readonly string[]): number =>
  texts.filter((text) => text.replaceAll('^C', '') === line).length

const count = (init: Init, line: string): number => timesSaid(line, init.output.texts())

/**
 * Returns when init has acted on what it had received before: it takes a pending SIGINT (2) before this SIGUSR1 (10), and
 * what is still pending when the next one comes would be one with it. Init has the lowest priority: it may be far behind.
 */
async function hasActed(context: CheckContext, init: Init): Promise<void> {
  const before = count(init, 'USR1')
  init.kill('SIGUSR1')
  await context.eventually(
    'after init received SIGUSR1, its child receives SIGUSR1',
    () => count(init, 'USR1'),
    (seen) => seen > before,
    () => `the child did not report it; ${init.describe()}`,
    { within: 4000, over: ended(init) },
  )
}

export const terminal = checks({
  'terminal/stdio': async (context) => {
    const { host, component, random } = context
    const bytes = random.bytes(BYTES)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const init = await host.startInit(component, ['--', 'sh', '-c', 'sha256sum; echo to-stderr >&2; exit 5'])
    init.write(bytes)
    init.endInput()
    const expected = `the child reads ${BYTES} bytes and then end-of-file from init's standard input, and its output and errors arrive`
    await context.eventually(
      expected,
      () => init.exit,
      (exit) => exit !== undefined,
      () => `${init.describe()}; its processes: ${init.describeProcesses()}`,
      { within: 5000 },
    )
    const sum = init.output.texts('out')[0]?.split(' ')[0]
    const empty = createHash('sha256').digest('hex')
    context.expect(sum === digest, expected, () =>
      sum === undefined
        ? `nothing arrived on standard output; ${init.describe()}`
        : `sha256sum printed ${sum.slice(0, 12)}…, ${sum === empty ? 'the sum of no bytes' : `not ${digest.slice(0, 12)}…`}`,
    )
    context.expect(
      init.output.texts('err').includes('to-stderr'),
      expected,
      'what the child wrote to standard error did not arrive',
    )
    context.expect(init.exit?.code === 5, 'init exits 5 as its child did', () => init.describe())
  },

  'terminal/foreground': async (context) => {
    const init = await startAndAwait(context, ['--', 'sh', '/lab/read-line'], ['ready'], { terminal: true })
    const [child] = init.children()
    const word = context.random.word()
    init.write(`${word}\n`)
    await context.eventually(
      'on a terminal the child is in the foreground process group, and reads the line that was typed',
      () => init.output.texts().includes(`read ${word}`),
      (read) => read,
      () => {
        const stat = child === undefined ? undefined : statOf(child)
        if (stat === undefined || init.exit !== undefined) return init.describe()
        const place = stat.pgrp === stat.tpgid ? 'in the foreground group' : 'not in the foreground group'
        const why = stat.state === 'T' ? BACKGROUND : ''
        return `the child (pid ${pidInside(stat.pid) ?? '?'}) is ${place} of its terminal and ${stateWord(stat.state)}${why}`
      },
      { over: ended(init) },
    )
  },

  'terminal/interrupt': {
    varies: [/received SIGINT (\d+) times/],
    act: async (context) => {
      const init = await startAndAwait(context, ['--', 'sh', '/lab/report-signals'], ['ready'], { terminal: true })
      const expected = 'Ctrl-C on the terminal reaches the child exactly once'
      // The terminal signals all of its foreground group at once. If init is in it and passes the signal on, that must not
      // meet the first one while it is still pending at the child: the two would become one.
      await lowestPriority(init.requirePid(), commandOf(context, init))
      for (let n = 1; n <= PRESSES; n += 1) {
        const before = count(init, 'INT')
        init.write(CTRL_C)
        await context.eventually(
          expected,
          () => count(init, 'INT'),
          (seen) => seen > before,
          () => `press ${n} was not reported by the child; ${init.describe()}`,
          { over: ended(init) },
        )
        await hasActed(context, init)
      }
      // More than once: two that are sent in a row are one when a busy processor lets the child run only after both.
      for (let n = 1; n <= SIGNALS; n += 1) {
        const before = count(init, 'INT')
        init.kill('SIGINT')
        await context.eventually(
          'on a terminal too, after init received SIGINT from elsewhere, its child receives SIGINT',
          () => count(init, 'INT'),
          (seen) => seen > before,
          () => `the child did not report it; ${init.describe()}`,
          { within: 4000, over: ended(init) },
        )
        await hasActed(context, init)
      }
      const seen = count(init, 'INT')
      context.expect(
        seen === PRESSES + SIGNALS,
        expected,
        `Ctrl-C was pressed ${PRESSES} times and init signalled ${SIGNALS} times, and the child received SIGINT ${seen} times`,
      )
    },
  },
})
