/** When a judge looks, gives up and speaks, to the millisecond: on a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { judge, type Patience } from '../../checkers/kit/judge.ts'
import { Interrupted } from '../../checkers/kit/outcome.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const HOUR = 3_600_000

function judgeAt(factor = 1, signal = new AbortController().signal) {
  const shown: [at: number, what: string][] = []
  const timeline = new Timeline()
  const begin = performance.now()
  const at = (): number => performance.now() - begin
  const onWaiting = (what: string): number => shown.push([at(), what])
  return { shown, timeline, at, judged: judge({ factor: () => factor, onWaiting, signal, timeline }) }
}

/** The times at which a wait for what never comes has looked, and how it ended. The look at `slow` takes 2 ms. */
async function looks(patience: Patience | undefined, factor = 1, slow = -1) {
  const { judged, at, ...rest } = judgeAt(factor)
  const times: number[] = []
  const wait = judged
    .eventually(
      'it comes',
      async () => {
        times.push(at())
        if (at() === slow) await new Promise((resolve) => setTimeout(resolve, 2))
      },
      () => false,
      'nothing',
      ...(patience === undefined ? [] : [patience]),
    )
    .then(
      () => 'right',
      (error: unknown) => String(error),
    )
  await vi.advanceTimersByTimeAsync(HOUR)
  return { times, ended: await wait, ...rest }
}

describe('a wait', () => {
  it('looks often at first, then calmly, and a last time when patience ends', async () => {
    const { times, ended, timeline } = await looks({ within: 230 })
    const from = (first: number, last: number, step: number): number[] =>
      Array.from({ length: (last - first) / step + 1 }, (_, n) => first + n * step)
    expect(times).toEqual([0, ...from(0, 20, 1), ...from(24, 200, 4), 215, 230])
    expect(ended).toContain('expected it comes; observed nothing (waited 0.2 s, deadlines ×1.0)')
    expect(timeline.entries()).toEqual([{ at: 230, kind: 'gave up', text: 'waiting for: it comes' }])
  })

  it('lasts two seconds, times the factor, where nothing else is said', async () => {
    // Looks are 15 ms apart from the one at 200 ms on, and 30 ms from the one at 1010 ms on.
    expect((await looks(undefined)).times.at(-1)).toBe(2000)
    expect((await looks({}, 3)).times.at(-1)).toBe(6020)
    expect((await looks({ within: 100 }, 2)).times.at(-1)).toBe(200)
  })

  it('spends its patience by the factor of each moment, and asks for it with each second', async () => {
    let factor = 10
    const timeline = new Timeline()
    const asked: number[] = []
    const begin = performance.now()
    const onSecond = (): void => {
      asked.push(Math.round((performance.now() - begin) / 1000))
      if (asked.length === 2) factor = 1
    }
    const signal = new AbortController().signal
    const judged = judge({ factor: () => factor, onWaiting: () => undefined, onSecond, signal, timeline })
    const wait = judged.eventually(
      'it comes',
      () => false,
      (seen) => seen,
      'nothing',
      { within: 1000 },
    )
    const ended = wait.catch((error: unknown) => String(error))
    await vi.advanceTimersByTimeAsync(HOUR)
    // 2 s at ×10 are 200 ms of it, and 800 ms at ×1 the rest.
    expect(await ended).toMatch(/waited 2\.[89] s, deadlines ×2\.[89]/)
    expect(asked).toEqual([1, 2])
  })

  it('ends with one more look once nothing can come any more', async () => {
    let asked = 0
    const { times, ended } = await looks({ within: HOUR, over: () => (asked += 1) > 2 })
    expect(times).toEqual([0, 0, 1, 2])
    expect(ended).toContain('observed nothing')
  })

  it('is shown when it has lasted more than 150 ms', async () => {
    expect((await looks({ within: 148 })).shown).toEqual([])
    expect((await looks({ within: 400 })).shown).toEqual([[152, 'it comes']])
    const { times, shown } = await looks({ within: 400 }, 1, 24)
    expect(times).toContain(150)
    expect(shown).toEqual([[154, 'it comes']])
  })

  it('does not begin where the first look is right', async () => {
    const { judged, at } = judgeAt()
    const times: number[] = []
    const seen = await judged.eventually(
      'it is there',
      () => times.push(at()),
      () => true,
      'nothing',
    )
    expect([seen, times]).toEqual([1, [0]])
  })

  it('that is cancelled says what it waited for', async () => {
    const { judged } = judgeAt(1, AbortSignal.abort())
    const wait = judged.eventually(
      'it comes',
      () => 0,
      () => false,
      'nothing',
    )
    await expect(wait).rejects.toEqual(new Interrupted('while it waited for: it comes'))
  })

  it('for a sentinel that does not come is in the timeline, and says how long it was', async () => {
    const { judged, timeline } = judgeAt()
    const sentinel = { what: 'the sentinel comes', seen: () => false, missing: () => 'it did not come' }
    const watch = judged.never(
      'quiet',
      () => 0,
      () => false,
      'loud',
      sentinel,
      { within: 200 },
    )
    const failed = expect(watch).rejects.toMatchObject({
      expected: 'the sentinel comes',
      observed: 'it did not come (waited 0.2 s, deadlines ×1.0)',
    })
    await vi.advanceTimersByTimeAsync(HOUR)
    await failed
    expect(timeline.entries().map(({ kind, text }) => [kind, text])).toEqual([
      ['gave up', 'waiting for: the sentinel comes'],
    ])
  })
})

describe('the clock of a check', () => {
  it('is the factor in force, and pauses of a millisecond', async () => {
    const { judged, at } = judgeAt(2.5)
    expect(judged.factor()).toBe(2.5)
    const paused = judged.pause().then(at)
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(await paused).toBe(1)
  })

  it('expects at once, with a sentence or with what makes one', () => {
    const { judged } = judgeAt()
    expect(() => judged.expect(false, 'it is so', 'it is not')).toThrow('expected it is so; observed it is not')
  })
})
