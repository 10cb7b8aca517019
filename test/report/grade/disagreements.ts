/** Where the reports of one run part from the JSON report, as their readers read them. */
import type { ReporterName } from '../../../src/report/grade/index.ts'
import { READERS, short, type Reading } from './readings.ts'

export interface Disagreement {
  reporter: string
  what: keyof Reading
  says: unknown
  json: unknown
}

/** `texts` holds each report that was made; labs that are not started are in some and not in others. */
export function disagreements(texts: Partial<Record<ReporterName, string>>): Disagreement[] {
  const truth = READERS.json(texts.json ?? '')
  const started = (labs: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(labs).filter(([lab]) => isStarted(texts.json ?? '', lab)))
  return Object.entries(texts).flatMap(([reporter, text]) => {
    const read = READERS[reporter as ReporterName](text)
    const found: Disagreement[] = []
    const compare = (what: keyof Reading, says: unknown, json: unknown): void => {
      if (JSON.stringify(says) !== JSON.stringify(json)) found.push({ reporter, what, says, json })
    }
    if (read.points !== undefined) compare('points', read.points, truth.points)
    if (read.labs !== undefined)
      compare('labs', started(read.labs), reporter === 'github' ? started(short(truth.labs)) : started(truth.labs))
    compare('failed', read.failed, truth.failed)
    return found
  })
}

function isStarted(json: string, id: string): boolean {
  const { labs } = JSON.parse(json) as { labs: { lab: string; state: string }[] }
  return labs.some(({ lab, state }) => lab === id && state !== 'not-started')
}
