import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { Verdict } from '../../src/protocol/index.ts'
import { parseEvent } from '../../src/workspace/events.ts'
import { CHECKED } from './checked.ts'
import { anyEvent } from './sample-events.ts'

const text = v.pipe(v.string(), v.minLength(1))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const ms = v.pipe(v.number(), v.finite(), v.minValue(0))
const plain = v.custom((value) => !Array.isArray(value))
const stamp = { v: v.literal(1), at: v.pipe(v.string(), v.isoTimestamp(), v.endsWith('Z')), id: text }
/** What parseEvent checks by hand. */
const Schema = v.variant('type', [
  v.object({ ...stamp, type: v.literal('workspace-created'), course: text }),
  v.object({ ...stamp, type: v.literal('lab-started'), lab: text, track: text }),
  v.object({ ...stamp, type: v.literal('advanced'), lab: text, step: count, of: v.optional(count) }),
  v.object({ ...stamp, type: v.literal('hint-taken'), lab: text, check: text, rung: count }),
  v.object({ ...stamp, type: v.literal('gave-up'), lab: text }),
  v.object({ ...stamp, type: v.literal('component-reset'), lab: text, saved: v.optional(text) }),
  v.object({
    ...stamp,
    ...{ type: v.literal('component-restored'), lab: text, saved: text, replaced: v.optional(text) },
  }),
  v.object({
    ...stamp,
    type: v.literal('checked'),
    ...{ lab: text, contract: count, run: text, step: count, seed: text, target: text, source: text, course: text, ms },
    results: v.array(v.pipe(plain, v.object({ check: text, verdict: Verdict, ms }))),
  }),
])

const event = { v: 1, at: '2026-11-21T03:47:23.000Z', id: 'x', ...CHECKED }

describe('parseEvent', () => {
  test('takes every event', () => {
    fc.assert(fc.property(anyEvent, (event) => parseEvent(event) === event && v.is(Schema, event)))
  })

  test('agrees with a schema about events of which anything was changed', () => {
    const other = fc.constantFrom(
      undefined,
      null,
      '',
      'x',
      0,
      -1,
      1,
      1.5,
      1e300,
      true,
      [],
      {},
      [1],
      [{}],
      [{ check: 'a', verdict: 'maybe', ms: 1 }],
      '2026-11-21T03:47:23Z',
    )
    fc.assert(
      fc.property(anyEvent, fc.nat(), other, (event, which, value) => {
        const keys = Object.keys(event).filter((key) => key !== 'v' && key !== 'type')
        const changed = { ...event, [keys[which % keys.length] ?? 'at']: value }
        expect(parseEvent(changed) !== undefined).toBe(v.is(Schema, changed))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['a newer version', { ...event, v: 2, type: 'checked', results: 'otherwise' }, 'newer'],
    ['an unknown type', { v: 1, at: event.at, id: 'x', type: 'to-come', rung: 1 }, 'newer'],
    ['a type that every object has', { ...event, type: 'toString' }, 'newer'],
    ['further fields', { ...event, extra: 1 }, 'event'],
    ['no version', { ...event, v: undefined }, undefined],
    ['version 0', { ...event, v: 0 }, undefined],
    ['no type', { ...event, type: undefined }, undefined],
    ['a time without zone', { ...event, at: '2026-11-21T03:47:23' }, undefined],
    ['no such day', { ...event, at: '2026-13-41T03:47:23Z' }, undefined],
    ['a list', [event], undefined],
    ['nothing', null, undefined],
    ['a text', 'checked', undefined],
  ])('%s', (_, value, expected) => {
    const parsed = parseEvent(value)
    expect(typeof parsed === 'object' ? 'event' : parsed).toBe(expected)
  })
})
