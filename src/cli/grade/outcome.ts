/** What verdicts come to: points, what is met, and the exit code. Pure. */
import { EXIT, type ExitCode } from '../../problem.ts'
import type { CheckResult, Fault } from '../../protocol/index.ts'
import type { Check } from '../../course/model.ts'
import type { GradedCheck, GradedLab, GradeReport, Points, Reason } from '../../report/grade/report.ts'

export function gradedCheck(check: Check, line: number | undefined, found: CheckResult | Reason): GradedCheck {
  const { id, step, requirement, claim, points } = check
  const base = { check: id, step, requirement, claim, ...(line !== undefined && { line }) }
  const nothing = { ms: 0, factor: 1, timeline: [], output: [], outputLines: 0, notes: [] }
  if ('cause' in found) {
    const verdict = found.cause === 'environment' || found.cause === 'bug' ? 'error' : 'not-run'
    return { ...base, points: { earned: 0, of: points }, verdict, reason: found, ...nothing }
  }
  const { failure, fault, ms, factor, timeline, output, outputLines, notes } = found
  // No check of a grading waits for another one: skipped would be a bug of ours.
  const verdict = found.verdict === 'skipped' ? 'error' : found.verdict
  const reason = fault ? reasonOf(fault) : verdict === 'error' ? bugOf(found) : undefined
  return {
    ...base,
    points: { earned: verdict === 'passed' ? points : 0, of: points },
    verdict,
    ms: Math.round(ms),
    factor,
    ...(failure && { failure }),
    ...(reason && { reason }),
    timeline,
    output,
    outputLines,
    notes,
  }
}

const bugOf = ({ check, verdict }: CheckResult): Reason => ({
  cause: 'bug',
  what: `the check ${check} ended as ${verdict} without a reason`,
})

export function reasonOf({ cause, what, why, remedy, detail }: Fault): Reason {
  return {
    cause,
    what,
    ...(why !== undefined && { why }),
    ...(remedy !== undefined && { remedy }),
    ...(detail !== undefined && { detail }),
  }
}

export const sumPoints = (all: readonly { points: Points }[]): Points => ({
  earned: all.reduce((sum, { points }) => sum + points.earned, 0),
  of: all.reduce((sum, { points }) => sum + points.of, 0),
})

/** Labs that nobody started cost nothing, unless they are required. */
export const counts = ({ state, required }: Pick<GradedLab, 'state' | 'required'>): boolean =>
  state !== 'not-started' || required !== undefined

/** Every reason in a lab, its own and those of its checks. */
const causes = ({ reason, checks }: GradedLab): Reason['cause'][] =>
  [reason, ...checks.map((check) => check.reason)].flatMap((one) => one?.cause ?? [])

export const isComplete = (labs: readonly GradedLab[]): boolean =>
  !labs.flatMap(causes).some((cause) => cause === 'environment' || cause === 'bug')

/** 4 goes before 3 before 1. What the environment kept from being graded is never a lower grade, so not 1. */
export function exitCodeOf({ labs }: Pick<GradeReport, 'labs'>): ExitCode {
  const found = labs.flatMap(causes)
  if (found.includes('bug')) return EXIT.bug
  if (found.includes('environment')) return EXIT.environment
  return labs.every(({ met }) => met) ? EXIT.passed : EXIT.failed
}
