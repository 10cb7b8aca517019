import { describe, expect, it } from 'vitest'
import { localLacks } from '../../src/targets/local-lacks.ts'

describe('localLacks', () => {
  const none = (): string => {
    throw new Error('ENOENT')
  }
  it('knows nothing against what needs no cgroup and no clock', () => {
    expect(localLacks(['namespaces', 'root', 'net'], none)).toBeUndefined()
  })
  it('reads the controllers of cgroup v2', () => {
    expect(localLacks(['cgroup2'], () => 'cpuset cpu io memory hugetlb pids\n')).toBeUndefined()
    expect(localLacks(['cgroup2'], () => 'cpu pids\n')?.what).toBe('this machine has no cgroup v2 with memory')
    expect(localLacks(['cgroup2'], none)?.what).toMatch(/cpu, memory, pids/)
  })
  it('never offers its clock', () => {
    expect(localLacks(['clock'], () => 'cpu memory pids')?.why).toMatch(/everything that runs/)
  })
})
