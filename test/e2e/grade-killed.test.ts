/**
 * lab grade --workspaces, killed at random moments and gone on with. LAB_CLASS=200 LAB_KILLS=20: so many workspaces, so
 * often. With LAB_FIGURES=1 it prints what it took.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClassReport } from '../../src/report/grade/class.ts'
import { build, PACKAGE } from '../cli/built.ts'
import { Classroom } from './classroom.ts'
import { mixedClass } from './mixed-class.ts'

const SIZE = Number(process.env['LAB_CLASS'] ?? 8)
const KILLS = Number(process.env['LAB_KILLS'] ?? 3)
/** ms for one workspace on a busy machine */
const EACH = 20_000

const figure = (text: string): void => {
  if (process.env['LAB_FIGURES'] === '1') process.stderr.write(`${text}\n`)
}

let room: Classroom
let expected: Map<string, number | undefined>
let whole: { table: string; ms: number; report: ClassReport }

const args = (results: string): string[] => ['--workspaces', 'class', '--seed', 'class', '--results', results]

beforeAll(
  async () => {
    await build()
    room = await Classroom.small()
    expected = await mixedClass(room, SIZE)
    const began = performance.now()
    const { stdout } = await room.grade([...args('whole'), '--reporter=tty', '--reporter=json=whole.json'])
    const report = JSON.parse(readFileSync(join(room.path, 'whole.json'), 'utf8')) as ClassReport
    whole = { table: stdout, ms: performance.now() - began, report }
    figure(`${SIZE} workspaces, not disturbed: ${Math.round(whole.ms / 1000)} s`)
  },
  120_000 + SIZE * EACH,
)
afterAll(() => room[Symbol.dispose]())

test('each workspace gets the points of the checks that its component passes', () => {
  const earned = new Map(whole.report.rows.map(({ workspace, points }) => [workspace, points?.earned]))
  expect(earned).toEqual(expected)
  // A row for each, and nothing of time in it.
  for (const name of expected.keys()) expect(whole.table).toContain(`\n  ${name} `)
})

test(`killed ${KILLS} times, it comes to the same table`, { timeout: 120_000 + 3 * SIZE * EACH }, async () => {
  const kept = join(room.path, 'killed')
  const results = (): string[] => readdirSync(kept).filter((name) => /^\d{3}-.*\.json$/.test(name))
  const began = performance.now()
  let runs = 0
  let killed = 0
  /** results that were whole at each kill */
  const moments: number[] = []
  for (; killed < KILLS; runs += 1) {
    const before = existsSync(kept) ? results().length : 0
    const child = spawn(process.execPath, [join(PACKAGE, 'bin/lab.js'), ...room.command, ...args('killed')], {
      cwd: room.path,
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    // A random moment, before a run's first result as well as between two of them.
    const timer = setTimeout(() => child.kill('SIGKILL'), (Math.random() * 2 * whole.ms) / (KILLS + 1))
    const [, signal] = (await ended) as [number | null, string | null]
    clearTimeout(timer)
    if (signal === 'SIGKILL') {
      killed += 1
      moments.push(existsSync(kept) ? results().length : 0)
    }
    // What was kept is kept.
    expect(existsSync(kept) ? results().length : 0).toBeGreaterThanOrEqual(before)
    // It came to the end: the next one is to have work again.
    if (signal === null) for (const name of results().filter(() => Math.random() < 0.5)) rmSync(join(kept, name))
  }
  const { stdout } = await room.grade([...args('killed'), '--reporter=tty'])
  figure(
    `killed ${killed} times: ${Math.round((performance.now() - began) / 1000)} s in ${runs + 1} runs; results at each kill: ${moments.join(' ')}`,
  )
  expect(stdout).toBe(whole.table)
  expect(readdirSync(kept).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
