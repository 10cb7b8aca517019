import { describe, expect, it } from 'vitest'
import { differing, differingPackages, installed } from '../../../src/targets/lima/packages.ts'
import { vmPlace } from '../../../src/targets/lima/place.ts'
import { Misbehaving } from './misbehaving.ts'

const SAID = 'golang-go 2:1.24~2\nlinux-image-cloud-arm64 6.12.107-1\nnodejs 20.19.2+dfsg-1\nrunc 1.1.15+ds1-2+b4\n'

describe('packages in the VM', () => {
  it.each([
    ['what was tried is there', { 'golang-go': '1.24', 'linux-image-cloud-amd64': '6.12.107', runc: '1.1.15' }, []],
    ['another version is', { nodejs: '20.19.5' }, ['nodejs 20.19.2+dfsg-1 (tried: 20.19.5)']],
    ['a longer number is another version', { runc: '1.1.1' }, ['runc 1.1.15+ds1-2+b4 (tried: 1.1.1)']],
    ['a part of a version is another one', { nodejs: '20.19' }, ['nodejs 20.19.2+dfsg-1 (tried: 20.19)']],
    ['one is not there', { crun: '1.21' }, ['crun is not installed']],
  ])('%s', (_, tried, told) => {
    expect(differing(installed(SAID), tried)).toEqual(told)
  })
  it('are asked for by name, over ssh', async () => {
    using _programs = new Misbehaving({ ssh: `echo 'runc 1.1.15+ds1-2+b4'` })
    await expect(differingPackages(vmPlace(), { runc: '1.1.15' })).resolves.toEqual([])
    await expect(differingPackages(vmPlace(), { runc: '1.2' })).resolves.toHaveLength(1)
  })
  it('can not be asked for where the VM does not answer', async () => {
    using _programs = new Misbehaving({ ssh: 'exit 255' })
    await expect(differingPackages(vmPlace(), {})).rejects.toThrow(/can not be reached/)
  })
})
