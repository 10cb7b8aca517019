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

  it('picks each item, shuffles into each order, and makes words of eight hexadecimal digits', () => {
    const random = new Random('s', 'items')
    const many = <T>(draw: () => T): Set<T> => new Set(Array.from({ length: 200 }, draw))
    expect([...many(() => random.pick(['', 'b', 'c']))].sort()).toEqual(['', 'b', 'c'])
    expect(many(() => random.shuffle([1, 2, 3]).join('')).size).toBe(6)
    const [picks, integers] = [new Random('s', 'same'), new Random('s', 'same')]
    for (let n = 0; n < 50; n += 1) expect(picks.pick([0, 1, 2])).toBe(integers.integer(0, 2))
    expect(random.word()).toMatch(/^[0-9a-f]{8}$/)
  })

  it('gives the same for ever: a seed of an old report repeats its choices', () => {
    const random = new Random('7f3a91', 'reap/orphan')
    expect(Array.from({ length: 6 }, () => random.integer(0, 999))).toEqual([228, 608, 712, 200, 694, 659])
    expect(random.shuffle([1, 2, 3, 4, 5, 6, 7])).toEqual([6, 5, 4, 3, 7, 1, 2])
    expect([random.word(), random.bytes(3).toString('hex')]).toEqual(['57e49955', 'e60a2d'])
  })

  it('reaches both ends', () => {
    const random = new Random('s', 'ends')
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))
    expect([...seen].sort()).toEqual([1, 2, 3])
  })
})
