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
