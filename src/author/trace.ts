/** Traceability: each requirement of a lesson, the checks that verify it, and the mutants that break it. */
import type { Draft } from './draft.ts'
import { lineAt, type Page } from './form/markdown.ts'
import type { Mutant } from './mutant.ts'

export interface Requirement {
  /** `R3` */
  id: string
  /** its sentence, in Markdown */
  text: string
  /** in the lesson */
  line: number
}

export interface TracedCheck {
  id: string
  /** number of its step */
  step: number
  points: number
  claim: string
  /** real tools that run it; none: it is known from reference solutions alone */
  oracles: string[]
}

export interface TraceRow {
  requirement: Requirement
  checks: TracedCheck[]
  /** the mutants that say that they break it */
  mutants: Pick<Mutant, 'name' | 'bug' | 'source' | 'kills'>[]
}

export interface Trace {
  lab: string
  title: string
  /** in the order of the Contract; requirements that only a check or a mutant cites are not in it */
  rows: TraceRow[]
}

/** Undefined while lab.yaml or the lesson can't be read. */
export function traceTable({ id, lab, lesson, oracles, mutants }: Draft): Trace | undefined {
  if (lab === undefined || lesson === undefined) return undefined
  const checks = lab.steps.flatMap((step) => step.checks)
  const rows = requirementsIn(lesson).map((requirement): TraceRow => {
    return {
      requirement,
      checks: checks
        .filter((check) => check.requirement === requirement.id)
        .map(({ id, step, points, claim }) => {
          const running = oracles.filter(({ file }) => !Object.hasOwn(file.except, id)).map(({ file }) => file.title)
          return { id, step, points, claim, oracles: running }
        }),
      mutants: mutants.filter((mutant) => mutant.requirement === requirement.id),
    }
  })
  return { lab: id, title: lab.title, rows }
}

/** Lines `- **R3** When …` of the whole lesson, each with its place. */
export function requirementsIn({ text }: Page): Requirement[] {
  return [...text.matchAll(/^- \*\*(R[1-9]\d*)\*\* (.+)$/gm)].map(({ 1: id = '', 2: sentence = '', index }) => {
    return { id, text: sentence, line: lineAt(text, index) }
  })
}
