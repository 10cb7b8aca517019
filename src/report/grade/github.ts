/**
 * Workflow commands of GitHub Actions: an annotation on the component's entry point for each lab that lost points, and one
 * on the contract line of the lesson for each check. GitHub shows ten errors of a step, so that the labs come first.
 */
import { escapeLine, escapeText } from '../escape.ts'
import { placesOf, type Around, type Spot } from './places.ts'
import type { GradedCheck, GradedLab, GradeReport } from './report.ts'
import { caveats, checkText, failedChecks, pointsWords, reasonText, stateWords } from './words.ts'

export function github(report: GradeReport, around: Around): string {
  const short = report.labs.filter((lab) => lab.state !== 'not-started' && lab.points.earned < lab.points.of)
  const missed = report.labs.filter(({ state, met }) => state === 'not-started' && !met)
  const lines = [
    ...caveats(report).map((text) => command('warning', undefined, 'lab grade', text)),
    ...missed.map(({ lab }) => command('error', undefined, lab, 'The lab is required and not started.')),
    ...short.map((lab) => labLine(lab, around)),
    ...short.flatMap((lab) => failedChecks(lab).flatMap((check) => checkLine(lab, check, around))),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function labLine(lab: GradedLab, around: Around): string {
  const failed = failedChecks(lab).map(({ check }) => check)
  const text = [stateWords(lab), lab.reason ? reasonText(lab.reason) : failed.join(', ')].filter(Boolean).join('\n')
  const level = lab.state === 'not-graded' ? 'warning' : 'error'
  return command(level, placesOf(lab, undefined, around).entry, `${lab.lab}: ${pointsWords(lab.points)} points`, text)
}

/** A lab that has a reason of its own (it was not built) said it once. */
function checkLine(lab: GradedLab, check: GradedCheck, around: Around): string[] {
  if (lab.reason !== undefined && check.verdict === 'not-run') return []
  const level = check.verdict === 'error' || check.verdict === 'not-run' ? 'warning' : 'error'
  const title = `${lab.lab} ${check.check} (${check.requirement}): ${check.claim}`
  return [command(level, placesOf(lab, check, around).contract, title, checkText(check))]
}

/** As the toolkit of GitHub Actions writes them: `%`, line ends, and in properties `:` and `,` are escaped. */
function command(level: 'error' | 'warning', spot: Spot | undefined, title: string, message: string): string {
  const properties = { title: escapeLine(title), ...(spot && { file: escapeLine(spot.file), line: String(spot.line) }) }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`)
  return `::${level} ${list.join(',')}::${data(escapeText(message))}`
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
