/** A throw-away kernel: real ones, booted here. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allPids, readProc, statOf } from '../../checkers/kit/procfs.ts'
import type { CheckResult } from '../../src/protocol/index.ts'
import { connect } from '../../src/targets/connect.ts'
import type { Engine } from '../../src/targets/target.ts'
import { connectUml } from '../../src/targets/uml/uml.ts'
import { until } from '../e2e/until.ts'

const root = join(import.meta.dirname, '../..')
const enginePath = join(root, 'dist', 'engine.cjs')
const scratch = mkdtempSync(join(tmpdir(), 'uml-test-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** A language as version managers have them: its programs are in a home, and one on PATH says where. */
const proxies = join(scratch, 'home/proxies')
const plants = {
  id: 'plants',
  program: 'grow',
  locate: ['plants'],
  paths: ['bin'],
  env: {},
  brought: [],
  install: '',
  needs: {},
}
mkdirSync(proxies, { recursive: true })
mkdirSync(join(scratch, 'home/plants/bin'), { recursive: true })
writeFileSync(join(proxies, 'plants'), `#!/bin/sh\necho ${scratch}/home/plants\n`, { mode: 0o755 })
writeFileSync(join(scratch, 'home/plants/bin/grow'), '#!/bin/sh\necho grown\n', { mode: 0o755 })

/** Runs a check whose code, which runs in the engine, is the text: `context` is its context, `say` adds a remark. */
async function inEngine(engine: Engine, code: string): Promise<CheckResult> {
  const checkers = join(scratch, `${String(Math.random()).slice(2)}.cjs`)
  const act = `async (context) => { const say = (text) => context.remark(String(text)); ${code} }`
  const check = `{ act: ${act}, alone: false, limit: 20000, varies: [] }`
  writeFileSync(checkers, `exports.default = { requires: [], programs: {}, checks: { 'a/b': ${check} } }`)
  const results: CheckResult[] = []
  const main = { path: 'main', mode: 0o755, data: Buffer.from('#!/bin/sh\n').toString('base64') }
  const events = engine.run({
    lab: 'test/uml',
    checkers,
    checks: [{ id: 'a/b', needs: [] }],
    seed: 's',
    source: { digest: 'source', files: [main] },
    spec: { run: { main: ['./main'] } },
    toolchain: undefined,
    cache: 'test',
    hidden: [root],
  })
  for await (const event of events) {
    if (event.type === 'check-done') results.push(event.result)
    if (event.type === 'fault' || (event.type === 'build' && event.state === 'failed'))
      throw new Error(JSON.stringify(event))
  }
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return result
}

/** Reads files and folders there, and says what was found, a line for each. */
const LOOK = (paths: string[]): string => `
  const fs = require('node:fs')
  for (const path of ${JSON.stringify(paths)}) {
    try { say(path + ': ' + (fs.statSync(path).isDirectory() ? fs.readdirSync(path).join() : fs.readFileSync(path, 'utf8').length)) }
    catch (error) { say(path + ': ' + error.code) }
  }`

describe('an engine in a throw-away kernel', () => {
  let engine: Engine
  beforeAll(async () => {
    const path = process.env['PATH'] ?? ''
    process.env['PATH'] = `${proxies}:${path}`
    const toolchains = () => Promise.resolve([plants, { ...plants, id: 'shown', locate: ['env', 'echo', '/usr'] }])
    engine = await connect({ root, target: 'uml', requires: ['cgroup2', 'clock'], cache: false, toolchains })
    process.env['PATH'] = path
  }, 120_000)
  afterAll(() => engine.close())

  it('has root, cgroup v2 with controllers and a clock of its own', () => {
    expect(engine.target).toBe('uml')
    expect(engine.facts).toMatchObject({ root: true, bounds: 'cgroup2', cpus: 1 })
    expect(engine.facts.offers).toEqual(
      expect.arrayContaining(['namespaces', 'root', 'net', 'cgroup2', 'clock', 'power']),
    )
  })

  it('takes more than its line holds, and says more', async () => {
    const text = 'x'.repeat(300_000)
    const { notes } = await inEngine(engine, `const text = '${text}'; say(text.length); say(text)`)
    expect(notes).toEqual(['300000', text])
  })

  it('sees programs, and neither homes, secrets nor solutions', async () => {
    const secret = join(homedir(), '.uml-test-secret')
    writeFileSync(secret, 'secret')
    try {
      const solutions = join(root, 'labs/linux/init/solutions')
      expect(readdirSync(solutions)).not.toEqual([])
      const looked = ['/usr/bin/env', '/etc/shadow', secret, '/root', '/home', solutions, '/work', scratch]
      const { notes } = await inEngine(engine, LOOK(looked))
      expect(notes[0]).toMatch(/env: \d+$/)
      const lacking = notes.slice(1).filter((line) => !/: (ENOENT|EACCES|EPERM)?$/.test(line))
      expect(lacking).toEqual([])
      // In a host the same: what it sees is a part of that.
      const host = await inEngine(
        engine,
        LOOK([]).replace(
          '[]',
          `['${solutions}', '${secret}', '/etc/shadow', '/usr/bin/env'].map((path) => context.host.path(path))`,
        ),
      )
      expect(host.notes.map((line) => line.replace(/.*: /, ''))).toEqual([
        'ENOENT',
        'ENOENT',
        'ENOENT',
        expect.stringMatching(/^\d+$/),
      ])
    } finally {
      rmSync(secret)
    }
  })

  it('sees a toolchain that is in a home, and nothing beside it', async () => {
    writeFileSync(join(scratch, 'home/secret'), 'secret')
    const { notes } = await inEngine(
      engine,
      `say(require('node:child_process').execFileSync('grow', { encoding: 'utf8' }))
      ${LOOK(['/drydock/lent', '/drydock/lent/plants', join(scratch, 'home/secret')])}`,
    )
    expect(notes).toEqual([
      'grown\n',
      '/drydock/lent: plants',
      '/drydock/lent/plants: bin',
      expect.stringMatching(/ENOENT$/),
    ])
  })

  it('has disks that may lose their power: ext4 on loop devices', async () => {
    const made = `
      const { execFileSync } = require('node:child_process')
      const call = (line) => execFileSync('sh', ['-ec', line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
      try {
        say(call('truncate -s 16M /dev/shm/disk; mkfs.ext4 -q -F /dev/shm/disk; mkdir /dev/shm/at; losetup --find --show /dev/shm/disk'))
        say(call('mount -n -t ext4 /dev/loop0 /dev/shm/at; stat -f -c %T /dev/shm/at; umount -n /dev/shm/at; losetup --detach /dev/loop0'))
      } catch (error) { say(String(error.stderr ?? error)) }`
    expect((await inEngine(engine, made)).notes).toEqual(['/dev/loop0', 'ext2/ext3'])
  })

  it('has a clock that a check may set', async () => {
    const moved = `
      const { execFileSync } = require('node:child_process')
      const before = Date.now()
      execFileSync('date', ['--set', '@' + (before / 1000 + 86400).toFixed(0)])
      say(Math.round((Date.now() - before) / 3600000))
      execFileSync('date', ['--set', '@' + (before / 1000).toFixed(0)])`
    const begin = Date.now()
    expect((await inEngine(engine, moved)).notes).toEqual(['24'])
    expect(Date.now() - begin).toBeLessThan(3_600_000)
  })
})

