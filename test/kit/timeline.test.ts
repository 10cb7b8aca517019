import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Timeline } from '../../checkers/kit/timeline.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('Timeline', () => {
  it('keeps what was noted, with the time since it began', () => {
    vi.advanceTimersByTime(1000)
    const timeline = new Timeline()
    expect(timeline.entries()).toEqual([])
    vi.advanceTimersByTime(12)
    timeline.note('start', 'init')
    expect(timeline.now()).toBe(12)
    expect(timeline.entries()).toEqual([{ at: 12, kind: 'start', text: 'init' }])
  })

  it('keeps the first 500 entries and counts the others', () => {
    const timeline = new Timeline()
    for (let n = 1; n <= 500; n += 1) timeline.note('saw', String(n))
    expect(timeline.entries()).toHaveLength(500)
    timeline.note('saw', '501')
    timeline.note('saw', '502')
    vi.advanceTimersByTime(7)
    expect(timeline.entries().slice(499)).toEqual([
      { at: 0, kind: 'saw', text: '500' },
      { at: 7, kind: 'note', text: '2 further entries were dropped' },
    ])
  })
})
