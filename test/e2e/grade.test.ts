/** lab grade, by the built CLI over real hosts, in a course of two small labs. Drydock's own is graded in grade-course.test.ts. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { build } from '../cli/built.ts'
import { disagreements } from '../report/grade/disagreements.ts'
import { Classroom, GREET, labOf, SECOND } from './classroom.ts'

let room: Classroom
beforeAll(async () => {
  await build()
  room = await Classroom.small()
}, 300_000)
afterAll(() => room[Symbol.dispose]())

const read = (path: string): GradeReport => JSON.parse(readFileSync(path, 'utf8')) as GradeReport
const lost = (report: GradeReport): string[] =>
  labOf(report, GREET).checks.flatMap(({ check, verdict }) => (verdict === 'passed' ? [] : check))

describe('a workspace with a wrong component, a right one, and all reporters', () => {
  const FILES = { json: 'json', junit: 'xml', gitlab: 'json', gradescope: 'json', tap: 'tap', markdown: 'md' } as const
  const out = (name: keyof typeof FILES): string => join(room.path, 'out', `${name}.${FILES[name]}`)
  const text = (name: keyof typeof FILES): string => readFileSync(out(name), 'utf8')
  let screen: string
  let before: string
  let names: string[]
  let dir: string
  /** What lab keeps there; a lock's file comes and stays. */
  const kept = (): string[] => readdirSync(join(dir, '.lab')).filter((name) => name !== 'locks')

  beforeAll(async () => {
    dir = await room.workspace('wrong', [GREET, SECOND])
    for (const id of [GREET, SECOND]) room.solve(dir, id)
    room.edit(dir, 'greet/main.py', 'return 2', 'return 0')
    before = room.kept(dir)
    names = kept()
    const files = Object.keys(FILES).map((name) => `--reporter=${name}=${out(name as keyof typeof FILES)}`)
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: room.path, GITHUB_STEP_SUMMARY: join(room.path, 'summary') }
    const required = ['--require', GREET, '--require', `${SECOND}:1`, '--seed', 'base']
    const reporters = [...files, '--reporter=tty', '--reporter=github']
    const { exitCode, stdout, stderr } = await room.grade(['--workspace', dir, ...required, ...reporters], env)
    expect(exitCode, stdout + stderr).toBe(1)
    screen = stdout
  }, 240_000)

  test('loses exactly the points of the check that it breaks', () => {
    const report = read(out('json'))
    const { points, met } = labOf(report, GREET)
    expect([report.exitCode, report.seed, met, lost(report)]).toEqual([1, 'base', false, ['hello/no-name']])
    expect(points).toEqual({ earned: 1, of: 2 })
    expect(labOf(report, SECOND)).toMatchObject({ state: 'graded', points: { earned: 2, of: 2 }, met: true })
    expect(report).toMatchObject({ complete: true, timedOut: false, format: 1, workspace: 'wrong' })
    expect(report.points).toEqual({ earned: 3, of: 4 })
  })

  test('is described well enough to be graded again', () => {
    const { course, program, labs } = read(out('json'))
    expect(course.version).toBe(room.course.version)
    expect(course.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(program.version).toMatch(/^\d/)
    for (const { component, checkers, machine, tools, ms } of labs) {
      expect(component?.digest).toMatch(/^[0-9a-f]{64}$/)
      expect(component?.entry).toMatch(/^(?:greet|second)\/main\.py$/)
      expect(checkers).toMatch(/^[0-9a-f]{64}$/)
      expect(machine?.kernel).toMatch(/^\d/)
      expect(machine?.factor).toBeGreaterThan(0)
      expect(Object.values(tools)).toEqual([expect.stringMatching(/^\d+\./)])
      expect(ms).toBeGreaterThan(0)
    }
  })

  test('its reports agree with each other', () => {
    const [, , tty = '', github = ''] = /^::stop-commands::(\w+)\n(.*?)^::\1::\n(.*)$/ms.exec(screen) ?? []
    const files = Object.fromEntries(Object.keys(FILES).map((name) => [name, text(name as keyof typeof FILES)]))
    expect(disagreements({ ...files, tty, github })).toEqual([])
    expect(readFileSync(join(room.path, 'summary'), 'utf8')).toBe(text('markdown'))
    expect(screen).toContain('seed base')
  })

  test("on GitHub's runner nothing of the screen is a command", () => {
    const [, token = ''] = /^::stop-commands::(\w+)\n/.exec(screen) ?? []
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    expect(screen).toContain(`\n::${token}::`)
  })

  test('the journal and what else lab keeps there is as it was', () => {
    expect(room.kept(dir)).toBe(before)
    expect(names).toContain('journal.jsonl')
    expect(kept()).toEqual(names)
  })

  describe('--replay', () => {
    const replay = (...more: string[]) => room.grade(['--workspace', dir, '--replay', out('json'), '--json', ...more])
    const why = (stdout: string): string => (JSON.parse(stdout) as { error: { why: string } }).error.why

    test('gives the same verdicts under the same seed', async () => {
      const { stdout, exitCode } = await replay()
      const [then, now] = [read(out('json')), JSON.parse(stdout) as GradeReport]
      expect([exitCode, lost(now)]).toEqual([1, lost(then)])
      expect([now.seed, now.points, now.asked.required]).toEqual([then.seed, then.points, then.asked.required])
    })

    test('refuses other checks, and names their lab; --anyway runs with them', async () => {
      const checks = join(room.course.root, 'checkers', GREET, 'hello.ts')
      const kept = readFileSync(checks)
      const text = kept.toString()
      // Both checks ask for another greeting.
      const others = text.replace('hello ${name}', 'hi ${name}')
      expect(others).not.toBe(text)
      writeFileSync(checks, others)
      try {
        const refused = await replay()
        expect(refused.exitCode).toBe(3)
        expect(why(refused.stdout)).toMatch(/: the checks of small\/greet are others\.$/)
        const { stdout } = await replay('--anyway')
        const report = JSON.parse(stdout) as GradeReport
        expect(lost(report)).toEqual(['hello/name', 'hello/no-name'])
        expect(labOf(report, GREET).checkers).not.toBe(labOf(read(out('json')), GREET).checkers)
      } finally {
        writeFileSync(checks, kept)
      }
    })

    test('refuses another component and another course; --anyway runs with them, under the seed of the report', async () => {
      const other = join(room.path, 'other')
      cpSync(dir, other, { recursive: true })
      room.write(other, 'greet/component.yaml', 'run: 7\n')
      const then = read(out('json'))
      const file = join(room.path, 'other.json')
      writeFileSync(file, JSON.stringify({ ...then, course: { ...then.course, digest: '0'.repeat(64) } }))
      const args = ['--workspace', other, '--replay', file, '--json']
      const refused = await room.grade(args)
      expect(refused.exitCode).toBe(3)
      expect(why(refused.stdout)).toMatch(/the course was .*; the component of small\/greet is another one\.$/)
      expect(refused.stdout).toContain('--anyway')
      const { stdout, exitCode } = await room.grade([...args, '--anyway'])
      const now = JSON.parse(stdout) as GradeReport
      expect([exitCode, now.seed, labOf(now, GREET).state]).toEqual([1, 'base', 'unreadable'])
      expect(labOf(now, SECOND).points).toEqual({ earned: 2, of: 2 })
    })

    test.each([
      ['what is no JSON', 'x', 'is no JSON'],
      ['another thing', '{"format":1}', 'is no report'],
      ['a newer format', '{"format":99}', 'It has format 99'],
    ])('%s is refused', async (_, text, words) => {
      const file = join(room.path, 'none.json')
      writeFileSync(file, text)
      const { stderr, exitCode } = await room.grade(['--replay', file])
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
    })

    test('--anyway without a report is wrong usage', async () => {
      expect(await room.grade(['--workspace', dir, '--anyway'])).toMatchObject({ exitCode: 2 })
    })
  })
})

