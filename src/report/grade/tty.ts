/** For a terminal, and for a log: the labs with their points, then what is missing and why. */
import { checkLine } from '../tty/check-line.ts'
import { duration } from '../tty/duration.ts'
import { labelled } from '../tty/labelled.ts'
import type { Layout } from '../tty/layout.ts'
import { pad, padLeft, textWidth } from '../tty/width.ts'
import { hang } from '../tty/wrap.ts'
import { escapeText } from '../escape.ts'
import type { GradedCheck, GradedLab, GradeReport } from './report.ts'
import { caveats, failedChecks, outputLines, reasonText, stateWords } from './words.ts'

export function tty(report: GradeReport, layout: Layout): string {
  const { paint, width } = layout
  const names = Math.max(...report.labs.map(({ lab }) => textWidth(lab)), 0)
  const lines = [
    ...report.labs.map((lab) => labRow(lab, names, layout)),
    '',
    ...report.labs.flatMap((lab) => missing(lab, layout)),
    ...caveats(report).map((text) => paint.yellow(hang('  ', text, width))),
    hang('  ', summary(report, layout), width),
  ]
  return `${lines.join('\n')}\n`
}

function labRow(lab: GradedLab, names: number, { paint, width }: Layout): string {
  const points = `${lab.points.earned} of ${lab.points.of}`
  const head = `  ${pad(lab.lab, names)}  ${padLeft(points, 10)} points  `
  const required = lab.required === undefined ? '' : `; ${lab.required} required: ${lab.met ? 'met' : 'short'}`
  const colour = lab.points.earned === lab.points.of ? paint.green : lab.met ? paint.yellow : paint.red
  return hang(head, stateWords(lab) + required, width, lab.state === 'not-started' && lab.met ? paint.dim : colour)
}

function missing(lab: GradedLab, layout: Layout): string[] {
  const reason = lab.reason === undefined ? [] : [labelled(lab.lab, reasonText(lab.reason), layout), '']
  const checks = failedChecks(lab).filter(({ verdict }) => lab.reason === undefined || verdict !== 'not-run')
  if (checks.length === 0) return reason
  const ids = Math.max(...checks.map(({ check }) => textWidth(check)))
  return [
    ...reason,
    layout.paint.bold(`  ${lab.lab}`),
    ...checks.flatMap((check) => checkRows(check, { ...layout, ids })),
    '',
  ]
}

function checkRows(check: GradedCheck, layout: Layout & { ids: number }): string[] {
  const { verdict, failure, reason, claim, ms } = check
  if (verdict === 'not-run') return [`  ${layout.paint.signs.skipped} ${check.check}  not run`]
  return [
    checkLine({ id: check.check, claim, verdict, ms }, layout),
    ...(failure === undefined
      ? []
      : [
          labelled('Expected', escapeText(failure.expected), layout),
          labelled('Observed', escapeText(failure.observed), layout),
        ]),
    ...(reason === undefined ? [] : [labelled('Why', reasonText(reason), layout)]),
    ...(check.output.length === 0 ? [] : [labelled('Output', outputLines(check).join('\n'), layout)]),
  ]
}

function summary(report: GradeReport, { paint }: Layout): string {
  const { points, seed, ms, labs } = report
  const short = labs.filter(({ met }) => !met).map(({ lab }) => lab)
  const target = [...new Set(labs.flatMap(({ machine }) => machine?.target ?? []))].join(', ')
  const required = labs.some((lab) => lab.required !== undefined)
  const parts = [
    `${points.earned} of ${points.of} points`,
    ...(short.length > 0 ? [`short: ${short.join(', ')}`] : required ? ['all that is required is met'] : []),
    ...(target === '' ? [] : [target]),
    `seed ${seed}`,
    duration(ms),
  ]
  return parts.join(` ${paint.signs.dot} `)
}
