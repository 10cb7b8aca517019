import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  attribute,
  chanceOfSplit,
  isFlaky,
  MOST_TRIES,
  tallyOf,
  usualOf,
  withStalls,
  type Tally,
} from '../../src/cli/grading/attribute.ts'
import type { Try } from '../../src/report/repeat-json.ts'

/** `[failed, ran]` while calm and while stalled. */
function tally(calm: [number, number], stalled: [number, number] = [0, 0], more: Partial<Tally> = {}): Tally {
  const stratum = ([failed, ran]: [number, number]) => ({ failed, ran })
  return { calm: stratum(calm), stalled: stratum(stalled), errors: 0, bugs: 0, ...more }
}

const one = (more: Partial<Try> = {}): Omit<Try, 'stalled'> => ({
  seed: 's-1',
  verdict: 'passed',
  ms: 10,
  factor: 1,
  late: 0,
  load: 1,
  ...more,
})

describe('who it is', () => {
  test.each([
    ['passes every time', tally([0, 50]), undefined, 'none'],
    ['fails every time', tally([50, 50]), undefined, 'none'],
    ['nothing ran', tally([0, 0]), undefined, 'none'],
    ['the reference never fails', tally([10, 50]), tally([0, 50]), 'component'],
    ['the same under a load that never ends', tally([0, 0], [10, 50]), tally([0, 0], [0, 50]), 'component'],
    ['both calm and stalled, the reference in neither', tally([4, 30], [4, 20]), tally([0, 30], [0, 20]), 'component'],
    ['the reference fails too, but only stalled', tally([12, 40], [3, 5]), tally([0, 40], [2, 5]), 'component'],
    ['the reference fails too while all is calm', tally([10, 50]), tally([8, 50]), 'check'],
    ['the reference fails once, the component often', tally([25, 50]), tally([1, 50]), 'check'],
    [
      'the reference fails while all is calm, the component where the machine stalls',
      tally([0, 20], [20, 20]),
      tally([4, 20], [0, 20]),
      'check',
    ],
    ['calm and stalled alike', tally([8, 40], [2, 10]), tally([8, 40], [2, 10]), 'check'],
    ['both fail, only stalled', tally([0, 12], [6, 8]), tally([0, 14], [5, 6]), 'machine'],
    [
      'the component fails, only stalled; the reference met no stall',
      tally([0, 42], [6, 8]),
      tally([0, 50]),
      'machine',
    ],
    ['one stall went unseen', tally([1, 40], [9, 10]), tally([0, 40], [8, 10]), 'machine'],
    ['one stall went unseen, the reference met it', tally([0, 40], [9, 10]), tally([1, 40], [8, 10]), 'machine'],
    ['one failure', tally([1, 50]), tally([0, 50]), 'undecided'],
    ['never calm, both fail', tally([0, 0], [9, 20]), tally([0, 0], [8, 20]), 'undecided'],
    ['the machine let none fail, and some not be graded', tally([0, 45], [0, 0], { errors: 5 }), undefined, 'machine'],
    ['only errors', tally([0, 0], [0, 0], { errors: 5 }), undefined, 'machine'],
    ['a bug of ours', tally([0, 45], [0, 0], { bugs: 1 }), undefined, 'check'],
    ['a bug of ours with the reference', tally([3, 45]), tally([0, 40], [0, 0], { bugs: 1 }), 'check'],
  ] as const)('%s', (_, component, reference, to) => {
    expect(attribute(component, reference).to).toBe(to)
  })

  test('without a reference it is not attributed, and says why', () => {
    expect(attribute(tally([3, 50]), 'there is none')).toEqual({ to: 'unknown', why: 'there is none' })
  })

  test('who is cleared while it is undecided', () => {
    expect(attribute(tally([1, 50]), tally([0, 50]))).toMatchObject({ learners: true })
    expect(attribute(tally([0, 0], [9, 20]), tally([0, 0], [8, 20]))).toMatchObject({ learners: false })
  })
})

