/** A program and its streams, without a host: a child of ours on real fifos. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIFOS, makeFifos } from '../../checkers/kit/host/fifos.ts'
import {
  describeExit,
  Init,
  Running,
  sendSignal,
  stateWord,
  Streams,
  type RunningOptions,
} from '../../checkers/kit/host/running.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { Output } from '../../checkers/kit/output.ts'
import { childrenOf, readProcLink, statOf } from '../../checkers/kit/procfs.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'
import { until } from '../e2e/until.ts'

let folder = ''
let count = 0
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'running-'))
  for (let n = 0; n < 4; n += 1) await makeFifos(folder, n * FIFOS)
})
afterAll(() => rmSync(folder, { recursive: true }))

const timeline = new Timeline()

/** Starts `sh -c text` with fifos for its streams. Its input may be ended once it has opened that: Host.start waits. */
function start<R extends Running>(text: string, make: (options: RunningOptions) => R, program = 'sh'): R {
  const prefix = `${folder}/${count}`
  count += 1
  const output = new Output(() => timeline.now())
  let resolve: () => void = () => undefined
  const drained = new Promise<void>((done) => (resolve = done))
  const streams = new Streams(prefix, output, resolve)
  const open = `exec <${prefix}.in >${prefix}.out 2>${prefix}.err; ${text}`
  const child = spawn(program, ['-c', open], { stdio: 'ignore', detached: true })
  const made = make({ name: 'it', child, streams, output, timeline, drained })
  made.pid = child.pid
  return made
}
const running = (text: string): Running => start(text, (options) => new Running(options))
const init = (text: string): Init => start(text, (options) => new Init(options))

/** How many descriptors of ours are open on fifos of the program started last. */
const ours = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    const target = (): string => readlinkSync(`/proc/self/fd/${fd}`)
    try {
      return target().startsWith(`${folder}/${count - 1}.`)
    } catch {
      return false // the descriptor with which the folder was read
    }
  }).length

describe('a program that runs', () => {
  it('is described until it has exited, and then by how, and how long it took', async () => {
    const begun = timeline.now()
    const it = running('read line; exit 3')
    expect([it.exit, it.describe()]).toEqual([undefined, 'it still runs'])
    const before = it.ranFor
    await until('time passes', () => it.ranFor > before + 20)
    expect(it.ranFor).toBeLessThanOrEqual(timeline.now() - begun)
    it.write('x\n')
    expect(await it.exited).toEqual({ code: 3 })
    const ms = it.ranFor
    expect(it.describe()).toBe(`it exited 3 after ${Math.round(ms)} ms`)
    expect(ms).toBeGreaterThan(before + 20)
    await until('time passes', () => timeline.now() > ms + 30)
    expect(it.ranFor).toBe(ms)
    expect(timeline.entries().at(-1)).toMatchObject({ kind: 'exit', text: 'it exited 3' })
  })

  it('is sent signals, which the timeline tells; none once it is gone', async () => {
    const it = running('exec sleep 1000')
    const { pid } = it
    it.pid = undefined
    expect(it.kill('SIGTERM')).toBe(false)
    it.pid = pid
    expect(it.kill('SIGTERM')).toBe(true)
    expect(timeline.entries().at(-1)).toMatchObject({ kind: 'signal', text: 'SIGTERM → it' })
    expect(await it.exited).toEqual({ signal: 'SIGTERM' })
    expect(it.describe()).toMatch(/^it was ended by SIGTERM after \d+ ms$/)
    const notes = timeline.entries().length
    expect(it.kill('SIGTERM')).toBe(false)
    expect(timeline.entries()).toHaveLength(notes)
    expect(sendSignal(4_000_001, 'SIGTERM')).toBe(false)
    expect(() => sendSignal(process.pid, 'SIGNOSUCH' as NodeJS.Signals)).toThrow(/SIGNOSUCH/)
  })

  it('has said all when it is told to have exited', async () => {
    const it = running('seq 1 30000; printf err >&2')
    await it.exited
    expect([it.output.count, it.output.texts('out').at(-1), it.output.texts('err')]).toEqual([30_001, '30000', ['err']])
  })

  it('has gone before its output ends, where something else holds that', async () => {
    const it = running('sleep 1000 & echo $!')
    await it.gone
    const at = it.ranFor
    expect(it.exit).toBeUndefined()
    await until('it has said a pid', () => it.output.count === 1)
    await until('time passes', () => it.ranFor > at + 20)
    process.kill(Number(it.output.texts()[0]), 'SIGKILL')
    expect(await it.exited).toEqual({ code: 0 })
    // The time is that of its own exit.
    expect(it.ranFor).toBeLessThan(at + 20)
  })

  it('reads end-of-file when its input is ended, which may be said twice', async () => {
    const it = running('cat; echo end')
    it.write('a\n')
    await until('it has read a line', () => it.output.texts().includes('a'))
    expect(it.output.texts()).toEqual(['a'])
    it.endInput()
    it.endInput()
    await it.exited
    expect(it.output.texts()).toEqual(['a', 'end'])
    it.write('too late')
  })

  it('may close its input: what is written then is lost, and nothing else happens', async () => {
    const it = running('exec <&-; echo closed; sleep 0.05; exit 4')
    await until('it has closed it', () => it.output.count === 1)
    it.write(Buffer.alloc(200_000))
    expect(await it.exited).toEqual({ code: 4 })
  })

  it('leaves no descriptor of ours open', async () => {
    const ended = running('echo; cat')
    expect(ours()).toBeGreaterThanOrEqual(6)
    await until('it has opened its input', () => ended.output.count === 1)
    ended.endInput()
    await ended.exited
    await until('all are closed', () => ours() === 0)
    const killed = running('exec sleep 1000')
    killed.kill('SIGKILL')
    await killed.exited
    await until('all are closed', () => ours() === 0)
  })

  it('that can not be started at all rejects who waits for it, and nobody else', async () => {
    const it = start('', (options) => new Running(options), '/nosuch/program')
    await expect(it.exited).rejects.toThrow(/ENOENT/)
    expect(it.exit).toBeUndefined()
  })
})