/** Processes whose environment or command line names a kernel of ours, by the id that its place has. */
const kernels = (): number[] =>
  allPids().filter((pid) => (readProc(pid, 'cmdline') ?? '').startsWith('linux.uml\0') && statOf(pid)?.state !== 'Z')

/** All that descend from a process. */
function below(pid: number): number[] {
  const all = allPids().flatMap((one) => statOf(one) ?? [])
  const family = new Set([pid])
  for (let before = -1; before !== family.size;) {
    before = family.size
    for (const one of all) if (family.has(one.ppid)) family.add(one.pid)
  }
  return [...family]
}
const alive = (pids: number[]): number[] => pids.filter((pid) => !['Z', undefined].includes(statOf(pid)?.state))

describe.each(['root', 'shared'] as const)('a kernel that is started in the way "%s"', (way) => {
  const places = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`drydock-uml-${process.pid}-`))

  it('leaves nothing when it is killed, and the engine is lost', async () => {
    const before = kernels()
    const engine = await connectUml({ root, target: 'uml', requires: [], cache: false }, enginePath, way)
    const own = kernels().filter((pid) => !before.includes(pid) && below(process.pid).includes(pid))
    expect(own.length).toBeGreaterThan(1)
    // The kernel itself, and not one of its programs, each of which is a process here: numbers begin anew some day.
    const kernel = own.filter((pid) => !own.includes(statOf(pid)?.ppid ?? 0))
    expect(kernel).toHaveLength(1)
    process.kill(kernel[0] ?? 0, 'SIGKILL')
    await expect(inEngine(engine, '')).rejects.toThrow(/engine/)
    await until('nothing of it is left', () => alive(own).length === 0 && places().length === 0)
  }, 120_000)

  it('leaves nothing when it is told to end', async () => {
    const before = kernels()
    const engine = await connectUml({ root, target: 'uml', requires: [], cache: false }, enginePath, way)
    const own = kernels().filter((pid) => !before.includes(pid) && below(process.pid).includes(pid))
    expect(own.length).toBeGreaterThan(1)
    await engine.close()
    await until('nothing of it is left', () => alive(own).length === 0 && places().length === 0)
  }, 120_000)
})

it('ends all of it when lab is killed', async () => {
  mkdirSync(join(scratch, 'cache'))
  const args = ['author', 'run', 'linux/init', 'forward/term', '--target', 'uml', '--with', '/bin/sleep', '86396']
  const lab = spawn(join(root, 'lab'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_CACHE_HOME: join(scratch, 'cache') },
  })
  let said = ''
  lab.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await until(
    'it runs',
    () => said.includes('deadlines'),
    () => said,
  )
  const family = below(lab.pid ?? 0)
  expect(family.filter((pid) => (readProc(pid, 'cmdline') ?? '').startsWith('linux.uml\0')).length).toBeGreaterThan(1)
  for (const pid of family.filter((one) => (readProc(one, 'cmdline') ?? '').includes('lab.js')))
    process.kill(pid, 'SIGKILL')
  await until('nothing of it is left', () => alive(family).length === 0)
}, 120_000)
