/** The reports of one run say the same: points, and which checks have none. */
import { describe, expect, test } from 'vitest'
import { REPORTER_NAMES, REPORTERS, type ReporterName } from '../../../src/report/grade/index.ts'
import type { GradeReport } from '../../../src/report/grade/report.ts'
import { createPaint } from '../../../src/report/tty/paint.ts'
import { disagreements } from './disagreements.ts'
import { check, failed, lab, report } from './sample.ts'

const around = { prefix: '', width: 100, paint: createPaint({ colour: false, utf8: true }) }
const textsOf = (report: GradeReport): Record<ReporterName, string> =>
  Object.fromEntries(REPORTER_NAMES.map((name) => [name, REPORTERS[name](report, around)])) as never

const SOME = report([
  lab('linux/init', [check('exit/code'), check('exit/signal')]),
  lab('linux/frames', [check('a/one'), failed('a/two'), check('b/three'), failed('b/four')]),
  lab('etcd/lock', [failed('c/five')]),
])

test.each([
  ['some of it failed', SOME],
  ['all of it passed', report([lab('linux/init', [check('exit/code')])])],
])('%s: every reader of a report reads the same', (_, one) => {
  expect(disagreements(textsOf(one))).toEqual([])
})

describe('a report that says something else is found', () => {
  const other = report([
    lab('linux/init', [check('exit/code'), failed('exit/signal')]),
    lab('linux/frames', [check('a/one'), check('a/two'), check('b/three'), failed('b/four')]),
    lab('etcd/lock', [failed('c/five')]),
  ])
  test.each(REPORTER_NAMES.filter((name) => name !== 'json'))('%s', (name) => {
    const texts = { ...textsOf(SOME), [name]: textsOf(other)[name] }
    expect(disagreements(texts).map(({ reporter }) => reporter)).toContain(name)
  })
})
