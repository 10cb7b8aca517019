/** Where in a repository a check is pointed at. */
import type { GradedCheck, GradedLab } from './report.ts'

/** What a reporter needs to know besides the report. */
export interface Around {
  /** folder of the workspace below the repository's root: '' or `labs/` */
  prefix: string
}

export interface Spot {
  file: string
  /** 1-based */
  line: number
}

/** The lesson's contract line in the component's folder, and the file that is edited first. */
export function placesOf(
  { component }: GradedLab,
  check: Pick<GradedCheck, 'line'> | undefined,
  { prefix }: Around,
): { contract?: Spot; entry?: Spot } {
  if (component === undefined) return {}
  const { lesson, entry } = component
  return {
    ...(lesson !== undefined && check?.line !== undefined && { contract: { file: prefix + lesson, line: check.line } }),
    ...(entry !== undefined && { entry: { file: prefix + entry, line: 1 } }),
  }
}
