/** The package as it is handed on: packed from a clean checkout, installed by npm, used by an ordinary user. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCourse, loadLab } from '../../src/course/course.ts'
import { addLab, createWorkspace } from '../../src/workspace/workspace.ts'

const root = resolve(import.meta.dirname, '../..')
const INPUTS = [
  'bin',
  'checkers',
  'labs',
  'scripts',
  'src',
  'LICENSE',
  'README.md',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]

/** An ordinary user that has no account, where the tests are root's. */
const ORDINARY = 61002

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lab-package-')))
const place = (...names: string[]): string => join(folder, ...names)
const home = place('home')
const env = {
  PATH: `/usr/local/bin:/usr/bin:/bin:${resolve(process.execPath, '..')}`,
  LANG: 'C.UTF-8',
  NO_COLOR: '1',
}

/** Runs a program to its end; npm without network: the package needs none. */
function run(command: string[], cwd: string, more: Record<string, string> = {}) {
  const [program = '', ...args] = command
  const npm = {
    HOME: place('npm'),
    npm_config_offline: 'true',
    npm_config_cache: place('npm/cache'),
    npm_config_update_notifier: 'false',
  }
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...env, ...npm, ...more },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Runs `command` as the person who learns. */
function person(command: string[], cwd = home) {
  const who =
    process.getuid?.() === 0 ? ['setpriv', `--reuid=${ORDINARY}`, `--regid=${ORDINARY}`, '--clear-groups'] : []
  return run([...who, ...command], cwd, { HOME: home })
}

const lab = place('prefix/bin/lab')
const installed = place('prefix/lib/node_modules/@drydock/lab')
let tarball = ''

