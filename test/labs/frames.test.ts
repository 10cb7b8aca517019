/** linux/frames: what is right passes. Mutants are proved by `lab author verify`. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import lab from '../../checkers/linux/frames/index.ts'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import { Bench, mutantsOf, oraclesOf, rejected, root, told } from './trial.ts'

const LAB = 'linux/frames'
const oracles = await oraclesOf(LAB)
const { steps } = await loadLab(await loadCourse(root), LAB)
const checks = steps.flatMap((step) => step.checks)
const order = checks.map((check) => check.id)
let bench: Bench

beforeAll(async () => {
  bench = await Bench.open(LAB)
})
afterAll(() => bench.close())

it('has the same checks in lab.yaml and in code', () => {
  expect(Object.keys(lab.checks)).toEqual(order)
})

it('has a mutant for each check, which it is the first to reject and whose requirement it cites', () => {
  const mutants = mutantsOf(LAB)
  const first = mutants.map(({ kills }) => order.find((id) => kills.includes(id)) ?? '')
  expect(order.filter((id) => !first.includes(id))).toEqual([])
  const cited = first.map((id) => checks.find((check) => check.id === id)?.requirement)
  expect(cited).toEqual(mutants.map((mutant) => mutant.requirement))
})

describe('what is right passes', () => {
  it.each(['go', 'typescript'])('the solution in %s', { timeout: 180_000 }, async (track) => {
    const trial = await bench.component(join(root, 'labs', LAB, 'solutions', track))
    expect(rejected(trial), told(trial)).toEqual([])
    expect(trial.results).toHaveLength(order.length)
  })

  it.each(oracles)('the oracle $name', { timeout: 180_000 }, async (oracle) => {
    const trial = await bench.oracle(oracle)
    expect(rejected(trial), told(trial)).toEqual(order.filter((id) => id in oracle.except))
    expect(trial.results).toHaveLength(order.length)
  })
})
