import { describe, expect, it } from 'vitest'
import { schedule } from '../../src/engine/schedule.ts'
import type { Verdict } from '../../src/protocol/index.ts'

interface Trial {
  checks: { id: string; needs?: string[]; alone?: boolean; verdict?: Verdict }[]
  jobs?: number
  signal?: AbortSignal
  onStart?: (id: string) => void
}

/** Runs a schedule whose checks end one after the other, and records what ran beside what. */
async function tryOut({ checks, jobs = 2, signal = new AbortController().signal, onStart }: Trial) {
  const beside: Record<string, string[]> = {}
  const running = new Set<string>()
  const skipped: Record<string, string[]> = {}
  const order: string[] = []
  await schedule({
    checks: checks.map(({ id, needs = [], alone = false }) => ({ id, needs, alone })),
    jobs,
    signal,
    act: async (id) => {
      order.push(id)
      onStart?.(id)
      for (const other of running) beside[other]?.push(id)
      beside[id] = [...running]
      running.add(id)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running.delete(id)
      return checks.find((c) => c.id === id)?.verdict ?? 'passed'
    },
    skip: (id, waitsFor) => (skipped[id] = waitsFor),
  })
  return { beside, skipped, order }
}

describe('schedule', () => {
  it('runs as many at once as it may', async () => {
    const { beside, order } = await tryOut({ checks: ['a', 'b', 'c', 'd'].map((id) => ({ id })) })
    expect(order).toEqual(['a', 'b', 'c', 'd'])
    expect(beside['a']).toEqual(['b'])
    expect(Math.max(...Object.values(beside).map((list) => new Set(list).size))).toBeLessThanOrEqual(2)
  })

  it('runs a check that must be alone alone, whatever its place', async () => {
    const { beside, order } = await tryOut({
      checks: [{ id: 'a', alone: true }, { id: 'b' }, { id: 'c' }, { id: 'd', alone: true }],
    })
    expect(order.sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(beside['a']).toEqual([])
    expect(beside['d']).toEqual([])
  })

  it('skips what needs a check that did not pass, through several steps, and names what it waits for', async () => {
    const { skipped, order } = await tryOut({
      checks: [{ id: 'c', needs: ['b'] }, { id: 'a', verdict: 'failed' }, { id: 'b', needs: ['a'] }, { id: 'd' }],
    })
    expect(skipped).toEqual({ b: ['a'], c: ['b'] })
    expect(order.sort()).toEqual(['a', 'd'])
  })

  it('does not wait for a needed check that is not in the plan', async () => {
    expect((await tryOut({ checks: [{ id: 'a', needs: ['elsewhere'] }] })).order).toEqual(['a'])
  })

  it('begins nothing more once it is cancelled', async () => {
    const cancel = new AbortController()
    const { order } = await tryOut({
      checks: ['a', 'b', 'c'].map((id) => ({ id })),
      jobs: 1,
      signal: cancel.signal,
      onStart: () => cancel.abort(),
    })
    expect(order).toEqual(['a'])
  })
})

describe('what a check needs', () => {
  it('has passed before it begins, and then it runs', async () => {
    const { beside, order, skipped } = await tryOut({
      checks: [{ id: 'b', needs: ['a'] }, { id: 'a' }, { id: 'c', needs: ['b', 'a'] }],
      jobs: 3,
    })
    expect([order, skipped]).toEqual([['a', 'b', 'c'], {}])
    expect(beside).toEqual({ a: [], b: [], c: [] })
  })

  it('keeps back a check that is the only one left', async () => {
    const { order, skipped } = await tryOut({
      checks: [
        { id: 'a', verdict: 'failed' },
        { id: 'b', needs: ['a'] },
      ],
    })
    expect([order, skipped]).toEqual([['a'], { b: ['a'] }])
  })

  it.each(['failed', 'error', 'timeout'] as const)(
    'is not met by one that ended as %s, nor by one skipped',
    async (verdict) => {
      const { order, skipped } = await tryOut({
        checks: [{ id: 'a', verdict }, { id: 'x' }, { id: 'b', needs: ['a', 'x'] }, { id: 'c', needs: ['x', 'b'] }],
        jobs: 1,
      })
      expect(order).toEqual(['a', 'x'])
      // Only what did not pass is named.
      expect(skipped).toEqual({ b: ['a'], c: ['b'] })
    },
  )
})

describe('checks that are alone', () => {
  it('keep others from beginning while they run, and let them begin afterwards', async () => {
    const { beside, order } = await tryOut({
      checks: [
        { id: 'a', alone: true },
        { id: 'b', needs: ['a'] },
        { id: 'c', needs: ['a'] },
      ],
      jobs: 2,
    })
    expect(order).toEqual(['a', 'b', 'c'])
    expect(beside).toEqual({ a: [], b: ['c'], c: ['b'] })
  })
})

describe('a check that throws', () => {
  it('ends the schedule with what it threw', async () => {
    const plan = {
      checks: [{ id: 'a', needs: [], alone: false }],
      jobs: 1,
      signal: new AbortController().signal,
      act: () => Promise.reject(new Error('broken')),
      skip: () => undefined,
    }
    await expect(schedule(plan)).rejects.toThrow('broken')
  })
})