test('a lab that is not started costs nothing, unless it is required: then it is short', async () => {
  const dir = await room.workspace('not-started', [GREET])
  room.write(dir, 'greet/component.yaml', 'run: 7\n')
  const file = join(room.path, 'a/b/c.json')
  const { stdout, exitCode } = await room.grade(['--workspace', dir, '--reporter', `json=${file}`, '--reporter', 'tty'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/small\/second +0 of \d+ points +not started/)
  expect(labOf(read(file), SECOND)).toMatchObject({ state: 'not-started', met: true })
  expect(read(file).points).toEqual(labOf(read(file), GREET).points)

  const required = await room.grade(['--workspace', dir, SECOND, '--require', `${SECOND}:1`, '--json'])
  expect(required.exitCode).toBe(1)
  expect((JSON.parse(required.stdout) as GradeReport).points).toEqual({ earned: 0, of: room.lab(SECOND).points })
})

describe('what is no component', () => {
  test.each([
    ['a build that fails', 'run: [./main.py]\nbuild: [sh, -c, "printf \'\\\\033[2Jno\' >&2; exit 3"]\n', 'not-built'],
    ['a component.yaml that is wrong', 'run: 7\n', 'unreadable'],
    ['a program that is not there', 'run: [./absent]\n', 'not-built'],
  ])('%s gets nothing, and that is the submission', async (name, yaml, state) => {
    const dir = await room.workspace(name.replaceAll(' ', '-'), [GREET])
    room.write(dir, 'greet/component.yaml', yaml)
    const file = join(room.path, 'none.json')
    const reporters = ['--reporter', `json=${file}`, '--reporter', 'tty']
    const { stdout, exitCode } = await room.grade(['--workspace', dir, '--require', GREET, ...reporters])
    expect(exitCode, stdout).toBe(1)
    const lab = labOf(read(file), GREET)
    expect(lab).toMatchObject({ state, points: { earned: 0 }, reason: { cause: 'submission' } })
    expect(lab.checks.every(({ verdict }) => verdict === 'not-run')).toBe(true)
    if (yaml.includes('033'))
      expect([lab.reason?.detail, stdout]).toEqual([
        expect.stringContaining('\u001b[2J'),
        expect.stringContaining('\\x1b[2Jno'),
      ])
    // eslint-disable-next-line no-control-regex -- what the build printed must not be there
    expect(stdout).not.toMatch(/\u001b/)
  })

  test('a component that is a link to somewhere else is not read', async () => {
    const dir = await room.workspace('link', [GREET])
    const secret = join(room.path, 'secret')
    mkdirSync(secret)
    writeFileSync(join(secret, 'component.yaml'), 'run: [./main.py]\n')
    rmSync(join(dir, 'greet'), { recursive: true })
    symlinkSync(secret, join(dir, 'greet'))
    const { stdout } = await room.grade(['--workspace', dir, '--json'])
    expect(labOf(JSON.parse(stdout) as GradeReport, GREET)).toMatchObject({
      state: 'unreadable',
      reason: { cause: 'submission', what: 'The component of small/greet is outside the workspace.' },
    })
    rmSync(join(dir, 'greet'))
    mkdirSync(join(dir, 'greet'))
    writeFileSync(join(secret, 'component.yaml'), 'run: {password: hunter2}\n')
    symlinkSync(join(secret, 'component.yaml'), join(dir, 'greet', 'component.yaml'))
    const file = await room.grade(['--workspace', dir, '--json'])
    expect(labOf(JSON.parse(file.stdout) as GradeReport, GREET)).toMatchObject({ state: 'unreadable' })
    expect(file.stdout + file.stderr).not.toContain('hunter2')
  })
})

describe('when it can not be graded', () => {
  test('a target that is not there is exit 3, and no grade', async () => {
    const dir = await room.workspace('no-target', [GREET])
    room.solve(dir, GREET)
    const results = join(room.path, 'no-grade.json')
    const { stdout, exitCode } = await room.grade([
      ...['--workspace', dir, '--target', 'lima', '--require', GREET, '--json'],
      ...['--reporter', `gradescope=${results}`],
    ])
    const report = JSON.parse(stdout) as GradeReport
    expect([exitCode, report.exitCode, report.complete]).toEqual([3, 3, false])
    expect(labOf(report, GREET)).toMatchObject({ state: 'not-graded', reason: { cause: 'environment' } })
    expect(JSON.parse(readFileSync(results, 'utf8'))).not.toHaveProperty('score')
  })

  test('--timeout keeps what there is, and says that the rest was not run', async () => {
    const dir = await room.workspace('slow', [GREET])
    room.solve(dir, GREET)
    // The first check of each start says nothing for long: it is ended, and the others never begin.
    room.write(dir, 'greet/component.yaml', 'run: [python3, ./main.py]\nbuild: [sh, -c, "sleep 1000"]\n')
    const { stdout, exitCode } = await room.grade(['--workspace', dir, '--timeout', '3s', '--require', GREET, '--json'])
    const report = JSON.parse(stdout) as GradeReport
    expect([exitCode, report.timedOut, report.complete]).toEqual([1, true, true])
    const lab = labOf(report, GREET)
    expect(lab.checks.every(({ verdict, reason }) => verdict === 'not-run' && reason?.cause === 'time')).toBe(true)
    expect(lab.points.earned).toBe(0)
  })
})

describe('wrong usage is exit 2', () => {
  test.each([
    [['--require', 'small/greet:999'], 'asks for points that small/greet does not give'],
    [['--require', 'small/gret'], 'small/greet'],
    [['small/nosuch'], 'small/'],
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
