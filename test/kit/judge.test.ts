import { describe, expect, it } from 'vitest'
import { duration, judge } from '../../checkers/kit/judge.ts'
import { ExpectationFailed, Interrupted } from '../../checkers/kit/outcome.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'

function judgeAt(factor = 1, signal = new AbortController().signal) {
  const shown: string[] = []
  return {
    shown,
    ...judge({ factor: () => factor, onWaiting: (what) => shown.push(what), signal, timeline: new Timeline() }),
  }
}

const failure = async (act: () => unknown): Promise<ExpectationFailed> => {
  try {
    await act()
  } catch (error) {
    if (error instanceof ExpectationFailed) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('expect', () => {
  it('passes what is right and tells what is wrong', async () => {
    const { expect: judged } = judgeAt()
    judged(true, 'a', 'b')
    const error = await failure(() => judged(false, 'it exits 7', () => 'exited 0'))
    expect([error.expected, error.observed]).toEqual(['it exits 7', 'exited 0'])
  })
})

describe('eventually', () => {
  it('returns the first value that is right, also when it is right at once', async () => {
    let n = 0
    expect(
      await judgeAt().eventually(
        'n is 3',
        () => (n += 1),
        (v) => v === 3,
        'x',
      ),
    ).toBe(3)
    expect(
      await judgeAt().eventually(
        'at once',
        () => 1,
        () => true,
        'x',
        { within: 0 },
      ),
    ).toBe(1)
  })

  it('fails with what was last seen, the time that it waited and the factor', async () => {
    let n = 0
    const begin = performance.now()
    const error = await failure(() =>
      judgeAt(3).eventually(
        'n is negative',
        () => (n += 1),
        (v) => v < 0,
        (v) => `n is ${v}`,
        { within: 40 },
      ),
    )
    expect(performance.now() - begin).toBeGreaterThanOrEqual(120)
    expect(error.expected).toBe('n is negative')
    expect(error.observed).toBe(`n is ${n} (waited 0.1 s, deadlines ×3.0)`)
  })

  it('shows a wait that lasts, once', async () => {
    const { shown, eventually } = judgeAt()
    await failure(() =>
      eventually(
        'the sun is green',
        () => 0,
        () => false,
        'no',
        { within: 400 },
      ),
    )
    expect(shown).toEqual(['the sun is green'])
  })

  it('gives a late wake-up one more look', async () => {
    let asked = 0
    const slow = async (): Promise<number> => {
      asked += 1
      if (asked === 2) await new Promise((resolve) => setTimeout(resolve, 80))
      return asked
    }
    expect(await judgeAt().eventually('third look', slow, (v) => v === 3, 'x', { within: 40 })).toBe(3)
  })

  it('stops when the run is cancelled', async () => {
    const cancel = new AbortController()
    const wait = judgeAt(1, cancel.signal).eventually(
      'never',
      () => 0,
      () => false,
      'x',
      { within: 60_000 },
    )
    cancel.abort()
    await expect(wait).rejects.toBeInstanceOf(Interrupted)
  })

  it('hands on what the probe throws', async () => {
    const broken = (): never => {
      throw new Error('broken probe')
    }
    await expect(judgeAt().eventually('x', broken, () => true, 'x')).rejects.toThrow('broken probe')
  })
})

describe('never', () => {
  const sentinel = (seen: () => boolean) => ({ what: 'the sentinel comes', seen, missing: () => 'it did not come' })

  it('ends well on the sentinel', async () => {
    let n = 0
    await judgeAt().never(
      'quiet',
      () => (n += 1),
      () => false,
      'loud',
      sentinel(() => n > 3),
    )
    expect(n).toBeGreaterThan(3)
  })

  it('fails on what must not be, also when it is seen in the same look as the sentinel', async () => {
    let n = 0
    const error = await failure(() =>
      judgeAt().never(
        'quiet',
        () => (n += 1),
        (v) => v > 2,
        (v) => `loud at ${v}`,
        sentinel(() => n >= 2),
      ),
    )
    expect([error.expected, error.observed]).toEqual(['quiet', 'loud at 3'])
  })

  it('fails when the sentinel does not come: silence alone proves nothing', async () => {
    const error = await failure(() =>
      judgeAt().never(
        'quiet',
        () => 0,
        () => false,
        'loud',
        sentinel(() => false),
        { within: 30 },
      ),
    )
    expect(error.expected).toBe('the sentinel comes')
    expect(error.observed).toMatch(/^it did not come \(waited/)
  })
})

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [41.4, '41 ms'],
    [100, '0.1 s'],
    [12_345, '12.3 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})
