import { expect, it } from 'vitest'
import { knownRelease, lastComplaint, remedyFor } from '../../../checkers/kit/etcd/log.ts'

const line = (level: string, msg: string, error?: string): string => JSON.stringify({ level, msg, error, ts: 'now' })

it.each([
  ['nothing bad', [line('info', 'started'), line('warn', 'slow fdatasync')], undefined],
  ['the last one', [line('error', 'first'), line('fatal', 'save', 'no space'), line('info', 'x')], 'save: no space'],
  ['a panic', [line('info', 'x'), 'panic: wal is broken', '', 'goroutine 1 [running]:'], 'panic: wal is broken'],
  ['no JSON', ['2026-11-21 raft2026: hello', '', '{"level":3,"msg":"x"}', '{broken'], undefined],
])('finds what went wrong: %s', (_, lines, found) => {
  expect(lastComplaint(lines.join('\n'))).toBe(found)
})

it('names a remedy for what the machine lacks alone', () => {
  expect(remedyFor('save: write x.wal: no space left on device')).toMatch(/^free some/)
  expect(remedyFor('etcdserver: mvcc: database space exceeded')).toMatch(/^free some/)
  expect(remedyFor('listen tcp 127.0.0.1:2379: bind: address already in use')).toMatch(/port/)
  expect([remedyFor('rafthttp: lost'), remedyFor(undefined)]).toEqual([undefined, undefined])
})

it('knows releases by their first two numbers', () => {
  const found = ['3.4.23', '3.5.16', '3.6.0-rc.1', '3.7.0', '2.3.4', '13.4.1', '3.45.1', ''].map(knownRelease)
  expect(found).toEqual(['3.4', '3.5', '3.6', undefined, undefined, undefined, undefined, undefined])
})
