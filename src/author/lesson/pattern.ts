/** A line of an expected output: text, with `{{pattern}}` for what varies. Pure. */

export interface Expected {
  /** as it is printed in the lesson */
  text: string
  /** any further lines, also none */
  rest: boolean
  matches(line: string): boolean
}

export interface Wrong {
  pattern: string
  why: string
}

/** Lines in which a pattern that can match nothing shows it; a pattern that needs something else is a rare bird. */
const SAMPLES = [
  '',
  ' ',
  '0',
  'a',
  'A',
  '-',
  'a b',
  'key: value 12',
  '/proc/1/status',
  '"quoted", (a) [b] {c} = <d> #!',
]

/** The patterns of a line; empty for one that is text alone. */
const patternsIn = (text: string): string[] => [...text.matchAll(PATTERN)].map(([, pattern = '']) => pattern)
/** A pattern ends at the last of the braces that close it: `{{[0-9a-f]{16}}}`. */
const PATTERN = /\{\{(.*?)\}\}(?!\})/g

/** What is wrong with the patterns of a line. */
export function wrongPatterns(text: string): Wrong[] {
  const wrong = patternsIn(text).flatMap((pattern): Wrong[] => {
    let compiled: RegExp
    try {
      compiled = new RegExp(pattern, 'gu')
    } catch (error) {
      return [{ pattern, why: `it is no regular expression: ${said(error, pattern)}` }]
    }
    const empty = pattern === '' || SAMPLES.some((sample) => [...sample.matchAll(compiled)].some(([m]) => m === ''))
    return empty ? [{ pattern, why: 'it can match the empty string, and so it accepts that nothing is printed' }] : []
  })
  if (wrong.length > 0) return wrong
  const opened = text.replaceAll(PATTERN, '').includes('{{')
  if (opened) return [{ pattern: text, why: 'a pattern begins with {{ and does not end with }} on its line' }]
  try {
    lineOf(text)
    return []
  } catch (error) {
    return [{ pattern: text, why: `the patterns of the line do not go together: ${said(error)}` }]
  }
}

/** Node says `Invalid regular expression: /PATTERN/FLAGS: reason`; the pattern is known already. */
const said = (error: unknown, pattern = ''): string =>
  (error instanceof Error ? error.message : String(error)).replace(
    new RegExp(`^Invalid regular expression: /${escape(pattern)}.*?/\\w*: `),
    '',
  )

/** Throws SyntaxError when a pattern is wrong; ask `wrongPatterns` before. */
export function expectedLine(text: string): Expected {
  const whole = text.trimEnd()
  if (whole === '...') return { text: whole, rest: true, matches: () => true }
  const pattern = lineOf(whole)
  return { text: whole, rest: false, matches: (line) => pattern.test(line.trimEnd()) }
}

function lineOf(text: string): RegExp {
  let source = ''
  let at = 0
  for (const found of text.matchAll(PATTERN)) {
    source += `${escape(text.slice(at, found.index))}(?:${found[1] ?? ''})`
    at = found.index + found[0].length
  }
  return new RegExp(`^${source}${escape(text.slice(at))}$`, 'u')
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
