/** TAP version 14: a test point for each check, with a YAML block where it did not pass. https://testanything.org */
import { stringify } from 'yaml'
import { escapeLine, escapeText } from '../escape.ts'
import type { GradedCheck, GradedLab, GradeReport } from './report.ts'
import { caveats, checkText, outputLines, stateWords } from './words.ts'

export function tap(report: GradeReport): string {
  const points = report.labs.flatMap((lab) => lab.checks.map((check) => ({ lab, check })))
  const lines = ['TAP version 14', `1..${points.length}`]
  for (const lab of report.labs)
    lines.push(`# ${lab.lab}: ${lab.points.earned} of ${lab.points.of} points, ${stateWords(lab)}`)
  points.forEach(({ lab, check }, i) => lines.push(...testPoint(i + 1, lab, check)))
  for (const caveat of caveats(report)) lines.push(`# ${escapeLine(caveat)}`)
  // What follows a bail-out is not read: it is the last line.
  if (!report.complete) lines.push('Bail out! The environment could not grade all of it.')
  return `${lines.join('\n')}\n`
}

function testPoint(number: number, { lab }: GradedLab, check: GradedCheck): string[] {
  const { verdict, points } = check
  const description = `${lab} ${check.check}: ${escapeLine(check.claim)}`.replace(/[\\#]/g, (c) => `\\${c}`)
  const line = `${verdict === 'passed' ? 'ok' : 'not ok'} ${number} - ${description}`
  if (verdict === 'passed') return [line]
  const output = outputLines(check)
  const block = stringify(
    {
      verdict,
      points: points.of,
      requirement: check.requirement,
      message: checkText(check),
      ...(output.length > 0 && { output }),
      ...(check.notes.length > 0 && { notes: check.notes.map(escapeText) }),
    },
    { lineWidth: 0 },
  )
  return [
    line,
    '  ---',
    ...block
      .trimEnd()
      .split('\n')
      .map((text) => `  ${text}`.trimEnd()),
    '  ...',
  ]
}
