/** The last line of a run. */
import type { Verdict } from '../../protocol/index.ts'
import { duration } from './duration.ts'
import type { Layout } from './layout.ts'

const WORDS: readonly [Verdict, string][] = [
  ['passed', 'passed'],
  ['failed', 'failed'],
  ['timeout', 'too long'],
  ['error', 'not graded'],
  ['skipped', 'skipped'],
]

export interface Totals {
  verdicts: readonly Verdict[]
  /** checks that were planned and have no verdict, because the run was cut short */
  notRun: number
  points: number
  ofPoints: number
  /** some of these points are of checks that do not pass now: what was earned stays */
  kept?: boolean
  ms: number
}

/** `2 passed, 1 failed, 1 skipped · 4 of 14 points · 1.9 s` */
export function totals({ verdicts, notRun, points, ofPoints, kept = false, ms }: Totals, { paint }: Layout): string {
  const counts = WORDS.flatMap(([verdict, word]) => {
    const count = verdicts.filter((v) => v === verdict).length
    if (count === 0) return []
    const text = `${count} ${word}`
    if (verdict === 'passed') return [paint.green(text)]
    return [verdict === 'failed' || verdict === 'timeout' ? paint.red(text) : paint.yellow(text)]
  })
  if (notRun > 0) counts.push(`${notRun} not run`)
  const earned = `${points} of ${ofPoints} points${kept ? ' at best' : ''}`
  const parts = [counts.join(', ') || 'nothing was run', earned, duration(ms)]
  return `  ${parts.join(` ${paint.signs.dot} `)}`
}
