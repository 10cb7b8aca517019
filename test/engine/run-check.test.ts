/** One check from its host to its verdict: on real hosts. Whatever a check does, its verdict is true and nothing is left. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Act, CheckCode } from '../../checkers/kit/check.ts'
import type { Host } from '../../checkers/kit/host/host.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { statOf } from '../../checkers/kit/procfs.ts'
import { runCheck, type CheckTools } from '../../src/engine/run-check.ts'
import { Speed } from '../../src/engine/speed.ts'
import { asRoot, program, TestGround } from '../kit/host/ground.ts'

let test: TestGround
let speed: Speed
beforeAll(() => {
  test = new TestGround()
  speed = new Speed()
})
afterAll(async () => {
  speed.stop()
  await test.close()
})

/** Runs a check with this act. */
function run(act: Act, { code = {}, tools = {} }: { code?: Partial<CheckCode>; tools?: Partial<CheckTools> } = {}) {
  return runCheck(
    'step/check',
    { act, alone: false, limit: 20_000, varies: [], ...code },
    {
      component: program('sh'),
      speed,
      seed: 'seed',
      offers: [],
      signal: new AbortController().signal,
      ground: async () => ({ ground: test.ground(), release: () => [] }),
      patience: 1,
      amounts: { memory: 2 ** 29, processes: 1024 },
      onWaiting: () => undefined,
      hold: undefined,
      ...tools,
    },
  )
}

/** A speed whose heartbeat was so late. */
function late(ms: number): Speed {
  const one = new Speed()
  one.stop()
  return Object.defineProperty(one, 'late', { value: ms })
}

/** Text that matches, as part of an object: a bare expression there would match anything. */
const text = (pattern: RegExp): string => expect.stringMatching(pattern) as string

const hang = (): Promise<never> => new Promise(() => undefined)

asRoot('a verdict', () => {
  it('is "passed" where the check ends, with all that was seen', async () => {
    const result = await run(async ({ host, component, remark, timeline }) => {
      const init = await host.startInit(component, ['-c', 'echo one; echo two >&2; exit 3'])
      await init.exited
      remark('a remark')
      timeline.note('saw', 'it')
    })
    expect(result).toMatchObject({ check: 'step/check', verdict: 'passed', outputLines: 2, notes: ['a remark'] })
    expect(result.output.map((line) => line.text).sort()).toEqual(['one', 'two'])
    expect(result.timeline.map(({ kind }) => kind)).toEqual(['start', 'exit', 'saw'])
    expect(result.factor).toBeGreaterThanOrEqual(1)
    expect([result.failure, result.fault]).toEqual([undefined, undefined])
  })

  it('is "failed" with both sentences where an expectation was not met', async () => {
    const { verdict, failure } = await run(async ({ expect: judged }) => judged(false, 'it is so', 'it is not'))
    expect([verdict, failure]).toEqual(['failed', { expected: 'it is so', observed: 'it is not' }])
  })

  it('is "error" where the surroundings refuse, or the check itself is wrong', async () => {
    const fault = await run(() => Promise.reject(new EnvironmentFault('no ip', { remedy: 'install it' })))
    expect([fault.verdict, fault.fault]).toEqual([
      'error',
      { cause: 'environment', what: 'no ip', remedy: 'install it' },
    ])
    const bug = await run(() => Promise.reject(new TypeError('oops')))
    expect(bug).toMatchObject({ verdict: 'error', fault: { cause: 'bug', what: 'oops' } })
    expect(bug.fault?.detail).toContain('run-check.test.ts')
    expect(bug.failure).toBeUndefined()
  })

  it('is "timeout" over the limit, and "error" where the engine itself was late', async () => {
    const timeout = await run(hang, { code: { limit: 20 }, tools: { speed: late(999) } })
    expect(timeout).toMatchObject({
      verdict: 'timeout',
      failure: { expected: text(/^the check ends within its limit of/) },
    })
    const machine = await run(hang, { code: { limit: 20 }, tools: { speed: late(1000) } })
    expect(machine).toMatchObject({
      verdict: 'error',
      fault: { cause: 'environment', why: text(/timer was 1\.0 s late/) },
    })
    expect(machine.failure).toBeUndefined()
  })

  it('comes at once when the run is cancelled, and the wait under way ends', async () => {
    const cancel = new AbortController()
    const ended: string[] = []
    await run(
      async ({ eventually }) => {
        cancel.abort()
        await eventually(
          'it comes',
          () => 0,
          () => false,
          'nothing',
          { within: 60_000 },
        ).catch((error: Error) => ended.push(error.name))
        await hang()
      },
      { tools: { signal: cancel.signal } },
    )
    expect(ended).toEqual(['Interrupted'])
  })
})

