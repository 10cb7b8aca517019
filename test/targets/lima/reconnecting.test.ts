import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../src/problem.ts'
import type { Event } from '../../../src/protocol/index.ts'
import { diagnose } from '../../../src/targets/lima/diagnose.ts'
import { vmPlace } from '../../../src/targets/lima/place.ts'
import { reconnecting } from '../../../src/targets/lima/reconnecting.ts'
import { inVm, Unreachable } from '../../../src/targets/lima/ssh.ts'
import type { Engine } from '../../../src/targets/target.ts'
import { limactlWith, Misbehaving } from './misbehaving.ts'

const lost = new Problem({ what: 'the engine ended before it was told to', remedy: 'x' })
const told = new Problem({ what: 'the connection to the VM was lost', remedy: 'run the command again' })
const started = { seq: 2, type: 'check-started', check: 'a/b' } as unknown as Event
const done = { seq: 3, type: 'check-done', check: 'a/b' } as unknown as Event

/** Engines that are made one after the other; each is what its run yields, and then throws or waits for ever. */
function engines(...runs: (readonly (Event | Problem | 'waits')[])[]) {
  const closed: number[] = []
  let made = 0
  const connect = (): Promise<Engine> => {
    const [number, script] = [made, runs[made] ?? []]
    made += 1
    async function* run(): AsyncGenerator<Event> {
      for (const item of script) {
        if (item instanceof Problem) throw item
        if (item === 'waits') await new Promise(() => undefined)
        else yield item
      }
    }
    const close = (): Promise<void> => {
      closed.push(number)
      return Promise.resolve()
    }
    return Promise.resolve({ run, script: run, close } as unknown as Engine)
  }
  return { connect, closed, made: () => made }
}

async function outcome(engine: Engine): Promise<{ seen: string[]; problem: Problem | undefined }> {
  const seen: string[] = []
  try {
    for await (const event of engine.run({} as Parameters<Engine['run']>[0])) seen.push(event.type)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { seen, problem: error }
  }
  return { seen, problem: undefined }
}

const answers = { diagnose: () => Promise.resolve({ problem: told, answers: true }) }

describe('an engine that is lost', () => {
  it('before the first check is replaced once, and the first one is closed', async () => {
    const { connect, closed, made } = engines([lost], [started, done])
    const { seen, problem } = await outcome(await reconnecting({ connect, ...answers }))
    expect(problem).toBeUndefined()
    expect(seen).toEqual(['check-started', 'check-done'])
    expect([made(), closed]).toEqual([2, [0]])
  })
  it('a second time is told', async () => {
    const { connect, made } = engines([lost], [lost], [started, done])
    expect(await outcome(await reconnecting({ connect, ...answers }))).toEqual({ seen: [], problem: told })
    expect(made()).toBe(2)
  })
  it('once a check has begun is never replaced, and what was seen stays', async () => {
    const { connect, made } = engines([started, lost], [started, done])
    expect(await outcome(await reconnecting({ connect, ...answers }))).toEqual({
      seen: ['check-started'],
      problem: told,
    })
    expect(made()).toBe(1)
  })
  it('is not replaced in a VM that does not answer', async () => {
    const { connect, made } = engines([lost], [started, done])
    const silent = () => Promise.resolve({ problem: told, answers: false })
    expect((await outcome(await reconnecting({ connect, diagnose: silent }))).problem).toBe(told)
    expect(made()).toBe(1)
  })
  it('is tried again when it never came, and other problems are told as they are', async () => {
    const { connect } = engines([started, done])
    let tries = 0
    const unreachable = (): Promise<Engine> => ((tries += 1) === 1 ? Promise.reject(new Unreachable('x')) : connect())
    const { seen } = await outcome(await reconnecting({ connect: unreachable, ...answers }))
    expect(seen).toEqual(['check-started', 'check-done'])
    await expect(reconnecting({ connect: () => Promise.reject(lost), ...answers })).rejects.toBe(lost)
  })
})

describe('the clock of this machine', () => {
  it.each([
    [3600_000, 'forward by 3600 s'],
    [-86_400_000, 'back by 86400 s'],
  ])('that jumps by %d ms ends the run within seconds, and nothing is tried again', async (jump, how) => {
    const { connect, made } = engines([started, 'waits'], [started, done])
    let looks = 0
    const clocks = { wall: () => (looks++ === 0 ? 0 : jump), steady: () => 0 }
    const began = performance.now()
    const { seen, problem } = await outcome(await reconnecting({ connect, clocks, ...answers }))
    expect(seen).toEqual(['check-started'])
    expect(problem?.text.what).toMatch(/this machine slept, or its clock was set/)
    expect(problem?.text.why).toContain(how)
    expect(problem?.exitCode).toBe(3)
    expect(performance.now() - began).toBeLessThan(5000)
    expect(made()).toBe(1)
  })
  it('may be slewed', async () => {
    const { connect } = engines([started, done])
    let now = 0
    const clocks = { wall: () => (now += 400), steady: () => 0 }
    expect((await outcome(await reconnecting({ connect, clocks, ...answers }))).problem).toBeUndefined()
  })
})

describe('why an engine was lost', () => {
  it.each([
    ['nothing is left of the VM', 'true', 'true', 'the VM is gone', 'lab vm up', false],
    ['it was stopped', limactlWith('Stopped'), 'true', 'the VM does not run: it is stopped', 'lab vm up', false],
    [
      'it is paused',
      limactlWith('Running'),
      'exit 255',
      'the VM does not answer: it is paused, or hangs',
      'lab vm up',
      false,
    ],
    ['it is well', limactlWith('Running'), 'true', 'the connection to the VM was lost', 'run the command again', true],
  ])('%s', async (_, limactl, ssh, what, remedy, mayDo) => {
    using programs = new Misbehaving({ limactl, ssh })
    programs.make()
    const { problem, answers } = await diagnose(vmPlace(), lost)
    expect(problem.text).toEqual({ what, why: lost.text.what, remedy })
    expect(problem.exitCode).toBe(3)
    expect(answers).toBe(mayDo)
  })

  it('the connection that is kept open hangs: a new one answers, and the kept one is ended', async () => {
    const ssh = `case "$*" in *ControlPath=none*) exit 0 ;; *-O*exit*) : >"$0.ended" ;; *) exec sleep 86397 ;; esac`
    using programs = new Misbehaving({ limactl: limactlWith('Running'), ssh }, { alone: false })
    programs.make()
    expect((await diagnose(vmPlace(), lost)).answers).toBe(true)
    expect(existsSync(join(programs.bin, 'ssh.ended'))).toBe(true)
  })

  it('a new connection takes long on a busy machine: the one that is kept open answers, and stays', async () => {
    const ssh = `case "$*" in *ControlPath=none*) exec sleep 86397 ;; *-O*exit*) : >"$0.ended" ;; *) exit 0 ;; esac`
    using programs = new Misbehaving({ limactl: limactlWith('Running'), ssh }, { alone: false })
    programs.make()
    expect((await diagnose(vmPlace(), lost)).answers).toBe(true)
    expect(existsSync(join(programs.bin, 'ssh.ended'))).toBe(false)
  })

  it('a kept connection that keeps the pipes of a command that is late is not waited for', async () => {
    using programs = new Misbehaving({ ssh: 'sleep 20 & exec sleep 20' }, { alone: false })
    programs.make()
    const began = performance.now()
    await expect(inVm(vmPlace(), ['true'], { timeout: 500 })).rejects.toThrow(Unreachable)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})
