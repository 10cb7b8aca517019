import { describe, expect, test } from 'vitest'
import type { Attribution, RepeatedCheck, Try } from '../../../src/report/repeat-json.ts'
import { createPaint } from '../../../src/report/tty/paint.ts'
import { attributionText, isLearners, repeatLines } from '../../../src/report/tty/repeat.ts'
import { textWidth } from '../../../src/report/tty/width.ts'

const paint = createPaint({ colour: false, utf8: true })
const wide = { paint, width: 80 }

const tries = (passed: number, failed: number, stalled = false): Try[] =>
  Array.from({ length: passed + failed }, (_, i) => ({
    seed: `7f3a91-${i + 1}`,
    verdict: i < failed ? 'failed' : 'passed',
    ms: 40,
    factor: 1.5,
    late: stalled ? 600 : 4,
    load: 1,
    stalled,
  }))

function repeated(attribution: Attribution, own: Try[], other: Try[] = []): RepeatedCheck {
  const passed = (those: Try[]): number => those.filter(({ verdict }) => verdict === 'passed').length
  return {
    check: 'forward/term',
    step: 2,
    requirement: 'R3',
    claim: 'passes SIGTERM on to its child',
    points: 1,
    passed: passed(own),
    of: own.length,
    tries: own,
    ...(other.length > 0 && {
      reference: { name: 'the solution in Go', passed: passed(other), of: other.length, tries: other },
    }),
    attribution,
  }
}

test('a line for each check, with its rate; failures that are not the component’s have another sign', () => {
  const lines = repeatLines(
    [
      repeated({ to: 'component', chance: 0.001 }, tries(47, 3)),
      repeated({ to: 'machine', chance: 0.001 }, tries(47, 3)),
      repeated({ to: 'none' }, tries(50, 0)),
    ],
    wide,
  )
  expect(lines).toBe(`  ✗ forward/term  47 of 50  passes SIGTERM on to its child
  ! forward/term  47 of 50  passes SIGTERM on to its child
  ✓ forward/term  50 of 50  passes SIGTERM on to its child`)
})

test('the answer has the numbers: how often each passed, the stalls, the chance, and what to do', () => {
  const text = attributionText(repeated({ to: 'component', chance: 0.00043 }, tries(40, 10), tries(60, 0)), wide)
  expect(text).toBe(`  forward/term is flaky: your component
    Passed        40 of 50; not with the seeds 7f3a91-1, 7f3a91-2, 7f3a91-3,
                  7f3a91-4, 7f3a91-5, 7f3a91-6 and 4 more
    Reference     the solution in Go, same engine and seeds: passed 60 of 60
    Machine       stalled in 0 of 110 runs; lab's own timer was at most 4 ms
                  late
    Hence         The reference does not fail where your component does. If it
                  failed as often, the chance of such a difference would be
                  0.04\u00a0%.
    Next          Look for what differs from run to run: the order of events,
                  and what happens before you are ready for it. Then run lab
                  check forward/term --repeat 50 again.`)
})

test.each([
  [{ to: 'check' }, 'failed in 3 of 10 runs too, in 0 of 0 calm ones', 'costs you no points'],
  [{ to: 'machine', chance: 0.00001 }, '6 of 20 stalled runs failed', 'less than 0.01 %'],
  [{ to: 'undecided', learners: true, repeat: 300 }, 'It failed in 3 of 10 runs', '--repeat 300'],
  [{ to: 'undecided', learners: false, repeat: 40 }, 'the machine or the check', 'costs you no points'],
  [{ to: 'unknown', why: 'go is not on PATH' }, 'not attributed', 'go is not on PATH'],
] satisfies [Attribution, string, string][])('%j', (attribution, ...said) => {
  const check = repeated(attribution, tries(7, 3, true), tries(7, 3, true))
  const text = attributionText(check, wide)?.replace(/\s+/g, ' ')
  for (const words of said) expect(text).toContain(words)
  for (const line of (attributionText(check, { paint, width: 40 }) ?? '').split('\n'))
    expect(textWidth(line), line).toBeLessThanOrEqual(40)
})

describe('whose it is', () => {
  test('nothing is said when nothing is flaky', () => {
    expect(attributionText(repeated({ to: 'none' }, tries(0, 5)), wide)).toBeUndefined()
  })

  test('what is shown to be the check’s or the machine’s is not held against the component', () => {
    expect(isLearners({ to: 'check' })).toBe(false)
    expect(isLearners({ to: 'machine' })).toBe(false)
    expect(isLearners({ to: 'undecided', learners: false, repeat: 20 })).toBe(false)
    expect(isLearners({ to: 'unknown', why: '' })).toBe(true)
  })
})
