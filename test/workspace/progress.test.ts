import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../src/protocol/index.ts'
import type { EventBody, JournalEvent } from '../../src/workspace/events.ts'
import { currentLab, nextStep, progressOf, stepPassed } from '../../src/workspace/progress.ts'
import { CHECKED } from './checked.ts'
import { anyEvent } from './sample-events.ts'

const START = Date.UTC(2026, 10, 21)
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString()

/** [minutes, event] … as the journal holds them. */
function history(...entries: [minutes: number, body: EventBody][]): JournalEvent[] {
  return entries.map(([minutes, body], i) => ({ v: 1, at: at(minutes), id: String(i), ...body }))
}

function checked(results: Record<string, Verdict>, more: Partial<typeof CHECKED> = {}): EventBody {
  return {
    ...CHECKED,
    ...more,
    results: Object.entries(results).map(([check, verdict]) => ({ check, verdict, ms: 1 })),
  }
}

const started = (lab = 'linux/init', track = 'go'): EventBody => ({ type: 'lab-started', lab, track })
const advanced = (step: number, of?: number): EventBody => ({
  type: 'advanced',
  lab: 'linux/init',
  step,
  ...(of !== undefined && { of }),
})

/** Steps of checks of 2 points each. */
function lab(...steps: string[][]) {
  const entry = { requirement: 'R1', points: 2, claim: '', why: '', source: '', hints: [], needs: [] }
  return {
    id: 'linux/init',
    steps: steps.map((ids, i) => ({
      id: `s${String(i)}`,
      title: '',
      number: i + 1,
      checks: ids.map((id) => ({ ...entry, id, step: i + 1 })),
    })),
  }
}

const TWO = lab(['a/1', 'a/2'], ['b/1'])

