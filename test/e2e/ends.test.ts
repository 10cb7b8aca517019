/** However a check ends, it says so with the right exit code, leaves nothing, and touches nothing that is not ours. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../checkers/kit/procfs.ts'
import { findBounds, MARK } from '../../src/engine/bounds.ts'
import { Checkout, engineBelow, type Going } from './checkout.ts'
import { until } from './until.ts'

let lab: Checkout
beforeEach(async () => {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
})
afterEach(() => lab.remove())

/** A component that never does what a check waits for. */
function hang(): void {
  writeFileSync(join(lab.workspace, 'init', 'component.yaml'), 'run: [sh, ./hang.sh]\n')
  writeFileSync(join(lab.workspace, 'init', 'hang.sh'), 'exec sleep 86399\n')
}

const ours = (): number[] => allPids().filter((pid) => (readProc(pid, 'cmdline') ?? '').includes('sleep\x0086399'))
const cgroups = (): string[] =>
  findBounds().parents.flatMap((parent) => readdirSync(parent).filter((name) => name.startsWith(MARK)))
const mounts = (): string => readFileSync('/proc/self/mounts', 'utf8')
/** Lines of a mount table that an engine made: its tmpfs, and the view in it. */
const engineMounts = (table: string): string[] => table.split('\n').filter((line) => /^(drydock|view) /.test(line))

interface Hanging extends Going {
  engine: number
  /** names of this engine's cgroups; other engines may work beside it */
  marks: string[]
}

/** Starts a check of the hanging component, waits until it runs in a host, and sees what must be gone later. */
async function hanging(): Promise<Hanging> {
  hang()
  const going = lab.start(['check'])
  await until('the component runs', () => ours().length > 0)
  const engine = engineBelow(going.child.pid) ?? 0
  expect(readProc(engine, 'cmdline')).toContain('engine.cjs')
  expect(engineMounts(readProc(engine, 'mounts') ?? '')).not.toEqual([])
  const paths = ours().map((pid) => readProc(pid, 'cgroup') ?? '')
  const marks = cgroups().filter((name) => paths.some((path) => path.includes(`/${name}/`)))
  expect(marks.length > 0).toBe(findBounds().kind !== 'rlimit')
  return { ...going, engine, marks }
}

async function nothingIsLeft({ marks }: Hanging): Promise<void> {
  await until('no process is left', () => ours().length === 0)
  await until('no cgroup is left', () => !cgroups().some((name) => marks.includes(name)))
  expect(engineMounts(mounts())).toEqual([])
}

const asRoot = process.getuid?.() === 0 ? describe : describe.skip

asRoot('a check that is cut short', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s ends with %d and leaves nothing', async (signal, code) => {
    const check = await hanging()
    const { child, ended } = check
    child.kill(signal)
    const { code: got, out, err } = await ended
    expect(got, out + err).toBe(code)
    expect(out + err).toMatch(/interrupted/)
    await nothingIsLeft(check)
  })

  it('by SIGKILL of the engine says so, exits 3, and the next run cleans up', async () => {
    const check = await hanging()
    const { ended } = check
    process.kill(check.engine, 'SIGKILL')
    const { code, out, err } = await ended
    expect(code, out + err).toBe(3)
    expect(out + err).toMatch(/engine ended/)
    await until('no process is left', () => ours().length === 0)
    // Its cgroups outlive it, where it had any: that is what is to be cleaned.
    expect((await lab.lab('doctor', '--clean')).code).toBe(0)
    await nothingIsLeft(check)
  })

  it('by SIGKILL of lab itself leaves nothing: the engine sees its input end', async () => {
    const check = await hanging()
    const { child, ended } = check
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    await nothingIsLeft(check)
  })
})

