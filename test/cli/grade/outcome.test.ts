import { describe, expect, test } from 'vitest'
import { exitCodeOf, gradedCheck, isComplete, sumPoints } from '../../../src/cli/grade/outcome.ts'
import type { GradedLab, Reason } from '../../../src/report/grade/report.ts'
import { check as checkOf, result } from '../sample.ts'
import { check, lab } from '../../report/grade/sample.ts'

const reason = (cause: Reason['cause']): Reason => ({ cause, what: 'it is so' })
const withReason = (cause: Reason['cause'], more: Partial<GradedLab> = {}): GradedLab =>
  lab('linux/init', [check('a/b')], { reason: reason(cause), ...more })
const short = lab('linux/init', [check('a/b')], { met: false })

describe('the exit code', () => {
  test.each([
    [0, [lab('linux/init', [check('a/b')])]],
    [1, [short]],
    [1, [withReason('submission', { met: false })]],
    [1, [withReason('time', { met: false })]],
    [0, [withReason('time')]],
    [3, [short, withReason('environment')]],
    [3, [lab('linux/init', [check('a/b', { verdict: 'error', reason: reason('environment') })], { met: false })]],
    [4, [withReason('environment'), withReason('bug')]],
  ])('%i', (code, labs) => {
    expect(exitCodeOf({ labs })).toBe(code)
    expect(isComplete(labs)).toBe(code < 3)
  })
})

describe('a check', () => {
  test.each([
    ['passed', 2, 'passed'],
    ['failed', 0, 'failed'],
    ['timeout', 0, 'timeout'],
    ['error', 0, 'error'],
    ['skipped', 0, 'error'],
  ] as const)('that ended as %s gives %i points', (verdict, earned, said) => {
    const graded = gradedCheck(checkOf('one/a', 1), 7, result('one/a', verdict))
    expect(graded).toMatchObject({ points: { earned, of: 2 }, verdict: said, line: 7 })
    if (said === 'error') expect(graded.reason?.cause).toBe('bug')
  })

  test.each([
    ['submission', 'not-run'],
    ['time', 'not-run'],
    ['interrupted', 'not-run'],
    ['environment', 'error'],
    ['bug', 'error'],
  ] as const)('that never ran because of %s is %s', (cause, verdict) => {
    const graded = gradedCheck(checkOf('one/a', 1), undefined, reason(cause))
    expect(graded).toMatchObject({ verdict, points: { earned: 0, of: 2 }, reason: { cause } })
  })
})

test('points add up', () => {
  expect(sumPoints([lab('a/b', [check('a/b')]), lab('c/d', [check('a/b'), check('c/d')])])).toEqual({
    earned: 6,
    of: 6,
  })
})