beforeAll(() => {
  chmodSync(folder, 0o755)
  for (const name of ['checkout', 'npm', 'home', 'prefix']) mkdirSync(place(name))
  if (process.getuid?.() === 0) chownSync(home, ORDINARY, ORDINARY)
  for (const name of INPUTS) cpSync(join(root, name), place('checkout', name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), place('checkout', 'node_modules'))
  const packed = run(['npm', 'pack', '--pack-destination', folder], place('checkout'))
  expect(packed.status, packed.stderr).toBe(0)
  tarball = place(readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball')
  const done = run(['npm', 'install', '--global', '--prefix', place('prefix'), tarball], folder)
  expect(done.status, done.stderr).toBe(0)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every file below a folder, by its path in it. */
function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()
}

describe('the tarball', () => {
  it('holds what a learner needs, and is small', () => {
    const names = files(installed)
    expect(names).toEqual(expect.arrayContaining(['dist/cli.cjs', 'dist/engine.cjs', 'dist/checkers/linux/init.cjs']))
    expect(names).toEqual(expect.arrayContaining(['dist/licenses.txt', 'labs/linux/init/solutions/go/main.go']))
    expect(
      names.filter((name) => /^(?:src|checkers|test|scripts)\/|mutants|oracles|golden|\.cache$/.test(name)),
    ).toEqual([])
    // 0.2 MB of it for each lab over etcd, whose checks bring a gRPC client.
    expect(statSync(tarball).size).toBeLessThan(1_500_000)
  })

  it('needs no other package: without network npm leaves out esbuild, which is optional', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    ) as Record<string, object | undefined>
    expect([dependencies, Object.keys(optionalDependencies ?? {})]).toEqual([undefined, ['esbuild']])
    expect(readdirSync(place('prefix/lib/node_modules'))).toEqual(['@drydock'])
    expect(readdirSync(installed)).not.toContain('node_modules')
  })

  it('names the licence of each package whose code is in it', () => {
    const text = readFileSync(join(installed, 'dist/licenses.txt'), 'utf8')
    for (const name of ['@oclif/core', 'execa', 'marked', 'valibot', 'yaml'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })
})

describe('installed for everybody, in a folder that its user can not write', () => {
  it('goes from an empty folder to the first red check', () => {
    const before = files(installed)
    const started = person([lab, 'start', 'linux/init', '--track', 'python'])
    expect(started.stdout).toContain('exit-status/code failed')
    expect({ status: started.status, stderr: started.stderr }).toEqual({ status: 0, stderr: '' })
    const checked = person([lab, 'check', 'exit-status/code'])
    expect(checked.stdout).toContain("init -- sh -c 'exit 7' exits 7")
    expect(checked.status).toBe(1)
    expect(person([lab, 'status']).stdout).toContain('linux/init')
    expect(person(['sh', '-c', `'${lab}' read | head -n 3`]).stdout).toMatch(/PID 1/)
    expect(readdirSync(home).sort()).toEqual(['.cache', 'work'])
    if (process.getuid?.() === 0) expect(files(installed)).toEqual(before)
  })

  it.runIf(process.arch === 'x64')(
    'gives the same verdict in a throw-away kernel, which an ordinary user may boot',
    () => {
      const { status, stdout, stderr } = person([lab, 'check', 'exit-status/code', '--target', 'uml', '--json'])
      expect(status, stdout + stderr).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({ results: [{ check: 'exit-status/code', verdict: 'failed' }] })
    },
  )

  it.runIf(process.getuid?.() === 0)('keeps compiled code and the parsed course in the cache of the user', () => {
    const kept = (name: RegExp): string[] => files(join(home, '.cache/drydock')).filter((file) => name.test(file))
    // A file that was modified a moment ago, as those that npm has just installed, is not kept yet.
    const deadline = Date.now() + 20_000
    do person([lab, 'status'])
    while (kept(/^course\/\w+\/lab\+linux\+init\.json$/).length === 0 && Date.now() < deadline)
    expect(kept(/^course\/\w+\/lab\+linux\+init\.json$/)).toHaveLength(1)
    expect(kept(/^code\/\w+\.v[\d.]+-\w+\.cache$/)).toHaveLength(1)
  })

  it.each(['go', 'python'])('gives the starter that a checkout gives (%s)', async (track) => {
    const starters = [installed, root].map(async (from, i) => {
      const course = await loadCourse(from, { cacheDir: false })
      const { workspace } = await createWorkspace(place(`${track}-${i}`), course)
      return files(await addLab(workspace, course, await loadLab(course, 'linux/init', { cacheDir: false }), track))
    })
    const [packed, own] = await Promise.all(starters)
    expect(packed).toEqual(own)
    expect(packed).toContain('.gitignore')
  })

  it('says what a course of somebody else needs', () => {
    cpSync(join(root, 'labs'), place('course/labs'), { recursive: true })
    cpSync(join(root, 'checkers'), place('course/checkers'), { recursive: true })
    const { status, stderr } = person([lab, 'check', 'exit-status/code', '--course', place('course')])
    expect(stderr).toContain('esbuild is not installed')
    expect(stderr).toContain('npm install esbuild')
    expect(status).toBe(3)
  })
})

describe('the TypeScript track of an installed package', () => {
  const start = () => person([lab, 'start', 'linux/frames', '--track', 'typescript', '--workspace', join(home, 'ts')])

  it('says what installs esbuild where npm has left it out', () => {
    const { status, stdout, stderr } = start()
    const said = (stdout + stderr).replace(/\s+/g, ' ')
    expect(said).toContain('esbuild was not installed with lab, and this component is built with it')
    expect(said).toContain('npm install esbuild where lab is installed')
    expect(status).toBe(3)
    expect(person([lab, 'doctor', '--workspace', join(home, 'ts')]).stdout).toContain('no esbuild, which npm installs')
  })

  it('goes to the first red check where npm has installed it', () => {
    for (const name of ['esbuild', '@esbuild'])
      cpSync(join(root, 'node_modules', name), join(installed, 'node_modules', name), { recursive: true })
    const { status, stdout, stderr } = start()
    expect(stdout).toContain('frames: to be built: call')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

describe('installed in a project', () => {
  it('npx lab works, and its workspace is in the current folder', () => {
    const project = place('project')
    mkdirSync(project)
    if (process.getuid?.() === 0) chownSync(project, ORDINARY, ORDINARY)
    const npm = ['env', 'npm_config_cache=' + join(home, '.npm')]
    const done = person([...npm, 'npm', 'install', tarball], project)
    expect(done.status, done.stderr).toBe(0)
    const { status, stdout, stderr } = person([...npm, 'npx', 'lab', 'status', '--json'], project)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ workspace: null, next: { command: 'lab start' } })
  })
})
