import { describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { kvmGap, vmGaps } from '../../../src/cli/doctor/vm.ts'
import type { Machine } from '../../../src/packages.ts'
import { qemuProgram } from '../../../src/targets/lima/acceleration.ts'
import { triedVersions } from '../../../src/targets/lima/versions.ts'
import { limactlWith, Misbehaving } from '../../targets/lima/misbehaving.ts'

const root = join(import.meta.dirname, '../../..')
const machine: Machine = { manager: 'apt-get', root: 'sudo ', listsEmpty: false }
const tried = triedVersions(root)
const qemu = (version: string): Record<string, string> => ({
  [qemuProgram()]: `echo 'QEMU emulator version ${version}'; exit 1`,
  'qemu-img': '',
})

async function gaps(programs: Record<string, string>, uid = 1000, made = false) {
  using there = new Misbehaving(programs, { uid })
  if (made) there.make()
  return Object.fromEntries((await vmGaps(root, machine)).map((gap) => [gap.name, gap]))
}

describe.skipIf(process.platform !== 'linux')('what the doctor says of the VM', () => {
  it('compares what is here with what was tried', async () => {
    const limactl = limactlWith('Running')
    const here = await gaps({ limactl, ssh: '', ...qemu(tried.qemu) })
    expect(here['limactl']).toMatchObject({ state: 'present', text: tried.limactl })
    expect(here['qemu']).toMatchObject({ state: 'present', text: tried.qemu })
    expect(here['ssh']).toBeUndefined()
    const other = await gaps({ limactl: limactl.replace('2.2.0', '2.9.1'), ...qemu('9.9.9') })
    expect(other['limactl']).toMatchObject({ state: 'present', text: `2.9.1; tried with ${tried.limactl}` })
    expect(other['qemu']).toMatchObject({ state: 'present', text: `9.9.9; tried with ${tried.qemu}` })
  })
  it('names what is missing, with the command that installs it', async () => {
    const here = await gaps({})
    expect(here['limactl']).toMatchObject({
      state: 'missing',
      remedy: expect.stringContaining('lima-vm.io') as string,
    })
    expect(here['qemu']).toMatchObject({ state: 'missing' })
    expect(here['qemu']?.remedy).toMatch(/apt-get install .*qemu-system.* qemu-utils/)
    expect(here['ssh']?.remedy).toMatch(/apt-get install .*openssh-client/)
    expect(here['kvm']).toBeUndefined()
  })
  it('takes QEMU for missing where only its disk tool is', async () => {
    const { [qemuProgram()]: program = '' } = qemu('10.0.13')
    expect((await gaps({ [qemuProgram()]: program }))['qemu']).toMatchObject({
      state: 'missing',
      text: expect.stringMatching(/^no qemu-img on PATH/) as string,
    })
  })
  it('says that Lima refuses root, and that one is too old', async () => {
    const limactl = limactlWith('Running')
    expect((await gaps({ limactl }, 0))['limactl']).toMatchObject({
      state: 'missing',
      text: expect.stringMatching(/^Lima does not run as root/) as string,
    })
    expect((await gaps({ limactl: 'echo limactl version 1.0.2' }))['limactl']).toMatchObject({
      state: 'missing',
      text: expect.stringMatching(/1\.0\.2 is too old/) as string,
    })
  })
  it('looks at the disk, also before Lima has made its folder', async () => {
    expect((await gaps({}))['disk of the VM']?.text).toMatch(/^\d+ GB are free for .*lima\/drydock/)
  })
  it('compares the packages of a VM that answers, and is silent about one that does not', async () => {
    const limactl = limactlWith('Running')
    expect((await gaps({ limactl, ssh: 'echo "runc 9.9-1"' }, 1000, true))['packages of the VM']?.text).toMatch(
      /nodejs is not installed.* runc 9\.9-1 \(tried: /,
    )
    expect((await gaps({ limactl, ssh: 'exit 255' }, 1000, true))['packages of the VM']).toBeUndefined()
    expect((await gaps({ limactl, ssh: 'echo "runc 9.9-1"' }))['packages of the VM']).toBeUndefined()
  })
  it('says what sleep and ports do', async () => {
    expect((await gaps({}))['sleep']?.text).toMatch(/given up \(exit code 3\); no port/)
  })
})

describe('KVM', () => {
  it('is no gap where it serves', () => {
    expect(kvmGap(true, '/dev/kvm serves guests', false)).toMatchObject({ state: 'present' })
  })
  it('that does not serve costs time, and how much is told', () => {
    const gap = kvmGap(false, '/dev/kvm exists and serves no guest', false)
    expect(gap).toMatchObject({ state: 'absent' })
    expect(gap.text).toMatch(/10 to 25 times slower: \/dev\/kvm exists and serves no guest$/)
    expect(gap.remedy).toBeUndefined()
  })
  it('that this user may not open is mended by its group', () => {
    expect(kvmGap(false, 'this user may not open /dev/kvm', false).remedy).toMatch(/usermod -aG kvm/)
  })
  it('whose place an old QEMU takes is told with what is left out', () => {
    expect(kvmGap(false, 'there is no /dev/kvm', true).text).toMatch(/CMPXCHG16B/)
  })
})
