/** A class with attackers in it, graded to the end on each target: its honest workspaces have the rows that they have without them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClassReport, ClassRow } from '../../src/report/grade/class.ts'
import type { GradedLab, GradeReport } from '../../src/report/grade/report.ts'
import { build } from '../cli/built.ts'
import { Classroom, GREET, labOf, SECOND } from '../e2e/classroom.ts'
import { BY_COMPONENT, type Setting } from './attacks.ts'
import { Battery, saidOf } from './battery.ts'

const HONEST = ['ada', 'bob']
/** The checks of a lab start its component three times, and twice. */
const FUSE = { starts: 3 }

let battery: Battery
beforeAll(async () => {
  await build()
  battery = await Battery.open()
}, 300_000)
afterAll(() => battery[Symbol.asyncDispose]())

/** A kernel for each lab of each workspace takes two minutes: with LAB_ATTACKS=all. */
const targets = ['local', ...(process.env['LAB_ATTACKS'] === 'all' && process.arch === 'x64' ? ['uml'] : [])]

describe.each(targets)('a class graded on %s', (target) => {
  // A throw-away kernel ends with its lab: what is left from lab to lab is a question for the others.
  const LABS = target === 'uml' ? [GREET] : [GREET, SECOND]
  const points = 2 * LABS.length
  let room: Classroom
  let alone: { table: string; rows: ClassRow[] }
  let among: { table: string; rows: ClassRow[] }

  const of = (name: string) => among.rows.find(({ workspace }) => workspace === name)
  const whole = (name: string): GradeReport =>
    JSON.parse(readFileSync(join(room.path, 'among', of(name)?.report ?? ''), 'utf8')) as GradeReport
  const said = (id: string, lab: GradedLab): string[][] => lab.checks.map(({ output }) => saidOf(id, output))
  const wentOff = ({ output }: GradedLab['checks'][number]): boolean => saidOf('bomb', output).length > 0

  async function grade(results: string, on: string): Promise<{ table: string; rows: ClassRow[] }> {
    const file = join(room.path, `${results}.json`)
    const { stdout, stderr, exitCode } = await room.grade([
      ...['--workspaces', 'class', '--results', results, '--target', on, '--seed', 'class', '--jobs', '2'],
      ...['--reporter', 'tty', '--reporter', `json=${file}`],
    ])
    expect(exitCode, stdout + stderr).toBe(0)
    return { table: stdout, rows: (JSON.parse(readFileSync(file, 'utf8')) as ClassReport).rows }
  }

  /** A workspace with both labs, whose components `fill` writes. */
  async function make(name: string, fill: (component: string, solution: string) => void): Promise<void> {
    const dir = await room.workspace(join('class', name), LABS)
    for (const lab of LABS.map((id) => room.lab(id))) {
      rmSync(join(dir, lab.name), { recursive: true })
      fill(join(dir, lab.name), join(lab.dir, 'solutions/python/main.py'))
    }
  }

  beforeAll(async () => {
    room = await Classroom.small()
    for (const name of HONEST) {
      const dir = await room.workspace(join('class', name), LABS)
      for (const id of LABS) room.solve(dir, id)
    }
    room.edit(join(room.path, 'class', 'bob'), 'greet/main.py', 'return 2', 'return 0')
    alone = await grade('alone', 'local')
    await make('mallory', (component, solution) => battery.attacker(component, { greets: true }, solution))
    await make('counter', (component, solution) => battery.bomb(component, FUSE, solution))
    await make('clock', (component, solution) => battery.bomb(component, { seconds: 2 }, solution))
    await make('forger', (component) => battery.wrong(component, 'forger.py'))
    among = await grade('among', target)
  }, 600_000)
  afterAll(() => room[Symbol.dispose]())

  it('the honest have the same rows as without attackers', () => {
    const honest = ({ workspace }: ClassRow): boolean => HONEST.includes(workspace)
    expect(alone.rows.map(({ points }) => points?.earned)).toEqual([points, points - 1])
    expect(among.rows.filter(honest)).toEqual(alone.rows)
    const lines = (table: string): string[] => table.split('\n').filter((line) => /^ +(?:ada|bob) /.test(line))
    expect(lines(among.table)).toEqual(lines(alone.table))
    expect(lines(alone.table)).toHaveLength(2)
  })

  it('who attacks and is right has the points, and what was tried came to what the table says', () => {
    expect(of('mallory')?.points).toEqual({ earned: points, of: points })
    const root = process.getuid?.() === 0
    const setting: Setting = target === 'uml' ? 'uml' : root ? 'root' : 'local'
    for (const { id, fate, held } of BY_COMPONENT.filter((attack) => attack.fate[setting] === 'held')) {
      const words = labOf(whole('mallory'), GREET).checks.flatMap(({ output }) => saidOf(id, output))
      expect(words, `${id} was tried`).not.toEqual([])
      for (const one of words) expect(one, `${id}: ${fate[setting]}`).toMatch(held)
    }
  })

  it.runIf(target === 'local')('what is left in one lab is in no check of the next one', () => {
    for (const id of LABS) {
      const all = said('leave-state', labOf(whole('mallory'), id))
      expect(all).toHaveLength(2)
      for (const [first, ...others] of all) {
        expect(first).toMatch(/^found nothing; left \/tmp/)
        expect(others.length).toBeGreaterThan(0)
        for (const words of others) expect(words).toMatch(/^found \/tmp, .*shm(?:, socket)?; /)
      }
    }
  })

  it('a count of starts begins anew in each check, and the bomb never goes off', () => {
    expect(of('counter')?.points).toEqual({ earned: points, of: points })
    const starts = LABS.map((id) => said('count', labOf(whole('counter'), id)))
    expect(starts).toEqual(
      LABS.map(() => [
        ['start 1', 'start 2', 'start 3'],
        ['start 1', 'start 2'],
      ]),
    )
  })

  it('a bomb that goes off by the clock costs the checks in which it does, and no other', () => {
    const checks = LABS.flatMap((id) => labOf(whole('clock'), id).checks)
    expect(checks.filter(wentOff)).not.toEqual([])
    for (const check of checks) expect(check.verdict === 'passed', check.check).toBe(!wentOff(check))
    const right = checks.filter((check) => !wentOff(check)).reduce((sum, { points }) => sum + points.of, 0)
    expect(of('clock')?.points?.earned).toBe(right)
  })

  it('who forges has nothing', () => {
    expect(of('forger')?.points).toEqual({ earned: 0, of: points })
  })
})

describe('without any protection', () => {
  it('the count is kept, and the bomb goes off', () => {
    const folder = join(battery.path, 'counted')
    mkdirSync(folder)
    const dir = battery.bomb(join(battery.path, 'bomb'), FUSE, '/dev/null')
    const given = JSON.parse(readFileSync(join(dir, 'given.json'), 'utf8')) as object
    writeFileSync(join(dir, 'given.json'), JSON.stringify({ ...given, folders: [folder] }))
    const starts = [1, 2, 3, 4].map(() =>
      execFileSync('sh', ['-c', 'python3 "$0" Ada 2>&1', join(dir, 'bomb.py')], { encoding: 'utf8' }),
    )
    expect(starts.map((text) => text.includes('went off'))).toEqual([false, false, false, true])
    expect(starts[3]).toContain('check-done')
  })
})
