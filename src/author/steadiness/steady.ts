/** Whether verdicts stay the same from seed to seed. Pure. */
import type { Lab } from '../../course/model.ts'
import type { Defect } from '../defect.ts'
import { again, told, type Tried } from '../truth/judge.ts'

export interface Steadiness {
  defects: Defect[]
  /** the slowest and the most variable checks on what is right, for a person */
  remarks: string[]
}

/** `rounds`: the same subjects with a seed each. */
export function steadiness(lab: Lab, rounds: readonly (readonly Tried[])[]): Steadiness {
  const checks = lab.steps.flatMap((step) => step.checks.map(({ id }) => id))
  const subjects = rounds[0] ?? []
  const defects = subjects.flatMap(({ subject }) => {
    const tried = rounds.flatMap((round) =>
      round.filter((one) => one.subject.kind === subject.kind && one.subject.name === subject.name),
    )
    return checks.flatMap((check) => varying(lab, check, tried))
  })
  return { defects, remarks: [...slowest(checks, rounds), ...mostVariable(checks, rounds)] }
}

function varying(lab: Lab, check: string, tried: readonly Tried[]): Defect[] {
  const seen = tried.flatMap((one) => {
    const result = one.trial.results.find((result) => result.check === check)
    return result === undefined ? [] : [{ one, result, passed: result.verdict === 'passed' }]
  })
  const passes = seen.filter(({ passed }) => passed)
  const fails = seen.filter(({ passed }) => !passed)
  const [pass] = passes
  const [fail] = fails
  if (pass === undefined || fail === undefined) return []
  const seeds = (those: typeof seen): string => those.map(({ one }) => one.trial.seed).join(', ')
  return [
    {
      part: 'steadiness',
      lab: lab.id,
      what: `${check} on ${fail.one.subject.title} passed ${passes.length} times of ${seen.length}.`,
      why: [
        `passed with the seeds ${seeds(passes)}`,
        `did not with ${seeds(fails)} (load ${fail.result.load.toFixed(1)}, deadlines ×${fail.result.factor.toFixed(1)})`,
        told(fail.result),
      ].join('\n'),
      remedy: again(lab, fail.one.subject, check, fail.one.trial),
    },
  ]
}

/** Times of a check on what is right, ms. */
function timesOf(check: string, rounds: readonly (readonly Tried[])[]): number[] {
  return rounds
    .flat()
    .filter(({ subject }) => subject.kind === 'solution' || subject.kind === 'oracle')
    .flatMap(({ trial }) => trial.results.filter((result) => result.check === check && result.verdict === 'passed'))
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
}

function slowest(checks: readonly string[], rounds: readonly (readonly Tried[])[]): string[] {
  const medians = checks.map((check) => ({ check, ms: middle(timesOf(check, rounds)) }))
  const [worst] = medians.sort((a, b) => b.ms - a.ms)
  return worst === undefined
    ? []
    : [`the slowest check is ${worst.check}: ${Math.round(worst.ms)} ms (median on what is right)`]
}

function mostVariable(checks: readonly string[], rounds: readonly (readonly Tried[])[]): string[] {
  const spreads = checks.map((check) => {
    const times = timesOf(check, rounds)
    return {
      check,
      least: times[0] ?? 0,
      most: times.at(-1) ?? 0,
      spread: (times.at(-1) ?? 0) / Math.max(1, times[0] ?? 1),
    }
  })
  const [worst] = spreads.sort((a, b) => b.spread - a.spread)
  if (worst === undefined) return []
  const { check, least, most } = worst
  return [`the most variable check is ${check}: ${Math.round(least)} to ${Math.round(most)} ms on what is right`]
}

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0
