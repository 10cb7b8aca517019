import { describe, expect, it } from 'vitest'
import { placeInV1, rlimits } from '../../src/engine/bounds.ts'
import { buildKey } from '../../src/engine/build.ts'

describe('placeInV1', () => {
  const text = '9:name=systemd:/\n5:cpu,cpuacct:/a\n4:memory:/docker/1:2\n0::/user.slice\n'
  it.each([
    ['memory', '/docker/1:2'],
    ['cpuacct', '/a'],
    ['pids', undefined],
  ])('finds the place of %s', (controller, place) => {
    expect(placeInV1(text, controller)).toBe(place)
  })
})

describe('rlimits', () => {
  it('bounds memory only where no cgroup does', () => {
    const amounts = { memory: 1024, processes: 5 }
    expect(rlimits({ kind: 'rlimit', parents: [] }, amounts)).toContain('--data=1024')
    expect(rlimits({ kind: 'cgroup1', parents: ['/x'] }, amounts)).toEqual([])
  })
})

describe('buildKey', () => {
  const toolchain = { homes: ['/go'], brought: {}, path: [], environment: {}, version: '/go 1' }
  const request = {
    digest: 'd',
    files: [],
    spec: { build: ['go', 'build'], run: { main: ['./a'] } },
    toolchain,
    cache: 'c',
    hidden: [],
  }
  it('changes with the source, the build and the toolchain, and not with how it is run', () => {
    const key = buildKey(request)
    expect(buildKey({ ...request, digest: 'e' })).not.toBe(key)
    expect(buildKey({ ...request, spec: { ...request.spec, build: ['make'] } })).not.toBe(key)
    expect(buildKey({ ...request, toolchain: { ...toolchain, version: '/go 2' } })).not.toBe(key)
    expect(buildKey({ ...request, spec: { ...request.spec, run: { main: ['./b'] } } })).toBe(key)
  })
})
