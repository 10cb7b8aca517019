import { expect, it } from 'vitest'
import { enginesOn } from '../../../src/cli/authoring/verify-labs.ts'

it('starts as many throw-away kernels as there are processors, and more engines where checks wait', () => {
  expect(enginesOn('uml', 2)).toBe(2)
  expect(enginesOn('local', 2)).toBe(6)
  expect(enginesOn('lima', 4)).toBe(12)
})
