/** lab grade --workspaces: a table of a class, killed at random moments and gone on with. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClassReport } from '../../src/report/grade/class.ts'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { build, LAB } from '../cli/built.ts'
import { Classroom, INIT, labOf } from './classroom.ts'

/** LAB_KILLS=20: so often. */
const KILLS = Number(process.env['LAB_KILLS'] ?? 3)

let room: Classroom
let folder: string
let graded: { table: string; report: ClassReport; ms: number }

beforeAll(async () => {
  await build()
  room = await Classroom.open()
  folder = join(room.path, 'class')
  mkdirSync(join(folder, 'nobody'), { recursive: true })
  mkdirSync(join(folder, 'eve'))
  writeFileSync(join(room.path, 'secret'), 'password: hunter2\n')
  symlinkSync(join(room.path, 'secret'), join(folder, 'eve', 'workspace.yaml'))
  await room.spoil(await room.workspace('class/ada'), 'last-status-wins')
  await room.workspace('class/bob')
  room.write(await room.workspace('class/=dan'), 'init/component.yaml', 'run: 7\n')
  const file = join(room.path, 'first.json')
  const began = performance.now()
  const { stdout, exitCode, stderr } = await grade('first', ['--reporter', 'tty', '--reporter', `json=${file}`])
  expect(exitCode, stdout + stderr).toBe(3)
  graded = {
    table: stdout,
    report: JSON.parse(readFileSync(file, 'utf8')) as ClassReport,
    ms: performance.now() - began,
  }
}, 300_000)
afterAll(() => room[Symbol.dispose]())

const args = (results: string): string[] => [
  ...['--workspaces', folder, '--results', join(room.path, results)],
  ...['--seed', 'class', '--require', `${INIT}:1`],
]
const grade = (results: string, more: string[] = []) => room.grade([...args(results), ...more])

test('each workspace has its row, and a whole report', () => {
  const { rows, labs, exitCode } = graded.report
  const of = room.lab(INIT).points
  const earned = Object.fromEntries(rows.map(({ workspace, points }) => [workspace, points?.earned]))
  const kill = room.lab(INIT).steps.flatMap(({ checks }) => checks.filter(({ id }) => id === 'reap/status-kept'))
  expect(earned).toEqual({
    ada: of - (kill[0]?.points ?? 0),
    bob: 0,
    '=dan': 0,
    eve: undefined,
    nobody: undefined,
  })
  expect(labs).toEqual([{ lab: INIT, of }])
  // What could not be read at all is no grade.
  expect(exitCode).toBe(3)
  expect(JSON.stringify(graded)).not.toContain('hunter2')
  expect(graded.table).toMatch(/ada +\d+ +\d+ of \d+\n/)
  expect(graded.table).toMatch(/nobody +- +- +no workspace/)
  expect(graded.table).toContain('linux/init could not be read')
  const report = JSON.parse(readFileSync(join(room.path, 'first', 'ada.json'), 'utf8')) as GradeReport
  expect(labOf(report, INIT).points.earned).toBe(earned['ada'])
})

test('what is known is not graded again; what has changed is', async () => {
  const began = performance.now()
  const again = await grade('first')
  expect(again.stdout).toBe(graded.table)
  expect(performance.now() - began).toBeLessThan(graded.ms)
  const at = (name: string): string =>
    (JSON.parse(readFileSync(join(room.path, 'first', name), 'utf8')) as GradeReport).began
  const before = [at('ada.json'), at('bob.json')]
  room.write(join(folder, 'bob'), 'init/notes.txt', 'something else')
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
  const of = String(room.lab(INIT).points)
  const points = String(graded.report.rows.find(({ workspace }) => workspace === 'ada')?.points?.earned)
  expect(rows.map(({ name, workspace }) => [name, workspace])).toEqual([
    ['Lovelace, Ada', 'ada'],
    ['Eve', 'eva'],
    ['', "'=dan"],
    ['', 'bob'],
    ['', 'eve'],
    ['', 'nobody'],
  ])
  expect(rows[0]).toMatchObject({ [INIT]: points, points, of, email: 'ada@example.org', remark: '' })
  expect(rows[1]).toMatchObject({ points: '', remark: 'no workspace', email: "'=1+1" })

  writeFileSync(roster, 'name,name\n')
  const refused = await grade('first', ['--roster', roster])
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('two columns')])
})

test(`killed ${KILLS} times, a run comes to the same table`, { timeout: 120_000 + KILLS * 30_000 }, async () => {
  const results = join(room.path, 'killed')
  for (let killed = 0; killed < KILLS;) {
    const child = spawn(process.execPath, [join(LAB, '../bin/lab.js'), 'grade', ...args('killed')], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    // A random moment, from before the first engine to after most results.
    const timer = setTimeout(() => child.kill('SIGKILL'), (Math.random() * graded.ms) / 2)
    const [, signal] = (await ended) as [number | null, string | null]
    clearTimeout(timer)
    if (signal === 'SIGKILL') killed += 1
    // It came to the end: the next one is to have work again.
    else rmSync(join(results, Math.random() < 0.5 ? 'ada.json' : 'bob.json'), { force: true })
  }
  const last = await grade('killed')
  expect(last.stdout).toBe(graded.table)
  expect(readdirSync(results).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test.each([
  [['--reporter', 'junit'], 'The reporters are tty, json, csv.'],
  [['--replay', 'x'], 'exclude each other'],
])('%j is wrong usage', async (more, words) => {
  const { exitCode, stderr } = await grade('first', more)
  expect([exitCode, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(words)])
})