describe('how a program ended', () => {
  it('is SIGKILL where unshare(1) could not end by it, and its words are not the program’s', async () => {
    const words = 'unshare: sigprocmask unblock failed: Invalid argument'
    const it = running(`echo mine >&2; echo '${words}' >&2; exit 1`)
    expect(await it.exited).toEqual({ signal: 'SIGKILL' })
    expect(it.output.texts('err')).toEqual(['mine'])
    const other = running(`echo '${words}' >&2; exit 2`)
    expect(await other.exited).toEqual({ code: 2 })
    expect(other.output.texts('err')).toEqual([words])
    expect(await running(`echo '${words}'; exit 1`).exited).toEqual({ code: 1 })
  })
  it.each([
    [{ code: 0 }, 'exited 0'],
    [{ signal: 'SIGHUP' as const }, 'was ended by SIGHUP'],
  ])('%j is "%s"', (exit, text) => expect(describeExit(exit)).toBe(text))
})

describe('Init', () => {
  it('has children and processes once it is known where it runs, and none before', async () => {
    const it = init('sleep 1000 & sleep 1001 & echo; exec sleep 1002')
    const { pid = 0 } = it
    it.pid = undefined
    expect([it.children(), it.processes(), it.describeProcesses()]).toEqual([[], [], 'no other process'])
    expect(() => it.requirePid()).toThrow('expected it runs; observed it still runs')
    it.became(pid)
    expect([it.requirePid(), it.namespace]).toEqual([pid, readProcLink(process.pid, 'ns/pid')])
    await until('it has two children', () => it.children().length === 2 && statOf(pid)?.comm === 'sleep')
    expect(it.children()).toEqual(childrenOf(pid))
    expect(it.processes().map((p) => p.pid)).toEqual(expect.arrayContaining([pid, ...childrenOf(pid)]))
    process.kill(-pid, 'SIGKILL')
    await it.exited
    expect(() => it.requirePid()).toThrow(/it was ended by SIGKILL/)
  })

  it('names at most four of its processes', () => {
    const it = init('exit')
    const stat = (pid: number, state: string) => ({
      ...{ pid, comm: `p${pid}`, state, ppid: 1, pgrp: 1, session: 1, tpgid: -1, startTime: 1 },
    })
    it.pid = 4_000_001
    const all = [stat(it.pid, 'S'), ...[2, 3, 4, 5].map((n) => stat(4_000_000 + n, 'Z'))]
    it.processes = () => all
    const text = [2, 3, 4, 5].map((n) => `p400000${n} (pid ?) is a zombie`).join(', ')
    expect(it.describeProcesses()).toBe(text)
    all.push(stat(4_000_006, 'R'), stat(4_000_007, 'R'))
    expect(it.describeProcesses()).toBe(`${text} and 2 more`)
  })

  it.each(['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'ALRM', 'PIPE'])(
    'that is ended by SIG%s has sent it to its own group',
    async (signal) => {
      const it = init(`ulimit -c 0; kill -${signal} $$; sleep 1000`)
      await it.exited
      expect(it.describe()).toBe(
        `it sent SIG${signal} to its own process group, as kill(2) with pid 0 does, and ended what had started it`,
      )
    },
  )
  it('that dies of its own fault, or of SIGKILL, is said to', async () => {
    const it = init('ulimit -c 0; kill -SEGV $$; sleep 1000')
    await it.exited
    expect(it.describe()).toMatch(/^it was ended by SIGSEGV after/)
    const other = init('exit 5')
    expect(other.describe()).toBe('it still runs')
    await other.exited
    expect(other.describe()).toMatch(/^it exited 5 after/)
  })
})

describe('stateWord', () => {
  it.each([
    [undefined, 'is gone'],
    ['R', 'runs'],
    ['S', 'sleeps'],
    ['D', 'waits for the disk'],
    ['T', 'is stopped'],
    ['t', 'is traced'],
    ['Z', 'is a zombie'],
    ['X', 'is dead'],
    ['I', 'is idle'],
    ['W', 'is in state W'],
  ])('of %s is "%s"', (state, word) => expect(stateWord(state)).toBe(word))
})

describe('makeFifos', () => {
  it('says where it could not', async () => {
    const path = process.env['PATH']
    symlinkSync('/bin/false', join(folder, 'mkfifo'))
    process.env['PATH'] = folder
    try {
      const failed = makeFifos('/somewhere', 0)
      await expect(failed).rejects.toBeInstanceOf(EnvironmentFault)
      await expect(failed).rejects.toThrow('mkfifo failed in /somewhere')
    } finally {
      process.env['PATH'] = path
    }
  })
})
