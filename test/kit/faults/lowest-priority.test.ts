import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lowestPriority } from '../../../checkers/kit/faults/lowest-priority.ts'
import { readProc } from '../../../checkers/kit/procfs.ts'

let sleepers: ChildProcess[] = []
let pids: [number, number] = [0, 0]
let folder = ''
let path: string | undefined
beforeEach(async () => {
  sleepers = [0, 1].map(() => spawn('sleep', ['1000'], { stdio: 'ignore' }))
  await Promise.all(sleepers.map((sleeper) => once(sleeper, 'spawn')))
  pids = [sleepers[0]?.pid ?? 0, sleepers[1]?.pid ?? 0]
  folder = mkdtempSync(join(tmpdir(), 'priority-'))
  path = process.env['PATH']
})
afterEach(async () => {
  process.env['PATH'] = path
  for (const sleeper of sleepers) {
    const gone = once(sleeper, 'exit')
    sleeper.kill('SIGKILL')
    await gone
  }
  rmSync(folder, { recursive: true })
})

/** Field 41 of /proc/PID/stat, proc(5): 0 is the usual policy, 5 is SCHED_IDLE. */
const policy = (pid: number): number => Number((readProc(pid, 'stat') ?? '').split(' ')[40])
const processors = (pid: number): string =>
  /^Cpus_allowed_list:\s*(\S+)/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? ''

describe('lowestPriority', () => {
  it('lets a process run only when its peer, on the same processor, does not', async () => {
    await lowestPriority(...pids)
    expect([policy(pids[0]), policy(pids[1])]).toEqual([5, 0])
    expect(processors(pids[0])).toMatch(/^\d+$/)
    expect(processors(pids[1])).toBe(processors(pids[0]))
  })

  it('says so when it did not take effect: a fault that is not there proves nothing', async () => {
    process.env['PATH'] = `${folder}:${path ?? ''}`
    symlinkSync('/bin/true', join(folder, 'chrt'))
    await expect(lowestPriority(...pids)).rejects.toMatchObject({
      name: 'EnvironmentFault',
      message: `process ${pids[0]} has the scheduling policy 0 and not SCHED_IDLE`,
    })
  })

  it('is the machine’s fault where the tools are missing or refuse', async () => {
    process.env['PATH'] = folder
    await expect(lowestPriority(...pids)).rejects.toMatchObject({
      name: 'EnvironmentFault',
      fault: { cause: 'environment', remedy: expect.stringContaining('util-linux') as string },
    })
  })
})
