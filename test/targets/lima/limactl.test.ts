import { describe, expect, it } from 'vitest'
import { isOlder, limactlProblem, limactlRefusal, logged, requireLimactl } from '../../../src/targets/lima/limactl.ts'
import { phaseOf } from '../../../src/targets/lima/phase.ts'
import { requireVm } from '../../../src/targets/lima/require-vm.ts'
import { limactlWith, Misbehaving } from './misbehaving.ts'

const GOOD = limactlWith('Running')

describe('limactl', () => {
  it('is refused to root, whatever is installed', () => {
    using _programs = new Misbehaving({ limactl: GOOD }, { uid: 0 })
    expect(limactlRefusal()?.text.what).toBe('Lima does not run as root')
  })
  it('is missing', () => {
    using _programs = new Misbehaving({})
    expect(limactlRefusal()?.text.what).toMatch(/^limactl is not on PATH/)
  })
  it('is there and new enough', async () => {
    using _programs = new Misbehaving({ limactl: GOOD })
    expect(limactlRefusal()).toBeUndefined()
    await expect(requireLimactl()).resolves.toBe('2.2.0')
  })
  it.each([
    ['echo limactl version 1.2.1', /^limactl 1\.2\.1 is too old: the VM needs Lima 2\.0\.0/],
    ['echo hello', /^limactl does not tell its version/],
    [`echo 'time="x" level=fatal msg="cannot \\"run\\""' >&2; exit 1`, /^limactl --version failed/],
  ])('%s', async (text, what) => {
    using _programs = new Misbehaving({ limactl: text })
    await expect(requireLimactl()).rejects.toMatchObject({
      exitCode: 3,
      text: { what: expect.stringMatching(what) as string },
    })
  })
  it('makes no VM by itself: without one there is a command that does', () => {
    using programs = new Misbehaving({ limactl: GOOD })
    expect(() => requireVm()).toThrow('there is no VM yet')
    programs.make()
    expect(requireVm()).toMatchObject({ name: 'drydock' })
  })
})

describe('what limactl says', () => {
  it.each([
    ['2.0.0', '2.0.0', false],
    ['1.9.9', '2.0.0', true],
    ['10.0', '9.1.2', false],
    ['7.2.22', '10.0', true],
    ['', '2.0.0', true],
  ])('%s is older than %s: %s', (version, than, older) => {
    expect(isOlder(version, than)).toBe(older)
  })
  it('is told without its time stamps and without what went well', () => {
    const said = [
      'time="2026-01-01T00:00:00Z" level=info msg="Starting"',
      'time="2026-01-01T00:00:00Z" level=fatal msg="no \\"disk\\" left"',
      'a line of another kind',
    ].join('\n')
    expect(limactlProblem(['start'], said, false).text).toMatchObject({
      what: 'limactl start failed',
      why: 'no "disk" left',
    })
    expect(limactlProblem(['start'], said, true).text.why).toBe('it did not end in time')
    expect(logged('level=info msg=word')).toEqual({ level: 'info', message: 'word' })
  })
  it.each([
    ['[hostagent] Waiting for the essential requirement 1 of 3: `ssh`', 'the VM to boot until ssh answers (1 of 3)'],
    ['[hostagent] Waiting for the essential requirement 3 of 3: "other"', 'other (3 of 3)'],
    ['Attempting to download the image', 'the image to be there'],
    ['[hostagent] Starting QEMU (hint: …)', 'the VM to boot'],
    ['SSH Local Port: 45129', undefined],
  ])('%s is waiting for: %s', (message, phase) => {
    expect(phaseOf(message)).toBe(phase)
  })
})
