/** A finished repeat in words, and its exit code. */
import { EXIT } from '../../problem.ts'
import type { RepeatedCheck } from '../../report/repeat-json.ts'
import { duration } from '../../report/tty/duration.ts'
import { faultText } from '../../report/tty/fault.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { attributionText, isLearners, repeatLines } from '../../report/tty/repeat.ts'
import { exitCodeOf, type Graded } from './grade.ts'
import { buildFailed, failureBlock, type Told } from './tell.ts'

export interface ToldRepeat extends Pick<Told, 'lab' | 'step' | 'checks' | 'graded' | 'before' | 'points'> {
  repeated: readonly RepeatedCheck[]
}

export function tellRepeat(told: ToldRepeat, layout: Layout): string {
  const { graded, repeated } = told
  const failed = buildFailed(graded, layout)
  if (failed !== undefined) return failed
  const ran = repeated.filter(({ of }) => of > 0)
  const blocks = [
    repeatLines(ran, layout),
    ...ran.flatMap((one) => [firstFailure(one, told, layout), attributionText(one, layout) ?? '']),
    graded.fault === undefined ? '' : faultText(graded.fault, [], layout),
  ]
  return [...blocks.filter((block) => block !== ''), totals(told, layout)].join('\n\n')
}

function firstFailure({ first }: RepeatedCheck, { lab, checks, graded, before }: ToldRepeat, layout: Layout): string {
  if (first === undefined) return ''
  if (first.fault !== undefined) return faultText(first.fault, [first.check], layout)
  const told = {
    lab,
    checks,
    graded: { ...graded, seed: first.seed },
    before,
    now: Date.now(),
    help: true,
    seedNamed: true,
  }
  return failureBlock(first, told, layout)
}

function totals({ repeated, graded, lab, points }: ToldRepeat, { paint }: Layout): string {
  const ran = repeated.filter(({ of }) => of > 0)
  const steady = ran.filter(({ passed, of }) => passed === of).length
  const parts = [`${steady} of ${ran.length} checks passed every time`, `${points} of ${lab.points} points`]
  return `  ${[...parts, duration(graded.ms)].join(` ${paint.signs.dot} `)}`
}

/** 4 where a check is flaky, 3 where the machine is, 1 where the component failed; 4 goes before 3 before 1. */
export function repeatExitCode(
  repeated: readonly RepeatedCheck[],
  { build, fault, problem }: Pick<Graded, 'build' | 'fault' | 'problem'>,
): number {
  const codes = repeated.map(({ passed, of, attribution }) => {
    if (attribution.to === 'check') return EXIT.bug
    if (passed === of) return EXIT.passed
    return isLearners(attribution) ? EXIT.failed : EXIT.environment
  })
  return Math.max(exitCodeOf({ results: [], build, fault, problem }), ...codes)
}