asRoot('teardown', () => {
  it('undoes what was deferred, last first, after a failure too, and goes on over what throws', async () => {
    const undone: string[] = []
    const { verdict, fault } = await run(async ({ defer, expect: judged }) => {
      defer(() => void undone.push('first'))
      defer(() => Promise.reject(new Error('undo failed')))
      defer(() => void undone.push('last'))
      judged(false, 'a', 'b')
    })
    expect(undone).toEqual(['last', 'first'])
    expect([verdict, fault?.cause, fault?.what]).toEqual(['error', 'bug', 'undo failed'])
  })

  it('ends every host of the check, whatever the verdict', async () => {
    const pids: number[] = []
    const names: string[] = []
    await run(async ({ host, anotherHost, expect: judged }) => {
      for (const one of [host, await anotherHost()]) {
        names.push(one.name)
        pids.push((await one.start(['sleep', '1000'])).pid ?? 0)
      }
      judged(false, 'a', 'b')
    })
    expect(names).toEqual(['host1', 'host2'])
    expect(pids.map((pid) => statOf(pid))).toEqual([undefined, undefined])
  })

  it('calls it our error when a process or a cgroup of a host is left', async () => {
    const stat = { pid: 1, comm: 'left-one', state: 'S', ppid: 1, pgrp: 1, session: 1, tpgid: -1, startTime: 1 }
    const process = await run(async ({ host }) => {
      host.left = () => [stat]
    })
    expect(process).toMatchObject({ verdict: 'error', fault: { cause: 'bug', what: text(/outlived it: left-one/) } })
    const cgroup = await run(async () => undefined, {
      tools: { ground: async () => ({ ground: test.ground(), release: () => ['/sys/fs/cgroup/x'] }) },
    })
    expect(cgroup).toMatchObject({
      verdict: 'error',
      fault: { cause: 'bug', what: text(/could not be removed: .*\/x$/) },
    })
  })

  it('notes which bounds were met', async () => {
    const folder = join(test.folder, 'cgroup')
    mkdirSync(folder)
    writeFileSync(join(folder, 'memory.events'), 'oom_kill 2\n')
    const { notes } = await run(async () => undefined, {
      tools: { ground: async () => ({ ground: test.ground({ cgroups: [folder] }), release: () => [] }) },
    })
    expect(notes).toEqual(["the host's memory bound of 512 MiB was reached; the kernel ended 2 processes of it"])
  })

  it('waits while the host is held, and is not asked to for what could not be graded', async () => {
    const held: string[] = []
    const hold = async ({ verdict }: { verdict: string }, host: Host | undefined): Promise<void> => {
      held.push(`${verdict}, ${statOf(host?.entrance.pid ?? 0) === undefined ? 'down' : 'up'}`)
    }
    await run(async () => undefined, { tools: { hold } })
    await run(() => Promise.reject(new Error('oops')), { tools: { hold } })
    expect(held).toEqual(['passed, up'])
  })
})

asRoot('the seed', () => {
  it('gives a check the same choices in each run, and others to another seed', async () => {
    const words: string[] = []
    const act: Act = async ({ random }) => void words.push(random.word())
    await run(act)
    await run(act)
    await run(act, { tools: { seed: 'another' } })
    expect(words[0]).toBe(words[1])
    expect(words[2]).not.toBe(words[0])
  })
})
