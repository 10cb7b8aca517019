/** What trials show that is worth a remark, and no defect. Pure. */
import type { Tried } from './judge.ts'

/** A wait that takes a larger share of its deadline on a reference is worth a remark. */
const NEAR = 0.8

/** Checks that came near to giving up on what is right: the next slower machine may see a wrong verdict. */
export function nearMisses(tried: readonly Tried[]): string[] {
  return tried
    .filter(({ subject }) => subject.kind === 'solution' || subject.kind === 'oracle')
    .flatMap(({ subject, trial }) =>
      trial.results.flatMap(({ check, verdict, waited }) => {
        const nearest = waited?.nearest
        if (verdict !== 'passed' || nearest === undefined || nearest.share < NEAR) return []
        const share = `${Math.round(nearest.share * 100)} %`
        return [`${check} came within ${share} of its deadline on ${subject.title}, waiting for: ${nearest.what}`]
      }),
    )
}

/** Exceptions that the tool of this machine does not need: another version may. */
export function needlessExceptions(tried: readonly Tried[]): string[] {
  return tried
    .filter(({ subject }) => subject.kind === 'oracle')
    .flatMap(({ subject, trial }) =>
      trial.results
        .filter(({ check, verdict }) => verdict === 'passed' && Object.hasOwn(subject.except, check))
        .map(
          ({ check }) =>
            `${check} passes on ${subject.title}, though it is excepted: take it out where no version needs it`,
        ),
    )
}