describe('progressOf', () => {
  test('of a lab that nobody touched', () => {
    expect(progressOf(TWO, history([0, started('etcd/mvcc')]))).toEqual({
      started: false,
      track: undefined,
      step: 1,
      finished: false,
      again: false,
      gaveUpAt: undefined,
      attempts: 0,
      last: new Map(),
      everPassed: new Map(),
      firstAt: undefined,
      lastAt: undefined,
      points: 0,
      timeMs: 0,
      newChecks: [],
    })
  })

  test('follows a lab from start to end', () => {
    const events = history(
      [0, started()],
      [2, checked({ 'a/1': 'failed', 'a/2': 'skipped' }, { run: '1' })],
      [5, checked({ 'a/1': 'passed', 'a/2': 'passed' }, { run: '2' })],
      [5, advanced(2)],
      [9, checked({ 'b/1': 'passed', 'a/1': 'failed' }, { run: '3' })],
    )
    const progress = progressOf(TWO, events)
    expect(progress).toMatchObject({
      started: true,
      track: 'go',
      step: 2,
      finished: false,
      attempts: 3,
      points: 6,
      newChecks: [],
    })
    expect([progress.firstAt, progress.lastAt, progress.timeMs]).toEqual([at(0), at(9), 9 * 60_000])
    expect(progress.last).toEqual(
      new Map([
        ['a/1', { verdict: 'failed', at: at(9), run: '3' }],
        ['a/2', { verdict: 'passed', at: at(5), run: '2' }],
        ['b/1', { verdict: 'passed', at: at(9), run: '3' }],
      ]),
    )
    expect(progress.everPassed).toEqual(
      new Map([
        ['a/1', at(5)],
        ['a/2', at(5)],
        ['b/1', at(9)],
      ]),
    )
    expect([stepPassed(TWO, progress, 1), stepPassed(TWO, progress, 2)]).toEqual([false, true])
    expect(progressOf(TWO, [...events, ...history([10, advanced(3)])])).toMatchObject({
      step: 3,
      finished: true,
      newChecks: [],
    })
  })

  const all = checked({ 'a/1': 'passed', 'a/2': 'passed', 'b/1': 'passed' })
  test.each([
    ['finished', TWO, [all, advanced(3)], { finished: true, step: 3, newChecks: [] }],
    ['one step before the end', TWO, [all, advanced(2)], { finished: false, step: 2, newChecks: [] }],
    [
      'a check added after the end',
      lab(['a/1', 'a/2', 'a/3'], ['b/1']),
      [all, advanced(3)],
      { finished: true, newChecks: ['a/3'] },
    ],
    [
      'a step added after the end',
      lab(['a/1', 'a/2'], ['b/1'], ['c/1']),
      [all, advanced(3, 2)],
      { finished: true, step: 3, newChecks: ['c/1'] },
    ],
    [
      'a step taken away after the end',
      lab(['a/1', 'a/2']),
      [all, advanced(3, 2)],
      { finished: true, step: 2, newChecks: [] },
    ],
    ['a step taken away while at the last', lab(['a/1', 'a/2']), [all, advanced(2, 2)], { finished: true, step: 2 }],
    [
      'another contract since: what passed stays passed',
      TWO,
      [{ ...all, contract: 7 }, advanced(3)],
      { finished: true, points: 6 },
    ],
    ['a step back after the end', TWO, [all, advanced(3), advanced(1)], { finished: true, step: 1 }],
    [
      'started again',
      TWO,
      [started(), all, advanced(2), started(undefined, 'python')],
      { step: 2, track: 'python', points: 6 },
    ],
    ['a check that is no longer in the lab', TWO, [checked({ gone: 'passed' })], { points: 0, attempts: 1 }],
    ['checked without a start (an import)', TWO, [all], { started: true, track: undefined }],
    ['an error after a pass', TWO, [all, checked({ 'a/1': 'error' })], { points: 6 }],
  ] as const)('%s', (_, lab, bodies, expected) => {
    expect(progressOf(lab, history(...bodies.map((body, i) => [i, body] as [number, EventBody])))).toMatchObject(
      expected,
    )
  })

  test.each([
    [
      'breaks count 15 minutes',
      [
        [0, started()],
        [100, checked({})],
      ],
      15,
    ],
    [
      'the time before the first event does not count',
      [
        [0, started('etcd/mvcc')],
        [9, started()],
        [11, checked({})],
      ],
      2,
    ],
    [
      'work between belongs to the lab that is checked then',
      [
        [0, started()],
        [4, checked({}, { lab: 'etcd/mvcc' })],
        [10, checked({})],
      ],
      6,
    ],
    [
      'a clock that was set back counts nothing',
      [
        [10, started()],
        [4, checked({})],
        [5, checked({})],
      ],
      1,
    ],
  ] as [string, [number, EventBody][], number][])('time: %s', (_, entries, minutes) => {
    expect(progressOf(TWO, history(...entries)).timeMs).toBe(minutes * 60_000)
  })

  test('follows renames of labs and checks', () => {
    const renames = { 'linux/pid1': 'linux/init', 'old/1': 'a/1' }
    const events = history([0, started('linux/pid1')], [1, checked({ 'old/1': 'passed' }, { lab: 'linux/pid1' })])
    expect(progressOf(TWO, events, renames)).toMatchObject({ started: true, points: 2 })
    expect(currentLab(events, renames)).toBe('linux/init')
  })

  test('for any events: points only grow, finished stays, the step is one of the lab or the end', () => {
    const few = fc.constantFrom('a/1', 'a/2', 'b/1', 'x')
    const own = anyEvent.map((event): JournalEvent =>
      event.type === 'workspace-created' ? event : { ...event, lab: 'linux/init' },
    )
    const events = fc.array(
      fc.tuple(fc.oneof(own, anyEvent), few).map(([event, check]): JournalEvent => {
        return event.type === 'checked'
          ? { ...event, results: event.results.map((result) => ({ ...result, check })) }
          : event
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(events, (events) => {
        let before = progressOf(TWO, [])
        for (let n = 1; n <= events.length; n++) {
          const now = progressOf(TWO, events.slice(0, n))
          expect(now.points).toBeGreaterThanOrEqual(before.points)
          expect(now.attempts).toBeGreaterThanOrEqual(before.attempts)
          expect(now.timeMs).toBeGreaterThanOrEqual(before.timeMs)
          if (before.finished) expect(now.finished).toBe(true)
          expect(now.step).toBeGreaterThanOrEqual(1)
          expect(now.step).toBeLessThanOrEqual(3)
          before = now
        }
      }),
    )
  })
})

test('the next step is the first that does not pass yet', () => {
  const passed = { verdict: 'passed' as const, at: at(0), run: '1' }
  expect(nextStep(TWO, { step: 1, last: new Map() })).toBe(2)
  expect(nextStep(TWO, { step: 1, last: new Map([['b/1', passed]]) })).toBe(3)
})

describe('stepPassed', () => {
  const last = (verdict: Verdict) => new Map([['b/1', { verdict, at: at(0), run: '1' }]])
  test.each([
    ['passed', 2, true],
    ['failed', 2, false],
    ['skipped', 2, false],
    ['error', 2, false],
    ['timeout', 2, false],
    ['passed', 1, false],
    ['passed', 3, false],
    ['passed', 0, false],
  ] as const)('%s, step %i: %s', (verdict, step, passed) => {
    expect(stepPassed(TWO, { last: last(verdict) }, step)).toBe(passed)
  })
})

test('the current lab is the one that was started last', () => {
  expect(currentLab([])).toBeUndefined()
  expect(currentLab(history([0, started('etcd/mvcc')], [1, started()], [2, checked({}, { lab: 'etcd/mvcc' })]))).toBe(
    'linux/init',
  )
})
