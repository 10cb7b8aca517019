import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Lab } from '../../../src/course/model.ts'
import type { Tried } from '../../../src/author/truth/judge.ts'
import { tempFolder } from '../../course/sample.ts'
import { goldenDefects } from '../../../src/author/texts/texts.ts'
import type { Defect } from '../../../src/author/defect.ts'
import { readTexts, writeTexts } from '../../../src/author/texts/golden.ts'
import { lintText } from '../../../src/author/texts/lint.ts'
import { normalise } from '../../../src/author/texts/normalise.ts'
import { apartFromVarying } from '../../../src/author/texts/varying.ts'

describe('normalise', () => {
  it.each([
    ['exited 7 after 4 ms (waited 0.5 s, deadlines ×1.0)', 'exited 7 after TIME (waited TIME, deadlines ×N)'],
    ['the child (pid 12) and pids 3, 4', 'the child (pid PID) and pid PID'],
    ['/proc/812/status of /tmp/garbage-x1', '/proc/PID/status of /tmp/PATH'],
    ['4 of 300 orphans', '4 of 300 orphans'],
    ['came again\n   9.9 s  told a\n  10.1 s  told b', 'came again\n   TIME  told a\n   TIME  told b'],
  ])('%s', (text, normal) => {
    expect(normalise(text)).toBe(normal)
  })

  it('replaces what a check declares, each group of each match and nothing around it', () => {
    expect(normalise('41 of 300, 7 of 300', [/(\d+) of 300/])).toBe('N of 300, N of 300')
    expect(normalise('7 then 7', [/(\d) then (\d)/])).toBe('N then N')
  })
})

describe('golden texts', () => {
  it('are read as they were written, with several lines and empty ones', () => {
    const texts = new Map([
      ['a/one', { expected: 'x\ny', observed: 'line\n\nExpected  no label' }],
      ['b-c/two-d', { expected: 'p', observed: 'q' }],
    ])
    expect(readTexts(writeTexts(texts))).toEqual(texts)
  })
})

describe('lint', () => {
  it.each([
    ['init exits 143 (128+15) when SIGTERM ended its child', 'exited 0 after 36 ms; the command was started'],
    ['the child (pid 3) reads 100000 bytes', 'it read 12 bytes, then `x = 4`'],
    ['it exits with a code that is not 0', 'exited 0'],
    ['after token 20, a write with token 19 is answered 412', 'it was answered 201'],
    ['each line is JSON', 'Bad escaped character in JSON at position 47: `{`'],
  ])('%s', (expected, observed) => {
    expect(lintText({ expected, observed })).toEqual([])
  })

  it.each([
    ['the answer is', '42, and 7', /a number without a unit under observed/],
    ['it ends', '', /nothing under observed/],
    ['it ends', 'startInit failed', /inside the checker under observed: startInit/],
    ['it ends', 'it was undefined', /undefined/],
    ['it ends', 'it ends', /what was expected was observed/],
    ['it ends', Array.from({ length: 9 }, () => 'a line').join('\n'), /9 lines under observed/],
  ])('%s / %s', (expected, observed, wrong) => {
    expect(lintText({ expected, observed }).join('\n')).toMatch(wrong)
  })

  it('of a failure that says nothing', () => {
    expect(lintText(undefined)).toHaveLength(1)
  })
})

describe('a text that is not as recorded', () => {
  const of = (check: string): Defect => ({
    part: 'texts',
    lab: 'a/b',
    what: `The failure text of ${check} on the mutant m is not as recorded.`,
    why: 'observed, recorded  4\nobserved, now       5',
    remedy: 'Look at it.',
  })
  const [one, two] = [of('a/one'), of('a/two')]

  it('with any seed was changed', () => {
    expect(apartFromVarying([one], [[one], [two, one]])).toEqual({ defects: [one], remarks: [] })
  })

  it('and is so with another seed varies: a remark, with what was seen', () => {
    const { defects, remarks } = apartFromVarying([one, two], [[two, one], [two]])
    expect(defects).toEqual([two])
    expect(remarks).toHaveLength(1)
    expect(remarks[0]).toMatch(/a\/one on the mutant m varies\. Declare it[^]*now {7}5/)
  })
})

describe('a recorded text', () => {
  it.each([
    [
      'of a check that passes now is a problem',
      'passed',
      ['The failure text of a/1 on the mutant m is not as recorded.'],
    ],
    ['of a check that came to no verdict is none: that is told elsewhere', 'error', []],
  ])('%s', (_, verdict, whats) => {
    using folder = tempFolder()
    const dir = folder.path
    mkdirSync(join(dir, 'golden'))
    writeFileSync(join(dir, 'golden/m.txt'), writeTexts(new Map([['a/1', { expected: 'this', observed: 'that' }]])))
    const one = { subject: { kind: 'mutant', name: 'm' }, trial: { results: [{ check: 'a/1', verdict }] } }
    const defects = goldenDefects({ id: 's/l', dir } as Lab, [one as unknown as Tried], () => [])
    expect(defects.map(({ what }) => what)).toEqual(whats)
  })
})
