import { expect, it } from 'vitest'
import { moveClock } from '../../../checkers/kit/faults/clock.ts'
import { Timeline } from '../../../checkers/kit/timeline.ts'

it('refuses where the target does not offer it, before it moves anything', async () => {
  const undo: unknown[] = []
  const context = {
    offers: ['namespaces', 'root'],
    defer: (step: unknown) => undo.push(step),
    timeline: new Timeline(),
  }
  const before = Date.now() - performance.now()
  await expect(moveClock(context, 86_400_000)).rejects.toThrow(/may not be moved/)
  expect(undo).toEqual([])
  expect(Math.abs(Date.now() - performance.now() - before)).toBeLessThan(60_000)
})
