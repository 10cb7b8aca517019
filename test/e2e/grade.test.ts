/** lab grade, by the built CLI over real hosts. Few gradings, each looked at from all sides. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { build } from '../cli/built.ts'
import { Classroom, FRAMES, INIT, labOf } from './classroom.ts'

let room: Classroom
beforeAll(async () => {
  await build()
  room = await Classroom.open()
}, 300_000)
afterAll(() => room[Symbol.dispose]())

const read = (path: string): GradeReport => JSON.parse(readFileSync(path, 'utf8')) as GradeReport

describe('a workspace of solutions', () => {
  const FILES = ['grade.json', 'report.xml', 'quality.json', 'results.json', 'report.tap', 'report.md'] as const
  const REPORTERS = ['json', 'junit', 'gitlab', 'gradescope', 'tap', 'markdown']
  let out: (name: (typeof FILES)[number]) => string
  let screen: string
  let before: string
  let dir: string

  beforeAll(async () => {
    dir = await room.workspace('solved', [INIT, FRAMES])
    for (const id of [INIT, FRAMES]) room.solve(dir, id)
    before = room.kept(dir)
    const reporters = FILES.flatMap((file, i) => ['--reporter', `${REPORTERS[i]}=out/${file}`])
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: room.path, GITHUB_STEP_SUMMARY: join(room.path, 'summary') }
    const graded = await room.grade(
      [
        '--workspace',
        dir,
        '--require',
        INIT,
        '--require',
        `${FRAMES}:3`,
        ...reporters,
        '--reporter',
        'tty',
        '--reporter=github',
      ],
      env,
    )
    expect(graded.exitCode, graded.stdout + graded.stderr).toBe(0)
    screen = graded.stdout
    out = (name) => readFileSync(join(room.path, 'out', name), 'utf8')
  }, 240_000)

  test('has full marks in every lab', () => {
    const report = JSON.parse(out('grade.json')) as GradeReport
    for (const id of [INIT, FRAMES]) {
      const { points, state, checks, met } = labOf(report, id)
      expect({ id, state, points, met }).toEqual({
        id,
        state: 'graded',
        points: { earned: room.lab(id).points, of: room.lab(id).points },
        met: true,
      })
      expect(checks.map(({ check }) => check)).toEqual(
        room.lab(id).steps.flatMap((step) => step.checks.map((check) => check.id)),
      )
    }
    expect(report).toMatchObject({ complete: true, timedOut: false, exitCode: 0, format: 1, workspace: 'solved' })
  })

  test('is described well enough to be graded again', () => {
    const { course, program, labs } = JSON.parse(out('grade.json')) as GradeReport
    expect(course.version).toBe(room.course.version)
    expect(course.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(program.version).toMatch(/^\d/)
    for (const { component, checkers, machine, tools, ms } of labs) {
      expect(component?.digest).toMatch(/^[0-9a-f]{64}$/)
      expect(component?.entry).toMatch(/^(init\/main\.py|frames\/.*\.ts)$/)
      expect(checkers).toMatch(/^[0-9a-f]{64}$/)
      expect(machine?.kernel).toMatch(/^\d/)
      expect(machine?.factor).toBeGreaterThan(0)
      expect(Object.values(tools)).toEqual([expect.stringMatching(/^\d+\./)])
      expect(ms).toBeGreaterThan(0)
    }
  })

  test('its reports agree with each other', () => {
    const { points, labs, seed } = JSON.parse(out('grade.json')) as GradeReport
    const checks = labs.flatMap((lab) => lab.checks)
    expect(JSON.parse(out('results.json'))).toMatchObject({ score: points.earned })
    expect((JSON.parse(out('results.json')) as { tests: unknown[] }).tests).toHaveLength(checks.length)
    expect(JSON.parse(out('quality.json'))).toEqual([])
    expect(out('report.xml')).toContain(`tests="${checks.length}" failures="0" errors="0"`)
    expect(out('report.tap')).toContain(`1..${checks.length}\n`)
    expect(out('report.tap').match(/^ok /gm)).toHaveLength(checks.length)
    expect(out('report.md')).toContain(`${points.earned} of ${points.of} points`)
    expect(readFileSync(join(room.path, 'summary'), 'utf8')).toBe(out('report.md'))
    expect(screen).toContain(`${points.earned} of ${points.of} points`)
    expect(screen).toContain(`seed ${seed}`)
  })

  test("on GitHub's runner nothing of the screen is a command", () => {
    const [, token = ''] = /^::stop-commands::(\w+)\n/.exec(screen) ?? []
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    expect(screen).toContain(`\n::${token}::`)
  })

  test('the journal and what else lab keeps there is as it was', () => {
    expect(room.kept(dir)).toBe(before)
    expect(readdirSync(join(dir, '.lab')).sort()).toEqual(
      ['journal.jsonl', 'locks'].filter((name) => existsSync(join(dir, '.lab', name))),
    )
  })
})

describe('--replay', () => {
  test.each([
    ['what is no JSON', 'x', 'is no JSON'],
    ['another thing', '{"format":1}', 'is no report'],
    ['a newer format', '{"format":99}', 'It has format 99'],
  ])('%s is refused', async (_, text, words) => {
    const file = join(room.path, 'other.json')
    writeFileSync(file, text)
    const { stderr, exitCode } = await room.grade(['--replay', file])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
  })
})

describe('a mutant', () => {
  let dir: string
  let file: string
  let kills: string[]
  beforeAll(async () => {
    dir = await room.workspace('mutant')
    kills = (await room.spoil(dir, 'believes-the-sender')).kills
    file = join(room.path, 'mutant.json')
    const args = [
      '--workspace',
      dir,
      '--seed',
      'base',
      '--require',
      INIT,
      '--reporter',
      `json=${file}`,
      '--reporter=tty',
    ]
    const { exitCode, stdout } = await room.grade(args)
    expect(exitCode, stdout).toBe(1)
    expect(stdout).toMatch(/linux\/frames +0 of \d+ points +not started/)
  }, 240_000)

  const lost = (report: GradeReport): string[] =>
    labOf(report, INIT).checks.flatMap(({ check, verdict }) => (verdict === 'passed' ? [] : check))

  test('loses exactly the points of the checks that it breaks', () => {
    const report = read(file)
    const { points, met } = labOf(report, INIT)
    expect([report.exitCode, report.seed, met, lost(report)]).toEqual([1, 'base', false, kills])
    const broken = room.lab(INIT).steps.flatMap(({ checks }) => checks.filter(({ id }) => kills.includes(id)))
    const of = room.lab(INIT).points
    expect(points).toEqual({ earned: of - broken.reduce((sum, check) => sum + check.points, 0), of })
  })

  test('a lab that is not started costs nothing', () => {
    const report = read(file)
    expect(labOf(report, FRAMES)).toMatchObject({ state: 'not-started', met: true })
    expect(report.points).toEqual(labOf(report, INIT).points)
  })

  test('--replay gives the same verdicts, and refuses what is not the same', { timeout: 240_000 }, async () => {
    const again = await room.grade(['--workspace', dir, '--replay', file, '--json'])
    const [before, now] = [read(file), JSON.parse(again.stdout) as GradeReport]
    expect(lost(now)).toEqual(kills)
    expect([now.seed, now.points, now.asked.required]).toEqual([
      before.seed,
      labOf(before, INIT).points,
      before.asked.required,
    ])
    expect(again.exitCode).toBe(1)

    room.write(dir, 'init/notes.txt', 'one more file')
    writeFileSync(file, JSON.stringify({ ...before, course: { ...before.course, digest: '0'.repeat(64) } }))
    const refused = await room.grade(['--workspace', dir, '--replay', file, '--json'])
    expect(refused.exitCode).toBe(3)
    const { why, remedy } = (JSON.parse(refused.stdout) as { error: { why: string; remedy: string } }).error
    expect(why).toMatch(/the course was .*; the component of linux\/init is another one\.$/)
    expect(remedy).toContain('--anyway')
  })
})

test('starters get nothing; a lab that is required and not started is short', { timeout: 240_000 }, async () => {
  const dir = await room.workspace('starters', [INIT, FRAMES])
  const { stdout, exitCode } = await room.grade([
    '--workspace',
    dir,
    '--reporter',
    'json=a/b/c.json',
    '--reporter',
    'tty',
  ])
  expect(exitCode).toBe(0)
  const report = read(join(room.path, 'a/b/c.json'))
  for (const id of [INIT, FRAMES]) {
    const { points } = room.lab(id)
    expect(labOf(report, id)).toMatchObject({ state: 'graded', points: { earned: 0, of: points } })
  }
  expect(stdout).toContain(' 0 of ')

  const other = await room.workspace('not-started')
  const required = await room.grade(['--workspace', other, FRAMES, '--require', `${FRAMES}:1`, '--json'])
  expect(required.exitCode).toBe(1)
  expect((JSON.parse(required.stdout) as GradeReport).points).toEqual({ earned: 0, of: room.lab(FRAMES).points })
})

describe('what is no component', () => {
  test.each([
    ['a build that fails', 'run: [./main.py]\nbuild: [sh, -c, "printf \'\\\\033[2Jno\' >&2; exit 3"]\n', 'not-built'],
    ['a component.yaml that is wrong', 'run: 7\n', 'unreadable'],
    ['a program that is not there', 'run: [./absent]\n', 'not-built'],
  ])('%s gets nothing, and that is the submission', async (name, yaml, state) => {
    const dir = await room.workspace(name.replaceAll(' ', '-'))
    room.write(dir, 'init/component.yaml', yaml)
    const file = join(room.path, 'none.json')
    const reporters = ['--reporter', `json=${file}`, '--reporter', 'tty']
    const { stdout, exitCode } = await room.grade(['--workspace', dir, '--require', INIT, ...reporters])
    expect(exitCode, stdout).toBe(1)
    const init = labOf(read(file), INIT)
    expect(init).toMatchObject({ state, points: { earned: 0 }, reason: { cause: 'submission' } })
    expect(init.checks.every(({ verdict }) => verdict === 'not-run')).toBe(true)
    if (yaml.includes('033'))
      expect([init.reason?.detail, stdout]).toEqual([
        expect.stringContaining('\u001b[2J'),
        expect.stringContaining('\\x1b[2Jno'),
      ])
    // eslint-disable-next-line no-control-regex -- what the build printed must not be there
    expect(stdout).not.toMatch(/\u001b/)
  })

  test('a component that is a link to somewhere else is not read', async () => {
    const dir = await room.workspace('link')
    const secret = join(room.path, 'secret')
    mkdirSync(secret)
    writeFileSync(join(secret, 'component.yaml'), 'run: [./main.py]\n')
    rmSync(join(dir, 'init'), { recursive: true })
    symlinkSync(secret, join(dir, 'init'))
    const { stdout } = await room.grade(['--workspace', dir, '--json'])
    expect(labOf(JSON.parse(stdout) as GradeReport, INIT)).toMatchObject({
      state: 'unreadable',
      reason: { cause: 'submission', what: 'The component of linux/init is outside the workspace.' },
    })
    rmSync(join(dir, 'init'))
    mkdirSync(join(dir, 'init'))
    writeFileSync(join(secret, 'component.yaml'), 'run: {password: hunter2}\n')
    symlinkSync(join(secret, 'component.yaml'), join(dir, 'init', 'component.yaml'))
    const file = await room.grade(['--workspace', dir, '--json'])
    expect(labOf(JSON.parse(file.stdout) as GradeReport, INIT)).toMatchObject({ state: 'unreadable' })
    expect(file.stdout + file.stderr).not.toContain('hunter2')
  })
})

describe('when it can not be graded', () => {
  test('a target that is not there is exit 3, and no grade', async () => {
    const dir = await room.workspace('no-target')
    room.solve(dir)
    const results = join(room.path, 'no-grade.json')
    const { stdout, exitCode } = await room.grade([
      ...['--workspace', dir, '--target', 'lima', '--require', INIT, '--json'],
      ...['--reporter', `gradescope=${results}`],
    ])
    const report = JSON.parse(stdout) as GradeReport
    expect([exitCode, report.exitCode, report.complete]).toEqual([3, 3, false])
    expect(labOf(report, INIT)).toMatchObject({ state: 'not-graded', reason: { cause: 'environment' } })
    expect(JSON.parse(readFileSync(results, 'utf8'))).not.toHaveProperty('score')
  })

  test('--timeout keeps what there is, and says that the rest was not run', async () => {
    const dir = await room.workspace('slow')
    room.solve(dir)
    // The first check of each start says nothing for long: it is ended, and the others never begin.
    room.write(dir, 'init/component.yaml', 'run: [python3, ./main.py]\nbuild: [sh, -c, "sleep 1000"]\n')
    const { stdout, exitCode } = await room.grade(['--workspace', dir, '--timeout', '3s', '--require', INIT, '--json'])
    const report = JSON.parse(stdout) as GradeReport
    expect([exitCode, report.timedOut, report.complete]).toEqual([1, true, true])
    const init = labOf(report, INIT)
    expect(init.checks.every(({ verdict, reason }) => verdict === 'not-run' && reason?.cause === 'time')).toBe(true)
    expect(init.points.earned).toBe(0)
  })
})

describe('wrong usage is exit 2', () => {
  test.each([
    [['--require', 'linux/init:999'], 'asks for points that linux/init does not give'],
    [['--require', 'linux/inti'], 'linux/init'],
    [['linux/nosuch'], 'linux/'],
    [['--reporter', 'juint'], 'Did you mean junit?'],
    [['--reporter', 'junit='], 'names no file'],
    [['--timeout', '10'], 'takes a time'],
    [['--timeout', '99999h'], 'takes a time'],
    [['--json', '--reporter', 'tap'], 'can not both go to standard output'],
    [['--seed', 'a b'], 'is not a seed'],
  ])('%j', async (args, words) => {
    const { stderr, stdout, exitCode } = await room.grade(args)
    expect(stderr + stdout).toContain(words)
    expect(exitCode).toBe(2)
  })
})
