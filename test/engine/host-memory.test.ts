import { expect, it } from 'vitest'
import { hostMemory } from '../../src/engine/prepare.ts'

const MIB = 2 ** 20

it.each([
  [1024, 512],
  [1535, 512],
  [1536, 768],
  [24_000, 768],
])('of %i MiB a host may take %i', (total, most) => {
  expect(hostMemory(total * MIB) / MIB).toBe(most)
})
