/** The table of a class, for a terminal. It says nothing of time: two runs over the same workspaces print the same. */
import { escapeLine } from '../escape.ts'
import type { Layout } from '../tty/layout.ts'
import { pad, padLeft, textWidth } from '../tty/width.ts'
import { hang } from '../tty/wrap.ts'
import type { ClassReport, ClassRow } from './class.ts'

const COLUMN = 4

export function classTable({ rows, labs, seed }: ClassReport, { paint, width }: Layout): string {
  const names = Math.max(9, ...rows.map(({ workspace }) => textWidth(escapeLine(workspace))))
  const columns = labs.map(({ lab }) => ({ lab, width: Math.max(COLUMN, textWidth(lab)) }))
  const head = `  ${pad('workspace', names)}${columns.map((c) => `  ${padLeft(c.lab, c.width)}`).join('')}  ${padLeft('points', 9)}`
  const lines = rows.map((row) => {
    const cells = columns.map((column) => `  ${padLeft(cellOf(row, column.lab), column.width)}`).join('')
    const total = row.points === undefined ? '-' : `${row.points.earned} of ${row.points.of}`
    const line = `  ${pad(escapeLine(row.workspace), names)}${cells}  ${padLeft(total, 9)}`
    const remark = remarkOf(row)
    return remark === '' ? line : hang(`${line}  `, remark, Math.max(width, textWidth(line) + 30), paint.yellow)
  })
  const graded = rows.filter(({ points }) => points !== undefined).length
  return [
    paint.bold(head),
    ...lines,
    '',
    `  ${graded} of ${rows.length} graded ${paint.signs.dot} seed ${seed}`,
    '',
  ].join('\n')
}

export function cellOf(row: ClassRow, lab: string): string {
  const found = row.labs.find((one) => one.lab === lab)
  return row.points === undefined || found === undefined ? '-' : String(found.points.earned)
}

export function remarkOf({ why, labs, met, timedOut }: ClassRow): string {
  const odd = labs.flatMap(({ lab, state, why }) => {
    if (state === 'not-built') return `${lab} not built`
    if (state !== 'unreadable') return []
    return `${lab} could not be read${why === undefined ? '' : ` (${why.replace(/\.$/, '')})`}`
  })
  return [why, ...odd, timedOut ? 'time was up' : undefined, met ? undefined : 'short']
    .flatMap((part) => (part === undefined ? [] : escapeLine(part)))
    .join(', ')
}
