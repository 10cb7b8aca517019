/** Rules that a failure's text obeys, whatever the check. Pure. */
import type { Failure } from '../../protocol/index.ts'
import { wrap } from '../../report/tty/wrap.ts'

/** Lines of a terminal of 80 columns */
const MOST = { expected: 4, observed: 8 } as const
const WIDTH = 62

/** What a number is the number of, when that stands before it. */
const BEFORE =
  /(?:pids?|codes?|status|exits?|exited|signal|stream|line|bytes?|fields?|frames?|headers?|offset|position|revision|version|port|type|flags?|length|fd|id|number|process|step|connection|tokens?|answered|--[\w-]+|uid|gid|mode|at|of|to|and|or|from|with|is|not|[(×+#/:=<>≤≥~.-])\s*$/i
/** or after it: a word, a unit, a sign */
const AFTER = /^(?:\s?(?:[a-zA-Zµ%°]|\([a-z])|[/:.,+]\d|-[a-z]|×)/

/** What is wrong with a text, each in words that follow "its text". The command to reproduce is part of every report. */
export function lintText(failure: Failure | undefined): string[] {
  if (failure === undefined) return ['says neither what was expected nor what was observed']
  const wrong: string[] = []
  for (const part of ['expected', 'observed'] as const) {
    const text = failure[part]
    if (text.trim() === '') wrong.push(`has nothing under ${part}`)
    const lines = text.split('\n').flatMap((line) => wrap(line, WIDTH)).length
    if (lines > MOST[part])
      wrong.push(`has ${lines} lines under ${part}, ${MOST[part]} at most fit beside the evidence`)
    for (const number of bareNumbers(text)) wrong.push(`has a number without a unit under ${part}: ${number}`)
    for (const name of internalNames(text)) wrong.push(`names something inside the checker under ${part}: ${name}`)
  }
  if (failure.expected === failure.observed) wrong.push('says that what was expected was observed')
  return wrong
}

/** Numbers that stand for nothing: neither a unit or a noun after them nor a name before them. Commands are left out. */
function bareNumbers(text: string): string[] {
  // Bytes are shown as pairs of hexadecimal digits, with spaces between.
  const prose = text.replace(/`[^`]*`|"[^"]*"|'[^']*'|\b0x[0-9a-f]+|\b[0-9a-f]{2}(?: [0-9a-f]{2})+\b/g, (quoted) =>
    '"'.repeat(quoted.length),
  )
  return [...prose.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w])/g)]
    .filter(({ 0: number, index }) => {
      return !BEFORE.test(prose.slice(0, index)) && !AFTER.test(prose.slice(index + number.length))
    })
    .map(({ 0: number, index }) => `"${text.slice(Math.max(0, index - 20), index + number.length + 12)}"`)
}

/** Names of functions and values of a program, and what a program prints for want of a value. */
function internalNames(text: string): string[] {
  const outside = text.replace(/`[^`]*`|"[^"]*"|'[^']*'/g, '')
  return [
    ...(outside.match(/\b[a-z]+[A-Z]\w*/g) ?? []),
    ...(outside.match(/\[object \w+\]|\bundefined\b|\bNaN\b|\bnull\b/g) ?? []),
    ...(outside.match(/^\s+at .+:\d+/gm) ?? []),
  ]
}
