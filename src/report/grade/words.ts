/** What reporters say in the same words: one line for a lab, and the text of a check that did not pass. */
import type { OutputLine } from '../../protocol/index.ts'
import { escapeLine, escapeText } from '../escape.ts'
import { cutLine } from '../tty/cut.ts'
import type { GradedCheck, GradedLab, GradeReport, Reason } from './report.ts'

/** Lines of a component's output in a report for people; the JSON has more. */
const MOST_LINES = 20

const STATES: Readonly<Record<Exclude<GradedLab['state'], 'graded'>, string>> = {
  'not-started': 'not started',
  'not-built': 'not built',
  unreadable: 'could not be read',
  'not-graded': 'not graded',
}

/** What became of a lab, in words that follow its points. */
export function stateWords(lab: GradedLab): string {
  if (lab.state !== 'graded') return STATES[lab.state]
  const count = (verdict: GradedCheck['verdict']): number => lab.checks.filter((c) => c.verdict === verdict).length
  const bad = count('failed') + count('timeout')
  const parts = [
    `${count('passed')} of ${lab.checks.length} checks passed`,
    ...(bad > 0 ? [`${bad} failed`] : []),
    ...(count('error') > 0 ? [`${count('error')} could not be graded`] : []),
    ...(count('not-run') > 0 ? [`${count('not-run')} not run`] : []),
  ]
  return parts.join(', ')
}

export const pointsWords = ({ earned, of }: GradedLab['points']): string => `${earned} of ${of}`

/** Escaped. */
export function reasonText({ what, why, remedy, detail }: Reason): string {
  return [what, why, remedy, detail]
    .flatMap((part) => (part === undefined || part === '' ? [] : escapeText(part)))
    .join('\n')
}

/** Why a check has no points: escaped, several lines. Empty for one that passed. */
export function checkText(check: GradedCheck): string {
  const { failure, reason } = check
  if (failure !== undefined)
    return [`Expected: ${escapeText(failure.expected)}`, `Observed: ${escapeText(failure.observed)}`].join('\n')
  return reason === undefined ? '' : reasonText(reason)
}

/** The component's own words, escaped, one line each; says what is left out. */
export function outputLines(check: Pick<GradedCheck, 'output' | 'outputLines'>): string[] {
  const { output } = check
  const half = MOST_LINES / 2
  const shown = output.length <= MOST_LINES ? output : [...output.slice(0, half), ...output.slice(-half)]
  const lines = shown.map(lineText)
  const left = check.outputLines - shown.length
  if (left > 0) lines.splice(Math.min(half, lines.length), 0, `(${left} more lines)`)
  return lines
}

function lineText({ stream, text }: OutputLine): string {
  const { text: beginning, rest } = cutLine(text)
  return `${stream} ${escapeLine(beginning)}${rest}`
}

/** What a reader of any report has to know first: why this is no grade, or only a part of one. */
export function caveats(report: GradeReport): string[] {
  const errors = report.labs.filter(
    (lab) => isOurs(lab.reason) || lab.checks.some((check) => check.verdict === 'error'),
  )
  return [
    ...(errors.length > 0
      ? [
          `Not a grade: ${errors.map(({ lab }) => lab).join(', ')} could not be graded completely, and not because of the component.`,
        ]
      : []),
    ...(report.timedOut ? ['Time was up before the end: checks that were not run gave no points.'] : []),
    ...(report.interrupted === undefined ? [] : [`Interrupted (${report.interrupted}) before the end.`]),
  ]
}

const isOurs = (reason: Reason | undefined): boolean => reason?.cause === 'environment' || reason?.cause === 'bug'

export const failedChecks = (lab: GradedLab): GradedCheck[] => lab.checks.filter(({ verdict }) => verdict !== 'passed')
