import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { lifeOf, look, parseHolder, parsePs, parseStat, thisProcess, type Holder } from '../../src/workspace/holder.ts'
import { until } from '../e2e/until.ts'

const self: Holder = { pid: 10, host: 'h', boot: 'b', pidns: 'n', start: 5, nonce: 'x' }
const mac: Holder = { ...self, boot: '', pidns: '' }

describe('lifeOf', () => {
  const seen = { start: 5, gone: false }
  test.each([
    ['the same process', self, self, seen, 'live'],
    ['no such process', self, self, undefined, 'dead'],
    ['a zombie', self, self, { start: 5, gone: true }, 'dead'],
    ['another process with its pid', self, self, { start: 6, gone: false }, 'dead'],
    ['a process that does not tell', self, self, 'unknown' as const, 'live'],
    ['before a restart', { ...self, boot: 'a' }, self, seen, 'dead'],
    ['another machine', { ...self, boot: 'a', host: 'g' }, self, seen, 'unknown'],
    ['another pid namespace', { ...self, pidns: 'm' }, self, undefined, 'unknown'],
    ['macOS: the same process, told in seconds', { ...mac, start: 5_900 }, mac, { start: 5_000, gone: false }, 'live'],
    ['macOS: another process', { ...mac, start: 5_900 }, mac, { start: 15_000, gone: false }, 'dead'],
    ['macOS: another machine', { ...mac, host: 'g' }, mac, undefined, 'unknown'],
    ['a VM seen from macOS', { ...self, host: 'h' }, mac, undefined, 'unknown'],
    ['macOS seen from a VM', mac, self, undefined, 'unknown'],
  ])('%s', (_, holder, me, process, life) => {
    expect(lifeOf(holder, me, () => process)).toBe(life)
  })
})

describe('look', () => {
  test('sees itself, and nothing where there is no process', () => {
    const me = thisProcess('x')
    expect(lifeOf(me, me)).toBe('live')
    expect(look(2 ** 22 + 1)).toBeUndefined()
    expect(look(1)).toBeDefined()
  })

  test.runIf(existsSync('/proc/self/stat'))('a killed process that nobody has waited for is gone', async () => {
    // sh starts a sleep, becomes another sleep, and never waits for the first from then on; until then it may
    const parent = spawn('sh', ['-c', 'sleep 100 & echo $!; exec sleep 101'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(line.toString())
      await until('sh is sleep', () => readFileSync(`/proc/${String(parent.pid)}/comm`, 'utf8') === 'sleep\n')
      expect(look(pid)).toMatchObject({ gone: false })
      process.kill(pid, 'SIGKILL')
      await expect.poll(() => look(pid)).toMatchObject({ gone: true })
    } finally {
      parent.kill('SIGKILL')
      await once(parent, 'exit')
      await sleep(0)
    }
  })
})

test.each([
  ['1 (a) b (c) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 77 0', { start: 77, gone: false }],
  ['1 (node) Z 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 77 0', { start: 77, gone: true }],
  ['1 (node) Z 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 77 0', { start: 77, gone: false }],
  ['1 (node) X 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 77 0', { start: 77, gone: true }],
  ['', 'unknown'],
])('parseStat %j', (text, seen) => {
  expect(parseStat(text)).toEqual(seen)
})

test.each([
  ['Ss   Sat Nov 21 03:47:23 2026\n', { start: Date.UTC(2026, 10, 21, 3, 47, 23), gone: false }],
  ['Z+   Sun Nov  1 03:47:23 2026    \n', { start: Date.UTC(2026, 10, 1, 3, 47, 23), gone: true }],
  ['', 'unknown'],
  ['Ss yesterday', 'unknown'],
])('parsePs %j', (text, seen) => {
  expect(parsePs(text)).toEqual(seen)
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{}',
  '{"pid":"1"}',
  JSON.stringify({ ...self, pid: 0 }),
  JSON.stringify({ ...self, pid: 1.5 }),
  JSON.stringify({ ...self, start: '5' }),
])('parseHolder refuses %j', (text) => {
  expect(parseHolder(text)).toBeUndefined()
})

test('parseHolder reads what is written', () => {
  expect(parseHolder(JSON.stringify(self))).toEqual(self)
})
