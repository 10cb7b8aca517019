import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../../checkers/kit/random.ts'

describe('Random', () => {
  it('gives the same for the same seed and label, and something else for another', () => {
    const draw = (seed: string, label: string): string => new Random(seed, label).bytes(16).toString('hex')
    expect(draw('7f3a91', 'a/b')).toBe(draw('7f3a91', 'a/b'))
    expect(draw('7f3a91', 'a/b')).not.toBe(draw('7f3a92', 'a/b'))
    expect(draw('7f3a91', 'a/b')).not.toBe(draw('7f3a91', 'a/c'))
  })

  it('stays within its bounds and keeps all items', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, least, span) => {
        const random = new Random(seed, 'x')
        const value = random.integer(least, least + span)
        expect(value).toBeGreaterThanOrEqual(least)
        expect(value).toBeLessThanOrEqual(least + span)
        expect(random.shuffle([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4])
      }),
    )
  })

  it('reaches both ends', () => {
    const random = new Random('s', 'ends')
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))
    expect([...seen].sort()).toEqual([1, 2, 3])
  })
})
