/** The table of a class as CSV (RFC 4180), with the columns of a roster in front: what gradebooks import. */
import type { ClassReport, ClassRow } from './class.ts'
import { cellOf, remarkOf } from './class-table.ts'

export interface Roster {
  /** names of its columns */
  columns: readonly string[]
  /** the one that names a workspace */
  key: string
  people: readonly Readonly<Record<string, string>>[]
}

/** A person of the roster without a workspace has a row without points; a workspace that the roster lacks comes last. */
export function csv(report: ClassReport, roster?: Roster): string {
  const { columns, key, people } = roster ?? { columns: [], key: 'workspace', people: [] }
  const named = columns.filter((name) => name !== 'workspace')
  const head = [...named, 'workspace', ...report.labs.map(({ lab }) => lab), 'points', 'of', 'remark']
  const rowOf = (person: Readonly<Record<string, string>>, row: ClassRow | undefined, workspace: string): string[] => [
    ...named.map((name) => person[name] ?? ''),
    workspace,
    ...report.labs.map(({ lab }) => (row ? cellOf(row, lab).replace('-', '') : '')),
    row?.points === undefined ? '' : String(row.points.earned),
    row?.points === undefined ? '' : String(row.points.of),
    row ? remarkOf(row) : 'no workspace',
  ]
  const known = new Set(people.map((person) => person[key] ?? ''))
  const rows = [
    ...people.map((person) => {
      const name = person[key] ?? ''
      return rowOf(
        person,
        report.rows.find(({ workspace }) => workspace === name),
        name,
      )
    }),
    ...report.rows.filter(({ workspace }) => !known.has(workspace)).map((row) => rowOf({}, row, row.workspace)),
  ]
  return [head, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}

/** A cell that a spreadsheet would take for a formula is text: names of folders are chosen by learners. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
