/** Arbitrary events. */
import fc from 'fast-check'
import type { EventBody, JournalEvent } from '../../src/workspace/events.ts'

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
const count = fc.integer({ min: 1, max: 100 })
const ms = fc.oneof(fc.nat(100_000), fc.double({ min: 0, max: 1e9, noNaN: true }))
const verdict = fc.constantFrom('passed', 'failed', 'error', 'skipped', 'timeout')

export const anyBody: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constant('workspace-created'), course: text }),
  fc.record({ type: fc.constant('lab-started'), lab: text, track: text }),
  fc.record({ type: fc.constant('advanced'), lab: text, step: count }),
  fc.record({ type: fc.constant('advanced'), lab: text, step: count, of: count }),
  fc.record({ type: fc.constant('hint-taken'), lab: text, check: text, rung: count }),
  fc.record({ type: fc.constant('gave-up'), lab: text }),
  fc.record({ type: fc.constant('component-reset'), lab: text }),
  fc.record({ type: fc.constant('component-reset'), lab: text, saved: text }),
  fc.record({ type: fc.constant('component-restored'), lab: text, saved: text }),
  fc.record({ type: fc.constant('component-restored'), lab: text, saved: text, replaced: text }),
  fc.record({
    type: fc.constant('checked'),
    lab: text,
    contract: count,
    run: text,
    step: count,
    seed: text,
    target: text,
    source: text,
    course: text,
    ms,
    results: fc.array(fc.record({ check: text, verdict, ms }), { maxLength: 5 }),
  }),
)

export const anyEvent: fc.Arbitrary<JournalEvent> = fc
  .tuple(anyBody, fc.uuid(), fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }))
  .map(([body, id, at]) => ({ v: 1, at: at.toISOString(), id, ...body }))
