/**
 * Drydock's own course as a class: solutions get full marks in every lab, starters nothing, a mutant loses the points of the
 * checks that it breaks and no others. A lab that is written is graded here by that alone.
 *
 * One mutant of each lab that this machine itself grades, another one each day, of those that compile nothing: in a throw-away
 * kernel one takes minutes, and verify tries some of them each day. LAB_GRADE_MUTANTS=3: so many, of all labs and of all mutants.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mutant } from '../../src/author/mutant.ts'
import { connectFor } from '../../src/cli/grading/connect-for.ts'
import { Problem } from '../../src/problem.ts'
import type { ClassReport } from '../../src/report/grade/class.ts'
import { REPORTER_NAMES, REPORTERS } from '../../src/report/grade/index.ts'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { createPaint } from '../../src/report/tty/paint.ts'
import { build, PACKAGE } from '../cli/built.ts'
import { disagreements } from '../report/grade/disagreements.ts'
import { Classroom, labOf } from './classroom.ts'

const MUTANTS = process.env['LAB_GRADE_MUTANTS']
const DAY = Math.floor(Date.now() / 86_400_000)

let room: Classroom
/** the labs that have a target here, and those among them of which mutants are graded */
let labs: string[]
let withMutants: string[]
/** workspace → lab and mutant */
const spoiled = new Map<string, { id: string; mutant: Mutant }>()
let table: ClassReport

beforeAll(async () => {
  await build()
  room = await Classroom.open()
  const targets = await withTarget([...room.labs.keys()])
  labs = [...targets.keys()]
  withMutants = labs.filter((id) => MUTANTS !== undefined || targets.get(id) === 'local')
  mkdirSync(join(room.path, 'class'))
  const solutions = await room.workspace('class/solutions', labs)
  for (const id of labs) room.solve(solutions, id)
  await room.workspace('class/starters', labs)
  for (const id of withMutants)
    for (const mutant of chosen(id)) {
      const name = `${room.lab(id).name}-${mutant.name}`
      await room.spoiled(`class/${name}`, mutant, id)
      spoiled.set(name, { id, mutant })
    }
  const args = [
    '--workspaces',
    'class',
    '--results',
    'results',
    '--reporter=json=table.json',
    '--reporter=csv=table.csv',
  ]
  const { exitCode, stdout, stderr } = await room.grade(args)
  expect(exitCode, stdout + stderr).toBe(0)
  table = JSON.parse(readFileSync(join(room.path, 'table.json'), 'utf8')) as ClassReport
}, 900_000)
afterAll(() => room[Symbol.dispose]())

/** Lab → target. Says which lab has none on this machine; with LAB_TEST_COMPLETE=1 none may be left out. */
async function withTarget(ids: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const lab of ids) {
    try {
      await using engine = await connectFor({
        lab,
        course: PACKAGE,
        root: PACKAGE,
        target: 'auto',
        note: () => undefined,
      })
      found.set(lab, engine.target)
    } catch (error) {
      if (!(error instanceof Problem) || process.env['LAB_TEST_COMPLETE'] === '1') throw error
      process.stderr.write(`${lab} is not graded: it has no target here. ${error.text.what}\n`)
    }
  }
  return found
}

function chosen(id: string): Mutant[] {
  const all = room.mutants(id)
  const track = room.trackOf(id)
  const some = MUTANTS === undefined ? all.filter(({ solution }) => solution === track) : all
  const from = some.length > 0 ? some : all
  const count = Math.min(from.length, Number(MUTANTS ?? 1))
  return Array.from({ length: count }, (_, i) => from[(DAY * count + i) % from.length]).flatMap((one) => one ?? [])
}

const reportOf = (name: string): GradeReport =>
  JSON.parse(readFileSync(join(room.path, 'results', `${name}.json`), 'utf8')) as GradeReport

test('every lab that is written is here', () => {
  const written = room.course.labs.filter(({ planned }) => !planned).map(({ id }) => id)
  expect([...room.labs.keys()]).toEqual(written)
  expect(labs.length).toBeGreaterThan(0)
})

test('solutions get full marks in every lab', () => {
  const report = reportOf('solutions')
  for (const id of labs) {
    const { points, state, checks } = labOf(report, id)
    const of = room.lab(id).points
    const failed = checks.filter(({ verdict }) => verdict !== 'passed')
    expect({ id, state, failed, points }).toEqual({ id, state: 'graded', failed: [], points: { earned: of, of } })
    const all = room.lab(id).steps.flatMap((step) => step.checks.map((check) => check.id))
    expect(checks.map(({ check }) => check)).toEqual(all)
  }
})

test('untouched starters get nothing', () => {
  const report = reportOf('starters')
  for (const id of labs)
    expect(labOf(report, id)).toMatchObject({ state: 'graded', points: { earned: 0, of: room.lab(id).points } })
})

test('a mutant loses exactly the points of the checks that it breaks', () => {
  expect(withMutants.length).toBeGreaterThan(0)
  expect(spoiled.size).toBeGreaterThanOrEqual(withMutants.length)
  for (const [name, { id, mutant }] of spoiled) {
    const { points, checks } = labOf(reportOf(name), id)
    const lost = checks.filter(({ verdict }) => verdict !== 'passed').map(({ check }) => check)
    expect({ name, lost: lost.sort() }).toEqual({ name, lost: [...mutant.kills].sort() })
    const all = room.lab(id).steps.flatMap((step) => step.checks)
    const kept = all.filter((check) => !mutant.kills.includes(check.id))
    expect(points.earned).toBe(kept.reduce((sum, check) => sum + check.points, 0))
  }
})

test('the table and its CSV say what each report says, and all forms of a report the same', () => {
  const paint = createPaint({ colour: false, utf8: true })
  const rows: Record<string, string>[] = parse(readFileSync(join(room.path, 'table.csv')), { columns: true })
  expect(rows).toHaveLength(table.rows.length)
  table.rows.forEach(({ workspace, points }, i) => {
    const report = reportOf(workspace)
    expect(points).toEqual(report.points)
    expect(rows[i]).toMatchObject({
      workspace,
      points: String(report.points.earned),
      of: String(report.points.of),
    })
    for (const { lab, state, points } of report.labs)
      expect(rows[i]?.[lab]).toBe(state === 'not-started' ? '' : String(points.earned))
    const texts = REPORTER_NAMES.map((name) => [name, REPORTERS[name](report, { prefix: '', width: 100, paint })])
    expect(disagreements(Object.fromEntries(texts) as never)).toEqual([])
  })
})