const counts = fc
  .integer({ min: 2, max: 300 })
  .chain((ran) => fc.integer({ min: 0, max: ran }).map((failed): [number, number] => [failed, ran]))
const tallies = fc.tuple(counts, counts).map(([calm, stalled]) => tally(calm, stalled))

describe('whatever the numbers', () => {
  test('a component is never blamed where the reference failed as often in the same kind of run', () => {
    fc.assert(fc.property(tallies, (both) => attribute(both, both).to !== 'component'))
  })

  test('a reference that fails while calm clears the component', () => {
    fc.assert(
      fc.property(tallies, tallies, (component, reference) => {
        fc.pre(isFlaky(component) && reference.calm.failed > 0)
        expect(['check', 'machine']).toContain(attribute(component, reference).to)
      }),
    )
  })

  test('without a stall it is never the machine', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        expect(attribute(tally(a), tally(b)).to).not.toBe('machine')
      }),
    )
  })

  test('when it is undecided for want of runs, so many more with the same rate decide', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 5, max: 1000 }), (failed, ran) => {
        const first = attribute(tally([failed, ran]), tally([0, ran]))
        expect(first.to).toBe('undecided')
        if (first.to !== 'undecided') return
        const more = Math.floor((failed * first.repeat) / ran)
        expect(attribute(tally([more, first.repeat]), tally([0, first.repeat * MOST_TRIES])).to).toBe('component')
      }),
    )
  })
})

describe('the exact test', () => {
  // Fisher's tea: 3 of 4 right gives 17/70, 4 of 4 gives 1/70 (The Design of Experiments, 1935, chapter 2).
  test.each([
    [3, 17 / 70],
    [4, 1 / 70],
  ])('the lady tasting tea, %d of 4 right', (right, chance) => {
    expect(chanceOfSplit({ ran: 4, failed: right }, { ran: 4, failed: 4 - right })).toBeCloseTo(chance, 10)
  })

  test('is a chance, and 1 when nothing failed', () => {
    fc.assert(
      fc.property(counts, counts, ([f, n], [g, m]) => {
        const chance = chanceOfSplit({ ran: n, failed: f }, { ran: m, failed: g })
        expect(chance).toBeGreaterThan(0)
        expect(chance).toBeLessThanOrEqual(1)
        expect(chanceOfSplit({ ran: n, failed: 0 }, { ran: m, failed: 0 })).toBe(1)
      }),
    )
  })
})

describe('what counts', () => {
  const usual = { factor: 1, load: 1 }
  test.each([
    ['calm', one({ late: 94, load: 8, factor: 6 }), false],
    ['late', one({ late: 400 }), true],
    ['crowded', one({ load: 30 }), true],
    ['ten times slower than usual', one({ factor: 10 }), true],
  ])('%s', (_, run, stalled) => {
    expect(withStalls([run], usual)[0]?.stalled).toBe(stalled)
  })

  test('a machine that is always slow and crowded is not stalled', () => {
    const tries = Array.from({ length: 8 }, (_, i) => one({ factor: 25 + i, load: 12 + i }))
    expect(withStalls(tries, usualOf(tries)).filter(({ stalled }) => stalled)).toEqual([])
  })

  test('timeouts are failures; errors are counted apart, an unexplained one as our bug', () => {
    const fault = { cause: 'environment', what: 'no memory' } as const
    const verdicts = ['passed', 'failed', 'timeout', 'error', 'skipped'] as const
    const tries = [...verdicts.map((verdict) => one({ verdict })), one({ verdict: 'error', fault }), one({ late: 999 })]
    expect(tallyOf(withStalls(tries, usual))).toEqual({
      calm: { ran: 3, failed: 2 },
      stalled: { ran: 1, failed: 0 },
      errors: 1,
      bugs: 1,
    })
  })
})
