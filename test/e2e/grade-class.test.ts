/** lab grade --workspaces: a table of a class, and what is kept of it. Killed, it is in grade-killed.test.ts. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClassReport } from '../../src/report/grade/class.ts'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { build } from '../cli/built.ts'
import { Classroom, GREET, labOf } from './classroom.ts'

let room: Classroom
let folder: string
let graded: { table: string; report: ClassReport }

beforeAll(async () => {
  await build()
  room = await Classroom.small()
  folder = join(room.path, 'class')
  mkdirSync(join(folder, 'nobody'), { recursive: true })
  mkdirSync(join(folder, 'eve'))
  writeFileSync(join(room.path, 'secret'), 'password: hunter2\n')
  symlinkSync(join(room.path, 'secret'), join(folder, 'eve', 'workspace.yaml'))
  const ada = await room.workspace('class/ada', [GREET])
  room.solve(ada, GREET)
  room.edit(ada, 'greet/main.py', 'return 2', 'return 0')
  await room.workspace('class/bob', [GREET])
  room.write(await room.workspace('class/=dan', [GREET]), 'greet/component.yaml', 'run: 7\n')
  const file = join(room.path, 'first.json')
  const { stdout, exitCode, stderr } = await grade('first', ['--reporter', 'tty', '--reporter', `json=${file}`])
  expect(exitCode, stdout + stderr).toBe(3)
  graded = {
    table: stdout,
    report: JSON.parse(readFileSync(file, 'utf8')) as ClassReport,
  }
}, 300_000)
afterAll(() => room[Symbol.dispose]())

const args = (results: string): string[] => [
  ...['--workspaces', folder, '--results', join(room.path, results)],
  ...['--seed', 'class', '--require', `${GREET}:1`],
]
const grade = (results: string, more: string[] = []) => room.grade([...args(results), ...more])

test('each workspace has its row, and a whole report', () => {
  const { rows, labs, exitCode } = graded.report
  const of = room.lab(GREET).points
  const earned = Object.fromEntries(rows.map(({ workspace, points }) => [workspace, points?.earned]))
  const kill = room.lab(GREET).steps.flatMap(({ checks }) => checks.filter(({ id }) => id === 'hello/no-name'))
  expect(earned).toEqual({
    ada: of - (kill[0]?.points ?? 0),
    bob: 0,
    '=dan': 0,
    eve: undefined,
    nobody: undefined,
  })
  expect(labs).toEqual([{ lab: GREET, of }])
  // What could not be read at all is no grade.
  expect(exitCode).toBe(3)
  expect(JSON.stringify(graded)).not.toContain('hunter2')
  expect(graded.table).toMatch(/ada +\d+ +\d+ of \d+\n/)
  expect(graded.table).toMatch(/nobody +- +- +no workspace/)
  expect(graded.table).toContain('small/greet could not be read')
  const report = JSON.parse(readFileSync(join(room.path, 'first', 'ada.json'), 'utf8')) as GradeReport
  expect(labOf(report, GREET).points.earned).toBe(earned['ada'])
})

test('what is known is not graded again; what has changed is', async () => {
  const at = (name: string): string =>
    (JSON.parse(readFileSync(join(room.path, 'first', name), 'utf8')) as GradeReport).began
  const before = [at('ada.json'), at('bob.json')]
  expect((await grade('first')).stdout).toBe(graded.table)
  expect([at('ada.json'), at('bob.json')]).toEqual(before)
  room.write(join(folder, 'bob'), 'greet/notes.txt', 'something else')
  expect((await grade('first')).stdout).toBe(graded.table)
  expect([at('ada.json') === before[0], at('bob.json') === before[1]]).toEqual([true, false])
})

test('CSV with a roster is read by a parser of CSV', async () => {
  const roster = join(room.path, 'roster.csv')
  writeFileSync(roster, '\ufeffname,workspace,email\r\n"Lovelace, Ada",ada,ada@example.org\r\nEve,eva,=1+1\r\n')
  const file = join(room.path, 'grades.csv')
  const { stdout } = await grade('first', ['--reporter', `csv=${file}`, '--roster', roster])
  expect(stdout).toBe('')
  const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true })
  const of = String(room.lab(GREET).points)
  const points = String(graded.report.rows.find(({ workspace }) => workspace === 'ada')?.points?.earned)
  expect(rows.map(({ name, workspace }) => [name, workspace])).toEqual([
    ['Lovelace, Ada', 'ada'],
    ['Eve', 'eva'],
    ['', "'=dan"],
    ['', 'bob'],
    ['', 'eve'],
    ['', 'nobody'],
  ])
  expect(rows[0]).toMatchObject({ [GREET]: points, points, of, email: 'ada@example.org', remark: '' })
  expect(rows[1]).toMatchObject({ points: '', remark: 'no workspace', email: "'=1+1" })

  writeFileSync(roster, 'name,name\n')
  const refused = await grade('first', ['--roster', roster])
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('two columns')])
})

test.each([
  [['--reporter', 'junit'], 'The reporters are tty, json, csv.'],
  [['--replay', 'x'], 'exclude each other'],
])('%j is wrong usage', async (more, words) => {
  const { exitCode, stderr } = await grade('first', more)
  expect([exitCode, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(words)])
})
