/** What a mirror told, judged against what the store did: each history is wrong in one way. */
import { describe, expect, it } from 'vitest'
import { mark, parseLine, type Line } from '../../../../checkers/etcd/mirror/lines.ts'
import { findingIn, lostUpTo, type Change } from '../../../../checkers/etcd/mirror/told.ts'

const put = (key: string, rev: number, value = 'v'): Line => ({ at: rev, op: 'put', key, value, rev })
const del = (key: string, rev: number): Line => ({ at: rev, op: 'del', key, rev })
const sync = (rev: number): Line => ({ at: rev, op: 'sync', rev })
const made = (type: Change['type'], key: string, revision: number): Change =>
  type === 'put' ? { type, key, revision, value: 'v' } : { type, key, revision }

const changes = [
  made('put', 'k/a', 2),
  made('put', 'k/b', 3),
  made('put', 'other', 4),
  made('put', 'k/a', 5),
  made('delete', 'k/b', 6),
  made('put', 'k/c', 6),
]
const judged = (lines: Line[], compacted: number[] = []): string | undefined =>
  findingIn(lines, { prefix: 'k/', changes, compacted })?.guarantee
const begin = [put('k/b', 3), put('k/a', 2), sync(4)]

describe('what was told', () => {
  it.each<[string, Line[], number[]?]>([
    ['snapshot and changes', [...begin, put('k/a', 5), sync(5), put('k/c', 6), del('k/b', 6), sync(7)]],
    ['changes without a sync line yet', [...begin, put('k/a', 5), del('k/b', 6)]],
    ['a difference after a compaction', [...begin, put('k/a', 5), del('k/b', 7), put('k/c', 6), sync(7)], [6]],
    [
      'half a transaction, and then a difference',
      [...begin, put('k/a', 5), put('k/c', 6), del('k/b', 6), sync(6)],
      [6],
    ],
  ])('is right: %s', (_, lines, compacted) => expect(judged(lines, compacted)).toBeUndefined())

  it.each<[string, Line[], number[]?]>([
    ['Consistent', [put('k/a', 2), sync(4)]],
    ['Consistent', [put('k/a', 2), put('k/b', 3), sync(6)]],
    ['True', [put('k/a', 2, 'w'), put('k/b', 3), sync(4)]],
    ['True', [put('other', 4), ...begin]],
    ['Atomic', [...begin, put('k/a', 5), del('k/b', 6), sync(6)]],
    ['Unique', [...begin, put('k/a', 5), sync(5), put('k/a', 5), sync(5)]],
    ['Resumable', [...begin, put('k/c', 6), del('k/b', 6), sync(6)]],
    ['Resumable', [...begin, put('k/b', 3), put('k/a', 5), sync(5)]],
    ['Bookmarkable', [...begin, sync(6)]],
    ['True', [...begin, put('k/a', 5), del('k/b', 7), put('k/c', 6), sync(7)]],
    ['Once', [...begin, put('k/b', 3), put('k/a', 5), del('k/b', 7), put('k/c', 6), sync(7)], [6]],
    ['Consistent', [...begin, put('k/a', 5), put('k/c', 6), sync(7)], [6]],
    ['Line', [...begin, parseLine('{"op":"put"', 9)]],
  ])('violates %s', (guarantee, lines, compacted) => expect(judged(lines, compacted)).toBe(guarantee))

  it('has lost the first change that is not there', () => {
    const history = { prefix: 'k/', changes, compacted: [] }
    expect(lostUpTo([...begin, put('k/a', 5), sync(5)], history, 6)?.missing).toEqual(made('delete', 'k/b', 6))
    expect(lostUpTo([...begin, put('k/a', 5), del('k/b', 6), put('k/c', 6)], history, 6)).toBeUndefined()
  })
})

describe('a line', () => {
  it('is a JSON object with what its op has', () => {
    expect(parseLine('{"op":"put","key":"k","value":"a\\nb","rev":3,"more":1}', 1)).toEqual({
      ...put('k', 3, 'a\nb'),
      at: 1,
    })
    expect(parseLine('{"op": "sync", "rev": 3}', 3)).toEqual(sync(3))
    for (const text of [
      '',
      '[]',
      'null',
      '{"op":"put","key":"k","rev":3}',
      '{"op":"sync","rev":"3"}',
      '{"op":"x","rev":1}',
    ])
      expect(parseLine(text, 0).op).toBe('none')
  })

  it('shows a long value by its length and digest', () => {
    expect(mark('x'.repeat(1000))).toMatch(/^1000 characters \(sha256 [0-9a-f]{8}\)$/)
    expect(mark('x'.repeat(1000))).not.toBe(mark('y'.repeat(1000)))
  })
})
