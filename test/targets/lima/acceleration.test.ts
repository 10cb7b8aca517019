import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { emulating, findAcceleration, qemuProgram, qemuVersion } from '../../../src/targets/lima/acceleration.ts'
import { Misbehaving } from './misbehaving.ts'

/** A QEMU of that version, which does so when it is to make a processor of KVM. */
const qemu = (version: string, kvm: string): Record<string, string> => ({
  [qemuProgram()]: `case "$*" in *--version*) echo "QEMU emulator version ${version}"; exit ;; esac\n${kvm}`,
})
const SERVES = "echo 'VM status: paused (prelaunch)'"
const ABORTS = `echo '${qemuProgram()}: error: failed to set MSR 0x10a' >&2; kill -ABRT $$`

describe.skipIf(process.platform === 'darwin')('KVM', () => {
  it('serves where a processor of it can be made', async () => {
    using programs = new Misbehaving(qemu('10.0.13', SERVES))
    const device = join(programs.folder, 'kvm')
    writeFileSync(device, '')
    await expect(findAcceleration(device)).resolves.toEqual({
      kind: 'kvm',
      why: `${device} serves guests`,
      environment: {},
    })
  })
  it('does not where it is there and QEMU aborts: the VM is emulated, and the reason is told', async () => {
    using programs = new Misbehaving(qemu('10.0.13', ABORTS))
    const device = join(programs.folder, 'kvm')
    writeFileSync(device, '')
    const { kind, why, environment } = await findAcceleration(device)
    expect(kind).toBe('emulated')
    expect(why).toMatch(/kvm exists and serves no guest: error: failed to set MSR/)
    expect(Object.values(environment)).toEqual([emulating('10.0.13')])
  })
  it('does not where QEMU ends without a word', async () => {
    using programs = new Misbehaving(qemu('10.0.13', 'exit 0'))
    const device = join(programs.folder, 'kvm')
    writeFileSync(device, '')
    await expect(findAcceleration(device)).resolves.toMatchObject({
      kind: 'emulated',
      why: `${device} exists and serves no guest`,
    })
  })
  it('is absent', async () => {
    using _programs = new Misbehaving(qemu('10.0.13', SERVES))
    await expect(findAcceleration('/nonexistent')).resolves.toMatchObject({
      kind: 'emulated',
      why: 'there is no /nonexistent',
    })
  })
  it('can not be tried without QEMU', async () => {
    using _programs = new Misbehaving({})
    await expect(findAcceleration()).resolves.toMatchObject({
      kind: 'emulated',
      why: `${qemuProgram()} is not on PATH`,
    })
  })
})

describe('an emulated processor', () => {
  it.each([
    ['7.2.22', 'x64', true],
    ['10.0.13', 'x64', false],
    ['7.2.22', 'arm64', false],
  ])('of QEMU %s for %s is without CMPXCHG16B: %s', (version, arch, without) => {
    expect(emulating(version, arch).includes('-cx16')).toBe(without)
  })
  it('asks QEMU for its version', async () => {
    using _programs = new Misbehaving(qemu('7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)', ''))
    await expect(qemuVersion(qemuProgram())).resolves.toBe('7.2.22')
  })
})
