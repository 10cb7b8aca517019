/** Each guarantee on generated histories, and on one written by hand that violates it and no other. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChangeOfKey, Seen, Truth, WatchView } from '../../../checkers/kit/history/model.ts'
import { WATCH_GUARANTEES } from '../../../checkers/kit/history/watch.ts'

const GUARANTEES = Object.values(WATCH_GUARANTEES)
const violated = (view: WatchView, truth: Truth): string[] =>
  GUARANTEES.flatMap((guarantee) => guarantee([view], truth)?.guarantee ?? [])

const put = (key: string, revision: number): ChangeOfKey => ({ type: 'put', key, revision })
const event = (change: ChangeOfKey, at = 0): Seen => ({ kind: 'event', at, ...change })
const progress = (revision: number): Seen => ({ kind: 'progress', at: 0, revision })
const view = (seen: Seen[], more: Partial<WatchView> = {}): WatchView => ({
  client: 'mirror',
  prefix: 'k/',
  open: true,
  seen,
  ...more,
})

describe('a history that violates exactly', () => {
  const [a2, b2, a3, a4] = [put('k/a', 2), put('k/b', 2), put('k/a', 3), put('k/a', 4)]
  const truth = [a2, b2, a3, a4]
  const all = truth.map((one) => event(one))
  const [first, second, third, fourth] = all
  const of = (...seen: (Seen | undefined)[]): Seen[] => seen.flatMap((one) => one ?? [])
  it.each([
    ['none', all, {}, []],
    ['none: the watch is not over', of(first), {}, []],
    ['none: other keys are no part of it', all, { prefix: 'k/' }, []],
    ['Ordered', of(first, second, fourth, third), {}, ['Ordered']],
    ['Unique', of(first, second, second, third), {}, ['Unique']],
    ['Atomic', of(first, third, fourth), {}, ['Atomic']],
    ['Atomic at its end', of(first), { open: false }, ['Atomic']],
    ['Atomic before a notification', of(first, progress(2)), {}, ['Atomic']],
    ['none: a notification of before', of(progress(1), first), {}, []],
    ['Reliable', of(first, second, fourth), {}, ['Reliable']],
    ['Resumable: begins late', of(fourth), { from: 3 }, ['Resumable']],
    ['Resumable: begins early', of(first, second, third), { from: 3 }, ['Resumable']],
    ['Bookmarkable: before what it promises', of(first, second, progress(3)), {}, ['Bookmarkable']],
    ['Bookmarkable: again', of(first, second, third, progress(3), progress(2)), {}, ['Bookmarkable']],
    ['Bookmarkable: nothing came at all', of(progress(2)), { from: 2 }, ['Bookmarkable']],
  ] satisfies [string, Seen[], Partial<WatchView>, string[]][])('%s', (_, seen, more, expected) => {
    expect(violated(view(seen, more), [...truth, put('x/other', 3)])).toEqual(expected)
  })

  it('Bookmarkable, where an event comes after the notification that covers it', () => {
    expect(violated(view(of(first, progress(2), second)), [a2])).toEqual(['Bookmarkable'])
  })
})

/** One to three changes of different keys at each revision, from 2 on, as etcd numbers them; some not of the prefix. */
const truths = fc
  .array(fc.uniqueArray(fc.constantFrom('k/a', 'k/b', 'k/c', 'x/a'), { minLength: 1, maxLength: 3 }), {
    minLength: 3,
    maxLength: 12,
  })
  .map((txns) => txns.flatMap((keys, index) => keys.map((key) => put(key, index + 2))))

interface Faithful {
  truth: Truth
  view: WatchView
  changes: ChangeOfKey[]
}

/** What an undisturbed watch sees: all from a revision on, with notifications that say nothing wrong, up to anywhere. */
const faithful: fc.Arbitrary<Faithful> = fc
  .record({
    truth: truths,
    from: fc.integer({ min: 2, max: 5 }),
    end: fc.integer({ min: 0, max: 14 }),
    marks: fc.infiniteStream(fc.boolean()),
  })
  .map(({ truth, from, end, marks }) => {
    const changes = truth.filter(({ key, revision }) => key.startsWith('k/') && revision >= from && revision <= end)
    const seen = changes.flatMap((change, index): Seen[] => {
      const whole = changes[index + 1]?.revision !== change.revision
      return [event(change), ...(whole && marks.next().value === true ? [progress(change.revision)] : [])]
    })
    return { truth, changes, view: view(seen, { from }) }
  })

describe('generated histories', () => {
  it('hold all guarantees when nothing went wrong', () => {
    fc.assert(fc.property(faithful, (one) => violated(one.view, one.truth).length === 0))
  })

  /** Breaks a faithful history at a place; undefined where it has no such place. */
  type Break = (one: Faithful, pick: number) => Seen[] | undefined
  const events = ({ changes }: Faithful): Seen[] => changes.map((change) => event(change))
  const at = (places: number[], pick: number): number | undefined => places[pick % Math.max(1, places.length)]
  const where = (changes: ChangeOfKey[], right: (index: number) => boolean): number[] =>
    changes.map((_, index) => index).filter(right)

  it.each<[string, Break]>([
    [
      'Unique',
      (one, pick) => {
        const index = at(
          where(one.changes, () => true),
          pick,
        )
        return index === undefined ? undefined : events(one).flatMap((e, i) => (i === index ? [e, e] : [e]))
      },
    ],
    [
      'Ordered',
      ({ changes }, pick) => {
        const places = where(changes, (i) => (changes[i + 1]?.revision ?? 0) > (changes[i]?.revision ?? 0))
        const index = at(places, pick)
        if (index === undefined) return undefined
        const swapped = [...changes]
        swapped.splice(index, 2, ...changes.slice(index, index + 2).reverse())
        return swapped.map((change) => event(change))
      },
    ],
    [
      'Reliable',
      (one, pick) => {
        const revisions = [...new Set(one.changes.map(({ revision }) => revision))].slice(1, -1)
        const gone = at(revisions, pick)
        return gone === undefined ? undefined : events(one).filter(({ revision }) => revision !== gone)
      },
    ],
    [
      'Resumable',
      (one) => {
        const revisions = [...new Set(one.changes.map(({ revision }) => revision))]
        return revisions.length < 2 ? undefined : events(one).filter(({ revision }) => revision !== revisions[0])
      },
    ],
    [
      'Atomic',
      ({ changes }, pick) => {
        const last = changes.at(-1)?.revision
        const shared = (i: number): boolean =>
          changes[i]?.revision !== last && changes.some((c, j) => j !== i && c.revision === changes[i]?.revision)
        const index = at(where(changes, shared), pick)
        return index === undefined ? undefined : changes.filter((_, i) => i !== index).map((change) => event(change))
      },
    ],
    [
      'Bookmarkable',
      (one, pick) => {
        const index = at(
          where(one.changes, () => true),
          pick,
        )
        if (index === undefined) return undefined
        const seen = events(one)
        return [...seen.slice(0, index), progress(one.changes[index]?.revision ?? 0), ...seen.slice(index)]
      },
    ],
  ])('violate %s, and that is found', (name, breakIt) => {
    fc.assert(
      fc.property(faithful, fc.nat(), (one, pick) => {
        const seen = breakIt(one, pick)
        fc.pre(seen !== undefined)
        expect(violated({ ...one.view, seen: seen ?? [] }, one.truth)).toContain(name)
      }),
    )
  })
})
