/** Short ways to say that something about the form of a lab, or of the course, is wrong. */
import type { Defect, Part } from '../defect.ts'

export interface Said {
  /** file relative to the course's folder; with `line` it becomes `file:line` */
  file: string | undefined
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
    where: file === undefined || line === undefined ? file : `${file}:${line}`,
    what,
    why,
    remedy,
  })
}
