/** The living /proc, and one of a kernel that lacks something or has just lost the process. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type * as Fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  allPids,
  childrenOf,
  isGone,
  pidInside,
  processesOf,
  readProc,
  readProcLink,
  signalSetsOf,
  statOf,
  threadStates,
} from '../../checkers/kit/procfs.ts'
import { until } from '../e2e/until.ts'

/** Texts of files of /proc that this kernel would have written otherwise; an error is thrown, undefined: as it is. */
const said = vi.hoisted(() => ({ of: (_path: string): string | Error | undefined => undefined }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>()
  const lied = <A extends [string, ...unknown[]], R>(read: (...args: A) => R) =>
    ((...args: A): R => {
      const text = said.of(args[0])
      if (text instanceof Error) throw text
      return text === undefined ? read(...args) : (text as R)
    }) as typeof read
  return {
    ...real,
    readFileSync: lied(real.readFileSync as never),
    readlinkSync: lied(real.readlinkSync as never),
    readdirSync: lied(real.readdirSync as never),
  }
})

const failing = (code: string): Error => Object.assign(new Error(code), { code })
const at = (path: string, what: string | Error) => (asked: string) => (asked === path ? what : undefined)

let parent: ChildProcess
let pid = 0
/** `sh` with three children, of which the last one is a zombie */
beforeEach(async () => {
  said.of = () => undefined
  const script = 'sleep 1000 & sleep 1001 & (exit 0) & exec env -u X sleep 1002'
  parent = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true })
  pid = parent.pid ?? 0
  await until('it has executed sleep, and its child has ended', () => {
    const states = childrenOf(pid).map((child) => statOf(child)?.state)
    return statOf(pid)?.comm === 'sleep' && states.length === 3 && states[2] === 'Z'
  })
})
afterEach(async () => {
  said.of = () => undefined
  const gone = once(parent, 'exit')
  process.kill(-pid, 'SIGKILL')
  await gone
})

describe('children', () => {
  it('are in the order of their age, also where their pids are not', () => {
    const [a = 0, b = 0, c = 0] = childrenOf(pid)
    said.of = at(`/proc/${pid}/task/${pid}/children`, `${c} ${a} ${b} `)
    expect(childrenOf(pid).length).toBe(3)
    const started = (child: number, ticks: number) =>
      at(`/proc/${child}/stat`, `${child} (x) S ${pid} ${'0 '.repeat(17)}${ticks} 0`)
    const younger = started(a, 900)
    const older = started(c, 100)
    const same = started(b, 900)
    const list = at(`/proc/${pid}/task/${pid}/children`, `${b} ${a} ${c} 4000000`)
    said.of = (path) => younger(path) ?? older(path) ?? same(path) ?? list(path)
    expect(childrenOf(pid)).toEqual([c, a, b])
  })

  it('are found by their parent where the kernel keeps no lists', () => {
    const children = childrenOf(pid)
    said.of = (path) => (path.endsWith('/children') ? failing('ENOENT') : undefined)
    expect(childrenOf(pid).sort()).toEqual(children.sort())
    expect(childrenOf(children[0] ?? 0)).toEqual([])
    // One of them has gone meanwhile.
    const gone = `/proc/${children[0]}/stat`
    said.of = (path) => (path.endsWith('/children') || path === gone ? failing('ENOENT') : undefined)
    expect(childrenOf(pid).sort()).toEqual(children.slice(1).sort())
  })

  it('are those of all threads, of which one may have ended meanwhile', () => {
    const [a = 0, b = 0] = childrenOf(pid)
    const task = `/proc/${pid}/task`
    said.of = (path) => {
      if (path === task) return [String(pid), '4000001', '4000002'] as unknown as string
      if (path === `${task}/${pid}/children`) return `${a} `
      if (path === `${task}/4000001/children`) return `${b}`
      return undefined
    }
    expect(childrenOf(pid)).toEqual([a, b].sort((x, y) => x - y))
  })

  it('of a process that is gone are none; what is not the process’s end is told', () => {
    said.of = at(`/proc/${pid}/task`, failing('ESRCH'))
    expect(childrenOf(pid)).toEqual([])
    expect(threadStates(pid)).toEqual([])
    said.of = at(`/proc/${pid}/task`, failing('EMFILE'))
    expect(() => childrenOf(pid)).toThrow('EMFILE')
    expect(() => threadStates(pid)).toThrow('EMFILE')
  })
})

