/** One check in one line: its sign, its id, what it claims or what it waits for, and its time. */
import type { Verdict } from '../../protocol/index.ts'
import { duration } from './duration.ts'
import type { Layout } from './layout.ts'
import type { Paint } from './paint.ts'
import { pad, padLeft, textWidth } from './width.ts'
import { wrap } from './wrap.ts'

export interface CheckLine {
  id: string
  claim: string
  verdict: Verdict
  ms: number
  waitsFor?: readonly string[] | undefined
  /** the check's step, when it is not the one that is worked on */
  otherStep?: number | undefined
}

const TIME = 9
const STEP = 11
/** A claim is not squeezed into less. */
const LEAST_CLAIM = 24

/** `ids`: the widest id among the lines that stand together. */
export function checkLine(check: CheckLine, layout: Layout & { ids: number }): string {
  const { paint, width, ids } = layout
  const ran = check.verdict !== 'skipped'
  const step = check.otherStep === undefined ? '' : `(step ${check.otherStep})`
  const time = ran ? duration(check.ms) : ''
  const text = says(check)
  const head = `  ${sign(check.verdict, paint)} `
  const right = (step === '' ? 0 : STEP) + TIME
  const column = 4 + ids + 2
  const room = width - column - right
  if (room >= LEAST_CLAIM) {
    const [first = '', ...rest] = wrap(text, room)
    return [
      `${head}${pad(check.id, ids + 2)}${pad(first, room)}${pad(step === '' ? '' : `  ${paint.dim(step)}`, right - TIME)}${padLeft(time, TIME)}`.trimEnd(),
      ...rest.map((line) => ' '.repeat(column) + line),
    ].join('\n')
  }
  const title = [check.id, step].filter(Boolean).join(' ')
  const first = `${head}${title}`
  return [
    `${first}${padLeft(time, Math.max(textWidth(time) + 1, width - textWidth(first)))}`.trimEnd(),
    ...wrap(text, width - 6).map((line) => `      ${line}`),
  ].join('\n')
}

function says({ verdict, claim, waitsFor }: CheckLine): string {
  if (verdict === 'skipped')
    return waitsFor && waitsFor.length > 0 ? `skipped: needs ${waitsFor.join(', ')}` : 'skipped'
  if (verdict === 'error') return `could not be graded: ${claim}`
  if (verdict === 'timeout') return `took too long: ${claim}`
  return claim
}

export function sign(verdict: Verdict, { signs, red, green, yellow, dim }: Paint): string {
  switch (verdict) {
    case 'passed':
      return green(signs.passed)
    case 'failed':
      return red(signs.failed)
    case 'timeout':
      return red(signs.timeout)
    case 'error':
      return yellow(signs.error)
    case 'skipped':
      return dim(signs.skipped)
  }
}