asRoot('what is not ours', () => {
  it('a stranger with our names, its mount and its cgroup stay as they are', async () => {
    hang()
    const place = join(lab.folder, 'stranger')
    mkdirSync(place)
    const stranger = spawn('sleep', ['86399'], { stdio: 'ignore' })
    const [parent = ''] = findBounds().parents
    const cgroup = join(parent, 'drydocks-not')
    execFileSync('mount', ['-t', 'tmpfs', 'stranger', place])
    mkdirSync(cgroup)
    try {
      const { code, out } = await lab.lab('check', 'exit-status/code')
      expect(code).toBe(1)
      expect(out).toContain('still runs')
      expect(ours()).toEqual([stranger.pid])
      expect(mounts()).toContain(`stranger ${place} tmpfs`)
      expect(readdirSync(parent)).toContain('drydocks-not')
    } finally {
      execFileSync('rmdir', [cgroup])
      execFileSync('umount', [place])
      stranger.kill('SIGKILL')
    }
  })
})

describe('on a terminal', () => {
  it('shows live what is being waited for, and clears it', () => {
    hang()
    const bin = join(lab.folder, 'lab', 'bin', 'lab.js')
    // A pty of script(1) has no size of its own when nothing of ours is a terminal.
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${bin}' check exit-status/code --workspace '${lab.workspace}'`
    const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
      input: '',
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' },
    })
    expect(status).toBe(1)
    const before = stdout.slice(0, stdout.indexOf('exit-status/code failed'))
    expect(before).toContain("exit-status/code · waiting for: init -- sh -c 'exit 7' exits 7")
    expect(stdout.slice(before.length)).not.toContain('· waiting for:')
  })
})

describe('help on the way', () => {
  it('gives one rung at a time, notes it, and stays at the last', async () => {
    for (const rung of [1, 2, 3, 3]) {
      const { code, out } = await lab.lab('hint')
      expect(code).toBe(0)
      expect(out).toContain(`exit-status/code · hint ${rung} of 3`)
      expect(out.match(/A question|Where to look|An approach/g)).toHaveLength(rung)
    }
    const journal = readFileSync(join(lab.workspace, '.lab', 'journal.jsonl'), 'utf8')
    expect(journal.match(/"hint-taken"/g)).toHaveLength(3)
    const named = await lab.lab('hint', 'reap/orphan')
    expect(named.out).toContain('reap/orphan · hint 1 of 3')
  })

  it('explains a check by its requirement, the reason and the source', async () => {
    const { code, out } = await lab.lab('explain', 'forward/term')
    expect(code).toBe(0)
    for (const word of ['R3', 'MUST', 'Why', 'Source']) expect(out).toContain(word)
    expect((await lab.lab('explain', 'forward/trem')).code).toBe(2)
    const both = await lab.lab('explain', 'R3')
    expect([both.code, both.out]).toEqual([0, expect.stringMatching(/forward\/term ·[^]*forward\/each ·/)])
  })
})

describe('exit codes', () => {
  it('2 for wrong usage, with the nearest name', async () => {
    const command = await lab.lab('chekc')
    expect([command.code, command.err]).toEqual([2, expect.stringContaining('check')])
    const check = await lab.lab('check', 'exit-status/cod')
    expect([check.code, check.out + check.err]).toEqual([2, expect.stringContaining('exit-status/code')])
    expect((await lab.lab('start', 'linux/intt')).code).toBe(2)
  })

  it('1 for a build that fails, shown once with its last lines', async () => {
    writeFileSync(join(lab.workspace, 'init', 'main.py'), 'def main(:\n')
    const { code, out, err } = await lab.lab('check')
    expect(code).toBe(1)
    expect((out + err).match(/SyntaxError/g)).toHaveLength(1)
    expect(out + err).not.toMatch(/ at .*\.ts|at async/)
  })

  it('3 where the environment can not run it', async () => {
    writeFileSync(join(lab.workspace, 'init', 'component.yaml'), 'run: [\n')
    const { code, out, err } = await lab.lab('check')
    expect(code).toBe(3)
    expect(out + err).toMatch(/component\.yaml:\d+:\d+/)
  })
})
