import { describe, expect, test } from 'vitest'
import { Turns } from '../../../src/cli/grade/turns.ts'

/** Work that ends when it is told, and says what ran while it did. */
class Works {
  readonly turns = new Turns()
  readonly running = new Set<string>()
  readonly #end = new Map<string, () => void>()

  start(name: string, kind: 'beside' | 'alone'): Promise<void> {
    return this.turns[kind](async () => {
      this.running.add(name)
      await new Promise<void>((end) => this.#end.set(name, end))
      this.running.delete(name)
    })
  }

  async end(name: string, whole: Promise<void>): Promise<void> {
    this.#end.get(name)?.()
    await whole
  }
}

/** What can begin has begun. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('turns', () => {
  test('work beside others runs at once; work that is alone waits for it, and keeps later work waiting', async () => {
    const works = new Works()
    const [a, b] = [works.start('a', 'beside'), works.start('b', 'beside')]
    const alone = works.start('alone', 'alone')
    const late = works.start('late', 'beside')
    await settled()
    expect([...works.running]).toEqual(['a', 'b'])
    await works.end('a', a)
    await settled()
    expect([...works.running]).toEqual(['b'])
    await works.end('b', b)
    await settled()
    expect([...works.running]).toEqual(['alone'])
    await works.end('alone', alone)
    await settled()
    expect([...works.running]).toEqual(['late'])
    await works.end('late', late)
  })

  test('work that throws gives its turn away', async () => {
    const turns = new Turns()
    await expect(turns.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(turns.beside(() => Promise.resolve(7))).resolves.toBe(7)
  })
})