describe('threads', () => {
  it('have a state each', async () => {
    await until('it sleeps', () => threadStates(pid).join() === 'S')
    expect(threadStates(childrenOf(pid)[2] ?? 0)).toEqual(['Z'])
    const task = `/proc/${pid}/task`
    said.of = (path) => {
      if (path === task) return ['1', '2', '3'] as unknown as string
      if (path === `${task}/1/stat`) return `1 (x) R ${'0 '.repeat(20)}`
      if (path === `${task}/2/stat`) return 'cut o'
      return path === `${task}/3/stat` ? failing('ESRCH') : undefined
    }
    expect(threadStates(pid)).toEqual(['R'])
  })
})

describe('processes', () => {
  it('are all that have a number, and those of a namespace', () => {
    expect(allPids()).toContain(pid)
    said.of = at('/proc', ['1', '23', 'self', '4x', 'x4', '567'] as unknown as string)
    expect(allPids()).toEqual([1, 23, 567])
  })

  it('of a pid namespace are those whose link names it; one that goes meanwhile is left out', () => {
    const [a = 0, b = 0, c = 0] = childrenOf(pid)
    const link = (one: number) => `/proc/${one}/ns/pid`
    said.of = (path) => {
      if (path === link(a) || path === link(b) || path === `/proc/${c}/ns/pid`) return 'pid:[7]'
      return path === `/proc/${b}/stat` ? failing('ENOENT') : undefined
    }
    expect(processesOf('pid:[7]').map((p) => p.pid)).toEqual([a, c])
    expect(processesOf('pid:[8]')).toEqual([])
  })

  it('say what signals they ignore, block and catch', async () => {
    said.of = at(
      `/proc/${pid}/status`,
      'Name:\tx\nNSpid:\t70\t 7  \nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n' +
        'SigBlk:\t0000000000000001\nSigIgn:\t0000000000000002\nSigCgt:\t0000000000000004\n',
    )
    const sets = signalSetsOf(pid)
    expect([sets?.pending, sets?.blocked, sets?.ignored, sets?.caught].map((set) => [...(set ?? [0])])).toEqual([
      [],
      [1],
      [2],
      [3],
    ])
    expect(pidInside(pid)).toBe(7)
    said.of = at(`/proc/${pid}/status`, 'Name:\tXNSpid:\t5\n')
    expect(pidInside(pid)).toBeUndefined()
    said.of = at(`/proc/${pid}/status`, failing('ESRCH'))
    expect([signalSetsOf(pid), pidInside(pid)]).toEqual([undefined, undefined])
  })
})

describe('a file of /proc that can not be read', () => {
  it.each(['ENOENT', 'ESRCH', 'EACCES'])('with %s is one of a process that is gone or not ours to see', (code) => {
    said.of = () => failing(code)
    expect([readProc(pid, 'stat'), readProcLink(pid, 'exe'), statOf(pid)]).toEqual([undefined, undefined, undefined])
    expect(isGone(failing(code))).toBe(true)
  })
  it('for another reason is an error of ours', () => {
    said.of = () => failing('EMFILE')
    expect(() => readProc(pid, 'stat')).toThrow('EMFILE')
    expect(() => readProcLink(pid, 'exe')).toThrow('EMFILE')
    expect([isGone({ code: 'ENOENT' }), isGone(new Error('x')), isGone(undefined)]).toEqual([false, false, false])
  })
  it('is read otherwise', () => {
    expect(readProcLink(pid, 'exe')).toMatch(/\/(sleep|coreutils|busybox)$/)
    expect(readProc(pid, 'comm')).toBe('sleep\n')
  })
})
