/** Leak detection, on a kernel that lies: a process of the machine is said to be in the host's pid namespace. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type * as Procfs from '../../../checkers/kit/procfs.ts'
import { until } from '../../e2e/until.ts'
import { asRoot, TestGround } from './ground.ts'

/** `member` is said to be in the namespace `namespace`; `startTime` is what the kernel says of it, where that is set. */
const lie = vi.hoisted(() => ({ member: 0, namespace: '', startTime: undefined as number | undefined }))
vi.mock('../../../checkers/kit/procfs.ts', async (original) => {
  const real = await original<typeof Procfs>()
  return {
    ...real,
    readProcLink: (pid: number, link: string) =>
      pid === lie.member && link === 'ns/pid' ? lie.namespace : real.readProcLink(pid, link),
    statOf: (pid: number) => {
      const stat = real.statOf(pid)
      return stat !== undefined && pid === lie.member && lie.startTime !== undefined
        ? { ...stat, startTime: lie.startTime }
        : stat
    },
  }
})

let test: TestGround
beforeAll(() => (test = new TestGround()))
afterAll(() => test.close())

asRoot('what a host has left', () => {
  it('is each process that was in it, or below one in it, and lives on; not one with its pid that began later', async () => {
    const host = await test.up()
    const { childrenOf, readProcLink, statOf } = await vi.importActual<typeof Procfs>('../../../checkers/kit/procfs.ts')
    const member = spawn('sh', ['-c', 'sleep 1000 & echo; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    try {
      await once(member.stdout, 'data')
      const child = (): string | undefined => statOf(childrenOf(member.pid ?? 0)[0] ?? 0)?.comm
      await until('its child has executed sleep', () => child() === 'sleep')
      lie.member = member.pid ?? 0
      lie.namespace = readProcLink(host.entrance.pid, 'ns/pid') ?? ''
      await host.down()
      expect(host.left().map((p) => p.comm)).toEqual(['sh', 'sleep'])
      lie.startTime = 1
      expect(host.left().map((p) => p.comm)).toEqual(['sleep'])
    } finally {
      process.kill(-(member.pid ?? NaN), 'SIGKILL')
      await once(member, 'exit')
    }
    lie.startTime = undefined
    expect(host.left().filter((p) => p.pid === member.pid)).toEqual([])
  })
})
