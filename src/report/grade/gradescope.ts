/**
 * Gradescope's results.json, as "Autograder Specifications" of its documentation has it: points of each test, and their
 * sum. Without a score Gradescope says that the autograder failed, and keeps none: so it is when part could not be graded.
 */
import type { GradedCheck, GradedLab, GradeReport } from './report.ts'
import { jsonText } from './json.ts'
import { caveats, checkText, outputLines, pointsWords, reasonText, stateWords } from './words.ts'

export function gradescope(report: GradeReport): string {
  const head = { output: outputOf(report), output_format: 'text', execution_time: Math.round(report.ms / 1000) }
  if (!report.complete) return jsonText(head)
  return jsonText({
    score: report.points.earned,
    ...head,
    visibility: 'visible',
    stdout_visibility: 'hidden',
    extra_data: {
      seed: report.seed,
      course: report.course,
      components: Object.fromEntries(report.labs.map(({ lab, component }) => [lab, component?.digest ?? null])),
    },
    tests: report.labs.filter(counts).flatMap((lab) => lab.checks.map((check) => test(lab, check))),
  })
}

const counts = ({ state, required }: GradedLab): boolean => state !== 'not-started' || required !== undefined

function test({ lab }: GradedLab, check: GradedCheck) {
  const output = [checkText(check), ...outputLines(check)].filter((line) => line !== '').join('\n')
  return {
    name: `${lab} ${check.check}: ${check.claim}`,
    score: check.points.earned,
    max_score: check.points.of,
    status: check.verdict === 'passed' ? 'passed' : 'failed',
    output_format: 'text',
    output: output === '' ? check.verdict : output,
  }
}

function outputOf(report: GradeReport): string {
  const labs = report.labs.map((lab) =>
    [
      `${lab.lab}: ${pointsWords(lab.points)} points, ${stateWords(lab)}`,
      ...(lab.reason === undefined ? [] : [reasonText(lab.reason)]),
    ].join('\n'),
  )
  return [...caveats(report), ...labs, `Seed ${report.seed}, course ${report.course.version}`].join('\n')
}
