/** linux/init: what is right passes, what is wrong is rejected by the checks that are to reject it, and by no other. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import lab from '../../checkers/linux/init/index.ts'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import { Bench, mutantsOf, oraclesOf, rejected, root, told, withMutant } from './trial.ts'

const LAB = 'linux/init'
const mutants = mutantsOf(LAB)
const oracles = await oraclesOf(LAB)
const { steps, tracks } = await loadLab(await loadCourse(root), LAB)
const offered = tracks.map(({ id }) => id)
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

describe('what is right passes', () => {
  it.each(offered)('the solution in %s', { timeout: 180_000 }, async (track) => {
    const trial = await bench.component(join(root, 'labs', LAB, 'solutions', track))
    expect(rejected(trial), told(trial)).toEqual([])
    expect(trial.results).toHaveLength(order.length)
  })

  it.each(oracles)('the oracle $name', async (oracle) => {
    const trial = await bench.oracle(oracle)
    expect(rejected(trial), told(trial)).toEqual(order.filter((id) => id in oracle.except))
    expect(trial.results).toHaveLength(order.length)
  })
})

describe('a starter builds and fails step 1', () => {
  it.each(offered)('%s', { timeout: 180_000 }, async (track) => {
    const folder = mkdtempSync(join(tmpdir(), 'starter-'))
    try {
      cpSync(join(root, 'labs/tracks', track, 'template'), folder, { recursive: true })
      cpSync(join(root, 'labs', LAB, 'given', track), folder, { recursive: true })
      const trial = await bench.component(folder, { steps: ['exit-status'] })
      expect(trial.buildFailed).toBeUndefined()
      expect(rejected(trial)).toEqual(['exit-status/code', 'exit-status/signal'])
      expect(trial.results[0]?.failure?.observed).toContain('the command was never started')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('each mutant passes the steps before its own, and is rejected there by exactly the checks that it names', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', { timeout: 180_000 }, async (_, mutant) => {
    const last = steps.findIndex((step) => step.checks.some((check) => mutant.kills.includes(check.id)))
    const upTo = steps.slice(0, last + 1)
    const trial = await withMutant(LAB, mutant, (folder) =>
      bench.component(folder, { steps: upTo.map((step) => step.id) }),
    )
    const ids = upTo.flatMap((step) => step.checks.map((check) => check.id))
    expect(rejected(trial), told(trial)).toEqual(ids.filter((id) => mutant.kills.includes(id)))
    expect(mutant.kills.filter((id) => !order.includes(id))).toEqual([])
    expect(trial.results.every((r) => r.verdict !== 'error')).toBe(true)
    const broken = checks.find((check) => check.id === rejected(trial)[0])
    expect([broken?.requirement, mutant.name]).toEqual([mutant.requirement, mutant.name])
  })

  it('together break the contract in at least 16 ways: a check that is the first to reject, and its requirement', () => {
    const ways = mutants.map(
      ({ kills, requirement }) => `${order.find((id) => kills.includes(id)) ?? ''} ${requirement}`,
    )
    expect(new Set(ways).size).toBeGreaterThanOrEqual(16)
  })

  it('each check is the first, in course order, to reject some mutant', () => {
    const first = new Set(mutants.map((mutant) => order.find((id) => mutant.kills.includes(id))))
    expect(order.filter((id) => !first.has(id))).toEqual([])
  })
})
