/** Ids of checks: the same in lab.yaml and in the code, and kept: people's progress is recorded under them. */
import * as v from 'valibot'
import { nearest } from '../../course/nearest.ts'
import type { Course } from '../../course/model.ts'
import { renamed } from '../../course/find-lab.ts'
import type { Defect } from '../defect.ts'
import { faultsOf, type Fault } from './fault.ts'

/** A check of lab.yaml with the line of its entry. */
export interface Listed {
  id: string
  line: number | undefined
}

export function codeDefects(lab: string, listed: readonly Listed[], code: readonly string[], fault: Fault): Defect[] {
  const ids = listed.map(({ id }) => id)
  const codeFile = `checkers/${lab}/index.ts`
  const file = `labs/${lab}/lab.yaml`
  const meant = (id: string, others: readonly string[]): string => {
    const found = nearest(id, others)
    return found === undefined ? '' : ` Did you mean ${found}?`
  }
  const onlyListed = listed.filter(({ id }) => !code.includes(id))
  const onlyCode = code.filter((id) => !ids.includes(id))
  return [
    ...onlyListed.map(({ id, line }) =>
      fault({
        file,
        line,
        what: `The check ${id} is in lab.yaml, and not in the checkers.`,
        why: `${codeFile} has: ${code.join(', ')}.${meant(id, onlyCode)}`,
        remedy: `Write the check in checkers/${lab}/, or take its entry out; ids are equal in both.`,
      }),
    ),
    ...onlyCode.map((id) =>
      fault({
        file: codeFile,
        what: `The check ${id} is in the checkers, and not in lab.yaml.`,
        why: `lab.yaml has: ${ids.join(', ')}.${meant(
          id,
          onlyListed.map((check) => check.id),
        )}`,
        remedy: `Add its entry to ${file}, or take the check out; ids are equal in both.`,
      }),
    ),
  ]
}

/** A committed proof, of which only the ids are of interest here. */
export const ProvedChecks = v.looseObject({ checks: v.optional(v.record(v.string(), v.unknown())) })

/** Ids that a proof knows and the lab has no longer, and that no rename leads from. */
export function lostDefects(
  lab: string,
  ids: readonly string[],
  proved: readonly string[],
  renames: Course['renames'],
  fault: Fault,
): Defect[] {
  return proved
    .filter((id) => !ids.includes(id) && !ids.includes(renamed(renames, id)))
    .map((id) =>
      fault({
        file: `labs/${lab}/lab.yaml`,
        what: `The check ${id} is gone.`,
        why: `labs/${lab}/proof.json has it, so learners may have passed it: their journals know it by this id.`,
        remedy: `Add it to "renames" in labs/course.yaml (${id}: NEW-ID), or bring the check back.`,
      }),
    )
}

/** Renames that lead to nothing, or away from what still exists. `checks` are those of all labs that can be read. */
export function renameDefects(
  course: Pick<Course, 'renames' | 'labs'>,
  checks: ReadonlyMap<string, readonly string[]>,
  lineOf: (old: string) => number | undefined,
): Defect[] {
  const fault = faultsOf('form', undefined)
  const all = [...checks.values()].flat()
  const exists = (id: string): boolean => all.includes(id) || course.labs.some((lab) => lab.id === id)
  return Object.keys(course.renames).flatMap((old): Defect[] => {
    const now = renamed(course.renames, old)
    const place = { file: 'labs/course.yaml', line: lineOf(old) }
    if (!exists(now)) {
      const meant = nearest(now, [...all, ...course.labs.map((lab) => lab.id)])
      return [
        fault({
          ...place,
          what: `${old} is renamed to ${now}, which does not exist.`,
          why: meant && `Did you mean ${meant}?`,
          remedy: 'Name a lab or a check that exists now.',
        }),
      ]
    }
    const both = [...checks].find(([, ids]) => ids.includes(old) && ids.includes(now))?.[0]
    if (both === undefined) return []
    return [
      fault({
        ...place,
        what: `${old} is renamed to ${now}, and ${both} still has a check ${old}.`,
        remedy: 'Take the rename out, or give the check another id.',
      }),
    ]
  })
}
