/** Asks a person yes or no. */
import { createInterface } from 'node:readline/promises'

/** Whether there is a person to ask: a terminal on both sides. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/** On stderr, so that it is never part of data. An empty answer and an end of input mean no. */
export async function ask(question: string): Promise<boolean> {
  // The terminal's own line editing does for a letter, and sees an end of input that came before the question.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  const ended = new AbortController()
  lines.once('close', () => ended.abort())
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: ended.signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (ended.signal.aborted) return false // Ctrl-D
    throw error
  } finally {
    lines.close()
  }
}
