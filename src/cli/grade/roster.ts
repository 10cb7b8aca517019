/** Reads a roster: a CSV file with a heading, in which a column names each person's workspace. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { fileProblem } from '../../course/file-problem.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { Roster } from '../../report/grade/csv.ts'

/** The column `workspace`, else the first one. Throws Problem (wrong usage). */
export function readRoster(path: string): Roster {
  let rows: string[][]
  try {
    rows = parse(readFileSync(path), { bom: true, trim: true, skip_empty_lines: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const problem = fileProblem(error, `The roster ${path} can not be read.`, path, EXIT.usage)
    if (problem instanceof Problem) throw problem
    throw wrong(path, why)
  }
  const [columns = [], ...people] = rows
  const key = columns.find((name) => name === 'workspace') ?? columns[0]
  if (key === undefined) throw wrong(path, 'It is empty.')
  const twice = columns.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined) throw wrong(path, `It has two columns "${twice}".`)
  return {
    columns,
    key,
    people: people.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? '']))),
  }
}

function wrong(path: string, why: string): Problem {
  const remedy =
    'Its first line names the columns; one of them, "workspace" or the first, has the names of the folders.'
  return new Problem({ what: `${path} is no roster.`, where: path, why, remedy }, EXIT.usage)
}
