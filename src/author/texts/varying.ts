/** A text that is at times as recorded was not changed: it varies, and whoever wrote the check missed that. Pure. */
import type { Defect } from '../defect.ts'

export interface Looked {
  defects: Defect[]
  remarks: string[]
}

/** `first` is what differed from the record; `rounds` what did with other seeds, of the same mutants. */
export function apartFromVarying(first: readonly Defect[], rounds: readonly (readonly Defect[])[]): Looked {
  const varies = ({ what }: Defect): boolean => rounds.some((round) => !round.some((defect) => defect.what === what))
  const remark = ({ what, why }: Defect): string =>
    `${what.replace('is not as recorded', 'varies')} Declare it in the code of the check, with varies.\n${why ?? ''}`
  return {
    defects: first.filter((defect) => !varies(defect)),
    remarks: first.filter(varies).map(remark),
  }
}
