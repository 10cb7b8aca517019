/** A table of the labs and what was observed where points are missing: for a job summary, a merge request, a person. */
import type { GradedLab, GradeReport } from './report.ts'
import { caveats, checkText, failedChecks, outputLines, reasonText, stateWords } from './words.ts'

export function markdown(report: GradeReport): string {
  const { course, seed, points } = report
  return [
    `### ${points.earned} of ${points.of} points`,
    '',
    ...caveats(report).flatMap((text) => [`**${cell(text)}**`, '']),
    '| lab | points | required | checks |',
    '| --- | --: | --: | --- |',
    ...report.labs.map(row),
    '',
    ...report.labs.flatMap(details),
    `Seed \`${seed}\` · course ${cell(course.version)} · \`lab grade --seed ${seed}\` runs the same again.`,
    '',
  ].join('\n')
}

function row(lab: GradedLab): string {
  const required = lab.required === undefined ? '' : `${lab.required} ${lab.met ? 'met' : 'short'}`
  return `| ${cell(lab.lab)} | ${lab.points.earned} of ${lab.points.of} | ${required} | ${cell(stateWords(lab))} |`
}

function details(lab: GradedLab): string[] {
  if (lab.reason !== undefined) return [`#### ${cell(lab.lab)}`, '', ...fenced(reasonText(lab.reason)), '']
  return failedChecks(lab).flatMap((check) => [
    `#### ${cell(lab.lab)} ${cell(check.check)}`,
    '',
    `${check.requirement}: ${cell(check.claim)}`,
    '',
    ...fenced([checkText(check), ...outputLines(check)].filter((line) => line !== '').join('\n')),
    '',
  ])
}

/** What a component wrote is shown as it is: the fence is longer than any that is in it (CommonMark, "Fenced code blocks"). */
function fenced(text: string): string[] {
  if (text === '') return []
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, text, fence]
}

/** Text of ours or of a course, where Markdown would read marks in it. */
const cell = (text: string): string => text.replaceAll('\n', ' ').replace(/[\\`*_[\]<>|&#~]/g, (c) => `\\${c}`)
