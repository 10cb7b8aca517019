/** Short ways to say that something about the form of a lab, or of the course, is wrong. */
import type { Problem } from '../../problem.ts'
import type { Defect, Part } from '../defect.ts'

export interface Said {
  /** file relative to the course's folder; with `line` it becomes `file:line` */
  file: string
  line?: number | undefined
  what: string
  why?: string | undefined
  remedy: string
}

/** Defects of one part and one lab (undefined: of the course as a whole). */
export type Fault = (said: Said) => Defect

export function faultsOf(part: Part, lab: string | undefined): Fault {
  return ({ file, line, what, why, remedy }) => ({
    part,
    lab,
    where: line === undefined ? file : `${file}:${line}`,
    what,
    why,
    remedy,
  })
}

/** What a loader refused, as a defect; `root` is cut off its paths. */
export function problemDefect(fault: Fault, root: string, { text }: Problem, file: string): Defect {
  const short = (said: string): string => said.replaceAll(`${root}/`, '')
  const defect = fault({
    file: short(text.where ?? file),
    what: short(text.what),
    why: text.why === undefined ? undefined : short(text.why),
    remedy: short(text.remedy ?? 'Mend that file.'),
  })
  return defect
}
