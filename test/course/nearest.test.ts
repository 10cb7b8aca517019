import fc from 'fast-check'
import { expect, test } from 'vitest'
import { levenshtein, nearest } from '../../src/course/nearest.ts'

test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['ab', 'ba', 2],
])('%s → %s takes %i edits', (a, b, edits) => {
  expect(levenshtein(a, b)).toBe(edits)
})

test('is a distance', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b, c) => {
      expect(levenshtein(a, b)).toBe(levenshtein(b, a))
      expect(levenshtein(a, b) === 0).toBe(a === b)
      expect(levenshtein(a, c)).toBeLessThanOrEqual(levenshtein(a, b) + levenshtein(b, c))
    }),
  )
})

test.each([
  ['linux/inti', 'linux/init'],
  ['inux/init', 'linux/init'],
  ['etcd/mvc', 'etcd/mvcc'],
  ['nothing/alike', undefined],
])('%s stands for %s', (said, meant) => {
  expect(nearest(said, ['linux/init', 'etcd/mvcc', 'linux/seccomp'])).toBe(meant)
})
