/** What `lab author verify` finds wrong with a lab, in words for the person who writes it. */

/** The parts of a proof, in the order in which they are proved: the cheapest first. */
export const PARTS = ['form', 'trace', 'truth', 'texts', 'lessons', 'steadiness', 'proof'] as const
export type Part = (typeof PARTS)[number]

export interface Defect {
  part: Part
  /** `linux/init`; undefined for what belongs to the course as a whole */
  lab?: string | undefined
  /** file relative to the course's folder, with `:LINE` where there is one */
  where?: string | undefined
  /** one sentence: what is wrong */
  what: string
  /** what was expected and seen, where it helps; may have several lines */
  why?: string | undefined
  /** the edit or the command that mends it */
  remedy: string
}
