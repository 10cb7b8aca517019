/**
 * GitLab's code quality report: an entry for each check that did not pass, on the line of the lesson's contract. GitLab
 * reads description, check_name, fingerprint, severity and location ("Code Quality report format" of its documentation).
 * Its test report is that of `junit`.
 */
import { createHash } from 'node:crypto'
import { escapeLine } from '../escape.ts'
import { jsonText } from './json.ts'
import { placesOf, type Around } from './places.ts'
import type { GradedCheck, GradedLab, GradeReport } from './report.ts'
import { checkText, failedChecks } from './words.ts'

export function gitlab(report: GradeReport, around: Around): string {
  return jsonText(report.labs.flatMap((lab) => failedChecks(lab).flatMap((check) => entry(lab, check, around))))
}

function entry(lab: GradedLab, check: GradedCheck, around: Around) {
  const { contract, entry } = placesOf(lab, check, around)
  const place = contract ?? entry
  // An entry without a place is refused, and with it the report.
  if (place === undefined) return []
  const text = escapeLine(checkText(check).split('\n').join('; '))
  return [
    {
      description: `${check.check} (${check.requirement}): ${check.claim}. ${text}`,
      check_name: `${lab.lab}/${check.check}`,
      // The same finding has the same name in every run, whatever was observed.
      fingerprint: createHash('sha256').update(`${lab.lab}\0${check.check}`).digest('hex'),
      severity: check.verdict === 'error' ? 'info' : 'major',
      location: { path: place.file, lines: { begin: place.line } },
    },
  ]
}
