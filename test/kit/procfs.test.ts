import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { childrenOf, parseMask, parseSignalSets, parseStat, pidInside, statOf } from '../../checkers/kit/procfs.ts'

const tail = 'S 1 12 12 34816 12 4194304 1 0 0 0 1 2 3 4 20 0 1 0 98765 1 1 1'

/** as far as the start time, which is the last that is read */
const shortest = '7 (sh) S 1 12 12 34816 12 4194304 1 0 0 0 1 2 3 4 20 0 1 0 9'

describe('parseStat', () => {
  it.each([
    ['a plain name', `7 (sh) ${tail}`, 'sh'],
    ['spaces', `7 (tmux: server) ${tail}`, 'tmux: server'],
    ['a parenthesis and a state-like word', `7 (a) R (b) ${tail}`, 'a) R (b'],
  ])('reads a command with %s', (_, line, comm) => {
    expect(parseStat(line)).toEqual({
      pid: 7,
      comm,
      state: 'S',
      ppid: 1,
      pgrp: 12,
      session: 12,
      tpgid: 12,
      startTime: 98765,
    })
  })

  it.each(['', 'nonsense', '7 (sh', '7 (sh) S 1', `7 sh) ${tail}`, `7 )sh( ${tail}`, shortest.slice(0, -2)])(
    'answers nothing for %j',
    (line) => {
      expect(parseStat(line)).toBeUndefined()
    },
  )
})

it('parseStat needs no more than it reads', () => {
  expect(parseStat(shortest)?.startTime).toBe(9)
  expect(parseStat('7 () S' + shortest.slice(8))?.comm).toBe('')
})

describe('signal sets', () => {
  it.each([
    ['0000000000000000', []],
    ['0000000000004002', [2, 15]],
    ['8000000000000001', [1, 64]],
  ])('reads the mask %s', (mask, numbers) => {
    expect([...parseMask(mask)]).toEqual(numbers)
  })

  it('joins what is pending for the thread and for the process', () => {
    const status = 'SigPnd:\t0000000000000001\nShdPnd:\t0000000000010000\nSigBlk:\t0000000000010000\n'
    const sets = parseSignalSets(status)
    expect([...sets.pending]).toEqual([1, 17])
    expect([...sets.blocked]).toEqual([17])
    expect(sets.caught.size).toBe(0)
  })
})

describe('the living /proc', () => {
  it('finds a child, its state and its parent; and nothing once it is gone', async () => {
    const child = spawn('sleep', ['100'])
    const pid = child.pid ?? 0
    expect(childrenOf(process.pid)).toContain(pid)
    expect(statOf(pid)?.ppid).toBe(process.pid)
    expect(pidInside(process.pid)).toBe(process.pid)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(statOf(pid)).toBeUndefined()
    expect(childrenOf(pid)).toEqual([])
  })
})
