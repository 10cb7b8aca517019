/** The VM's description, as limactl itself reads it: for both architectures and both drivers, from this machine. */
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { vmTemplate } from '../../src/targets/lima/template.ts'
import { start, vm, type Ended } from './user.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'lima-template-'))
chmodSync(folder, 0o755)
afterAll(() => rmSync(folder, { recursive: true }))

function validate(changes: Record<string, unknown>, options: { image?: string } = {}): Promise<Ended> {
  const template = parse(vmTemplate({ root, ...options })) as Record<string, unknown>
  const file = join(folder, `${Object.values(changes).map(String).join('-')}.yaml`)
  writeFileSync(file, stringify({ ...template, ...changes }), { mode: 0o644 })
  return start(join(vm.tools, 'bin/limactl'), ['--tty=false', 'validate', file]).ended
}

describe('limactl validate', () => {
  it.each([
    ['x86_64', 'qemu'],
    ['x86_64', 'vz'],
    ['aarch64', 'qemu'],
    ['aarch64', 'vz'],
  ])('takes it for %s on %s', async (arch, vmType) => {
    const { code, err } = await validate({ arch, vmType })
    expect(code, err).toBe(0)
    expect(err).toMatch(/OK/)
  })
  it('takes it with an image that was built', async () => {
    const { code, err } = await validate({ vmType: 'qemu' }, { image: vm.image })
    expect(code, err).toBe(0)
  })
  it.each([
    ['an architecture', { arch: 'vax' }],
    ['a size of memory', { memory: 'lots' }],
    ['a version of Lima', { minimumLimaVersion: '99.0.0' }],
  ])('refuses %s that is none of its own', async (_, changes) => {
    const { code, err } = await validate(changes)
    expect(code, err).not.toBe(0)
    expect(err).toMatch(/level=fatal/)
  })
})
