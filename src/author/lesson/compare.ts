/** Compares what a block printed with what the lesson says. Pure. */
import { expectedLine } from './pattern.ts'

export interface Difference {
  /** 0-based line of the expectation that nothing printed fits; its length when there is too much output */
  at: number
  /** a text for people: what came before, the line expected and the line seen */
  text: string
}

/** lines shown before the first that differs */
const BEFORE = 3

/**
 * Undefined when the lines fit: one by one, `...` standing for any further lines, also none. White space at the end of
 * a line does not count, since editors take it away. Patterns must be right, see `wrongPatterns`.
 */
export function compare(expectation: string, printed: readonly string[]): Difference | undefined {
  const expected = expectation.split('\n').map(expectedLine)
  // fits[i]: how many printed lines the first i expected ones may have used up
  let fits = new Set([0])
  for (const [i, line] of expected.entries()) {
    const next = new Set<number>()
    for (const used of fits) {
      if (line.rest) for (let n = used; n <= printed.length; n += 1) next.add(n)
      else if (used < printed.length && line.matches(printed[used] ?? '')) next.add(used + 1)
    }
    // After `...` any of the lines that follow could have been the one.
    const used = expected[i - 1]?.rest === true ? Math.min(...fits) : Math.max(...fits)
    if (next.size === 0) return differs(expected, i, printed, used)
    fits = next
  }
  if (fits.has(printed.length)) return undefined
  return differs(expected, expected.length, printed, Math.max(...fits))
}

function differs(
  expected: { text: string; rest: boolean }[],
  at: number,
  printed: readonly string[],
  used: number,
): Difference {
  const line = expected[at]
  const lines = printed.slice(Math.max(0, used - BEFORE), used).map((text) => `    ${text}`)
  if (used > BEFORE) lines.unshift(`    (${used - BEFORE} more lines)`)
  lines.push(line === undefined ? '  - (nothing more)' : `  - ${line.text}`)
  const rest = printed.slice(used)
  if (rest.length === 0) lines.push('  + (nothing more)')
  else if (at > 0 && expected[at - 1]?.rest === true) {
    lines.push(...rest.slice(0, BEFORE).map((text) => `  + ${text}`))
    if (rest.length > BEFORE) lines.push(`  + (${rest.length - BEFORE} more lines, none of which fits)`)
  } else lines.push(`  + ${rest[0] ?? ''}`)
  return { at, text: lines.join('\n') }
}
