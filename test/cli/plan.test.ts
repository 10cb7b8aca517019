import { describe, expect, test } from 'vitest'
import { forEngine, planChecks, stepNamed } from '../../src/cli/grading/plan.ts'
import { checkedSeed, newSeed } from '../../src/cli/grading/seed.ts'
import { exitCodeOf } from '../../src/cli/grading/grade.ts'
import { EXIT, Problem } from '../../src/problem.ts'
import { lab, result } from './sample.ts'

const none = { checks: [], all: false }

describe('which checks run', () => {
  test.each([
    ['the working step, then earlier ones', 2, none, ['two/a', 'one/a', 'one/b']],
    ['the first step alone has none before it', 1, none, ['one/a', 'one/b']],
    ['--step', 3, { ...none, step: 2 }, ['two/a']],
    ['--all: the working step first', 2, { checks: [], all: true }, ['two/a', 'one/a', 'one/b', 'three/a']],
    [
      'named ones, once each, in their order',
      1,
      { checks: ['three/a', 'one/a', 'three/a'], all: false },
      ['three/a', 'one/a'],
    ],
  ])('%s', (_, step, selection, ids) => {
    expect(planChecks(lab(), step, selection).map(({ id }) => id)).toEqual(ids)
  })

  test.each([
    [{ checks: ['one/x'], all: false }, 'one/x'],
    [{ ...none, step: 9 }, 'no step 9'],
  ])('%j is wrong usage', (selection, said) => {
    const run = (): unknown => planChecks(lab(), 1, selection)
    expect(run).toThrow(Problem)
    expect(run).toThrow(said)
  })

  test('a check waits for checks of the same run only', () => {
    expect(forEngine(planChecks(lab(), 2, { ...none, step: 2 }))).toEqual([{ id: 'two/a', needs: [] }])
    expect(forEngine(planChecks(lab(), 2, none))[0]).toEqual({ id: 'two/a', needs: ['one/b'] })
  })
})

describe('the exit code: 4 goes before 3 before 1', () => {
  const fault = (cause: 'environment' | 'bug') => ({ fault: { cause, what: 'x' } })
  const build = { seq: 1, type: 'build', run: 'r', state: 'failed', ms: 1 } as const
  test.each([
    ['all passed', [result('a', 'passed')], {}, EXIT.passed],
    ['one failed', [result('a', 'passed'), result('b', 'failed')], {}, EXIT.failed],
    ['a timeout', [result('a', 'timeout')], {}, EXIT.failed],
    [
      'an environment error before a failure',
      [result('a', 'failed'), result('b', 'error', fault('environment'))],
      {},
      EXIT.environment,
    ],
    ['an error without a reason is a bug', [result('a', 'error')], {}, EXIT.bug],
    [
      'a bug before all',
      [result('a', 'error', fault('environment')), result('b', 'error', fault('bug'))],
      {},
      EXIT.bug,
    ],
    ['the build failed', [], { build }, EXIT.failed],
    ['the run ended with a fault', [result('a', 'passed')], fault('environment'), EXIT.environment],
    ['the engine was lost', [result('a', 'passed')], { problem: new Problem({ what: 'lost' }) }, EXIT.environment],
  ])('%s', (_, results, more, code) => {
    expect(exitCodeOf({ results, ...more })).toBe(code)
  })
})

test('a seed is short and can be given again', () => {
  expect(newSeed()).toMatch(/^[0-9a-f]{6}$/)
  expect(newSeed()).not.toBe(newSeed())
  expect(checkedSeed('7f3a91')).toBe('7f3a91')
  expect(() => checkedSeed('$(reboot)')).toThrow(Problem)
})

describe('a step', () => {
  test.each(['2', 'two'])('is found as %s', (said) => {
    expect(stepNamed(lab(), said).number).toBe(2)
  })

  test.each([
    ['9', 'It has 3 steps'],
    ['thre', 'Did you mean three?'],
    ['-1', 'Its steps are one, two, three.'],
  ])('that is not there is wrong usage: %s', (said, why) => {
    const text = expect.objectContaining({ why: expect.stringContaining(why) as string }) as object
    expect(() => stepNamed(lab(), said)).toThrow(expect.objectContaining({ exitCode: EXIT.usage, text }) as Error)
  })
})
