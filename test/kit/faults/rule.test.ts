import { describe, expect, it } from 'vitest'
import { describeRule, type Rule } from '../../../checkers/kit/faults/pump.ts'

describe('a rule in words', () => {
  it.each<[Partial<Rule>, string]>([
    [{}, 'passes on what goes down'],
    [{ mode: 'hold' }, 'holds what goes down'],
    [{ mode: 'lose' }, 'loses what goes down'],
    [{ delay: 5 }, 'delays what goes down by 5 ms'],
    [{ rate: 100, mode: 'pass' }, 'reads what goes down at 100 bytes/s'],
    [{ cutAfter: 3000 }, 'cuts after 3000 bytes down'],
    [{ delay: 5, cutAfter: 3000 }, 'delays what goes down by 5 ms, cuts after 3000 bytes down'],
  ])('%j', (rule, words) => {
    expect(describeRule('down', rule)).toBe(words)
  })
})
