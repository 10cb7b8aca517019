import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LOCK_GUARANTEES, type LockEvent } from '../../../checkers/kit/history/lock.ts'

const violated = (events: LockEvent[]): string[] =>
  Object.values(LOCK_GUARANTEES).flatMap((guarantee) => guarantee(events)?.guarantee ?? [])

const acquired = (holder: string, token: number): LockEvent => ({ kind: 'acquired', at: 0, holder, token })
const write = (holder: string, token: number, accepted = true): LockEvent => ({
  kind: 'write',
  at: 0,
  holder,
  token,
  accepted,
})

describe('a history that violates exactly', () => {
  it.each<[string, LockEvent[], string[]]>([
    ['none', [acquired('a', 2), write('a', 2), acquired('b', 5), write('b', 5), write('b', 5)], []],
    ['none: the stale write is refused', [acquired('a', 2), acquired('b', 5), write('b', 5), write('a', 2, false)], []],
    ['none: the new holder has not written', [acquired('a', 2), acquired('b', 5), write('a', 2), write('b', 5)], []],
    ['One holder per token', [acquired('a', 2), acquired('b', 2)], ['One holder per token']],
    ['One holder, by a write', [acquired('a', 2), write('b', 2)], ['One holder per token']],
    ['Tokens monotone', [acquired('a', 5), acquired('b', 2)], ['Tokens monotone']],
    ['No stale write', [acquired('a', 2), acquired('b', 5), write('b', 5), write('a', 2)], ['No stale write']],
    ['No stale write, after another', [write('b', 5), write('a', 2, false), write('a', 2)], ['No stale write']],
  ])('%s', (_, events, expected) => expect(violated(events)).toEqual(expected))
})

/** Holders one after the other with growing tokens, each of which writes; a guard that keeps the largest token. */
const histories = fc
  .array(fc.record({ step: fc.integer({ min: 1, max: 9 }), late: fc.nat(3), writes: fc.nat(3) }), { maxLength: 8 })
  .map((turns) => {
    const events: LockEvent[] = []
    let [token, most] = [1, 0]
    const tokens: number[] = []
    for (const { step, late, writes } of turns) {
      token += step
      tokens.push(token)
      events.push(acquired(`h${token}`, token))
      for (let i = 0; i < writes; i += 1) {
        // Some of those who held it before wake up and write, too.
        const who = tokens.at(-1 - (i === 1 ? late : 0)) ?? token
        events.push(write(`h${who}`, who, who >= most))
        most = Math.max(most, who)
      }
    }
    return events
  })

describe('generated histories', () => {
  it('hold all guarantees behind a guard that keeps the largest token', () => {
    fc.assert(fc.property(histories, (events) => violated(events).length === 0))
  })

  it('violate one behind a guard that accepts what it has to refuse', () => {
    const stale = histories.filter((events) => events.some((one) => one.kind === 'write' && !one.accepted))
    fc.assert(
      fc.property(stale, (events) => {
        const lax = events.map((one) => (one.kind === 'write' ? { ...one, accepted: true } : one))
        expect(violated(lax)).toEqual(['No stale write'])
      }),
    )
  })

  it('violate one where tokens go back', () => {
    const several = histories
      .map((events) => events.filter(({ kind }) => kind === 'acquired'))
      .filter((e) => e.length > 1)
    fc.assert(fc.property(several, (events) => violated([...events].reverse()).join() === 'Tokens monotone'))
  })
})
