/** On a bare container image the doctor leads step by step to the first red check: what it says is done to the letter. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BareRoot, whyNot, type Said } from './bare-root.ts'

interface Report {
  ok: boolean
  lab: string
  findings: { name: string; state: string; text: string; remedy?: string }[]
  mend: { commands: string[]; as: string } | null
  fixed: boolean
}

/** What Docker leaves to root in a container: docs.docker.com, "Runtime privilege and Linux capabilities". */
const DOCKER = [
  ['chown', 'dac_override', 'fsetid', 'fowner', 'mknod', 'net_raw', 'setgid'],
  ['setuid', 'setfcap', 'setpcap', 'net_bind_service', 'sys_chroot', 'kill', 'audit_write'],
].flat()

const report = ({ out, err }: Said): Report => {
  expect(out, err).toMatch(/^\{/)
  return JSON.parse(out) as Report
}
const named = ({ findings }: Report, state: string): string[] =>
  findings.filter((finding) => finding.state === state).map(({ name }) => name)

/** The lines that a person would mark and paste: those that are indented by four and more, below the heading. */
function pasted(screen: string): string {
  const lines = screen.split('\n')
  const from = lines.findIndex((line) => /^ {2}To /.test(line))
  const block = lines.slice(from).filter((line) => line.startsWith('    '))
  expect(block.length, screen).toBeGreaterThan(0)
  return block.join('\n')
}

const reason = whyNot()

describe.skipIf(reason !== undefined)(`a bare container image${reason === undefined ? '' : ` (${reason})`}`, () => {
  let root: BareRoot
  beforeAll(() => {
    root = new BareRoot()
  }, 320_000)
  afterAll(() => {
    expect(root.left()).toEqual([])
    root.remove()
  })

  it('says what root has to run to one who has no sudo, and which folders will not do', { timeout: 120_000 }, () => {
    const said = root.run('./lab doctor --json', { ordinary: true })
    const { mend, findings } = report(said)
    expect(said.code).toBe(3)
    expect(mend?.as).toBe('root')
    expect(mend?.commands[0]).toBe('apt-get update')
    const remedies = findings.filter(({ name }) => name === 'workspace' || name === 'cache').map(({ remedy }) => remedy)
    expect(remedies).toEqual([
      expect.stringMatching(/^export LAB_WORKSPACE=/),
      expect.stringMatching(/^export XDG_CACHE/),
    ])
    const fix = root.run('./lab doctor --fix --yes', { ordinary: true })
    expect(fix).toMatchObject({ code: 3, err: expect.stringContaining('as root: apt-get update') as string })
  })

  it('leads root from nothing to the first red check', { timeout: 300_000 }, () => {
    const first = root.run('./lab start')
    expect(first).toMatchObject({ code: 3, err: expect.stringContaining('lab doctor --fix') as string })

    const told = root.run('./lab doctor')
    expect(told.code).toBe(3)
    const { mend, findings, ...before } = report(root.run('./lab doctor --json'))
    expect(before).toMatchObject({ ok: false, lab: 'linux/init', fixed: false })
    expect(named({ ...before, mend, findings }, 'missing')).toHaveLength(1)
    for (const name of ['git', 'strace', 'ps']) expect(named({ ...before, mend, findings }, 'absent')).toContain(name)
    const block = pasted(told.out)
    expect(
      block
        .replaceAll(/ \\\n +/g, ' ')
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(mend?.commands)

    const paste = root.run(`set -e\n${block}`)
    expect(paste.code, paste.out + paste.err).toBe(0)

    const again = root.run('./lab doctor')
    expect(again.code, again.out).toBe(0)
    expect(again.out).toContain('Next   ./lab start')
    const start = root.run('./lab start')
    expect(start.code, start.out + start.err).toBe(0)
    expect(start.out).toContain('✗ exit-status/code')
  })

  it('asks before it mends, and looks again after it', { timeout: 180_000 }, () => {
    const removed = root.run('dpkg --remove strace')
    expect(removed.code, removed.err).toBe(0)
    expect(root.run('./lab doctor --fix').code).toBe(2)
    const no = root.run("script -qec './lab doctor --fix' /dev/null", { input: 'n\n' })
    expect(no.out).toContain('Run this? [y/N]')
    expect(no.out).toContain('nothing was run')
    expect(root.run('command -v strace').code).not.toBe(0)
    const fix = root.run('./lab doctor --fix --yes --json')
    const { fixed, ...seen } = report(fix)
    expect([fix.code, fixed], fix.err).toEqual([0, true])
    expect(named({ fixed, ...seen }, 'present')).toContain('strace')
    // The lists are there by now.
    expect(fix.err).not.toContain('apt-get update')
  })

  it('tells root of a container by default how to start it, and that is enough', { timeout: 180_000 }, () => {
    const told = root.run('./lab doctor', { capabilities: DOCKER, confined: true })
    expect(told.code).toBe(3)
    for (const part of ['1 missing', 'CAP_SYS_ADMIN', 'docker run --privileged']) expect(told.out).toContain(part)
    const check = root.run('./lab check', { capabilities: DOCKER, confined: true })
    expect(check).toMatchObject({ code: 3, err: expect.stringContaining('docker run --privileged') as string })

    const more = [...DOCKER, 'sys_admin']
    expect(root.run('./lab doctor', { capabilities: more }).code).toBe(0)
    const red = root.run('./lab check', { capabilities: more })
    expect(red.code, red.out + red.err).toBe(1)
    expect(red.out).toContain('exit-status/code failed')
  })

  it('leads an ordinary user on, once root has installed', { timeout: 180_000 }, () => {
    // An image's workspace is not this user's.
    const seen = report(root.run('./lab doctor --json', { ordinary: true }))
    const exports = seen.findings.flatMap(({ remedy, state }) => (state === 'missing' && remedy ? [remedy] : []))
    expect(exports.length).toBeGreaterThan(0)
    const line = exports.join('\n')
    const start = root.run(`${line}\n./lab doctor && ./lab start`, { ordinary: true })
    expect(start.code, start.out + start.err).toBe(0)
    expect(start.out).toContain('✗ exit-status/code')
  })
})
