/** Finds the lab that a person means. */
import { EXIT, Problem } from '../problem.ts'
import type { Course, LabSummary } from './model.ts'
import { nearest } from './nearest.ts'

/**
 * The lab that a person means: its id, its name alone where that is unique, or an old id that was renamed.
 * Throws a Problem (wrong usage) that names the nearest lab.
 */
export function findLab(course: Course, said: string): LabSummary {
  const id = renamed(course.renames, said)
  const exact = course.labs.find((lab) => lab.id === id)
  if (exact) return exact
  const named = course.labs.filter((lab) => lab.name === id)
  if (named.length === 1 && named[0]) return named[0]
  throw new Problem(
    {
      what: `There is no lab ${said === '' ? 'without a name' : said}.`,
      ...(named.length > 1 ? ambiguous(named) : didYouMean(course, id)),
    },
    EXIT.usage,
  )
}

function ambiguous(named: readonly LabSummary[]): { why: string; remedy: string } {
  const ids = named.map((lab) => lab.id)
  return { why: `Several labs have that name: ${ids.join(', ')}.`, remedy: 'Name the stage too.' }
}

function didYouMean(course: Course, said: string): { why?: string; remedy: string } {
  const meant = nearest(
    said,
    said.includes('/') ? course.labs.map((lab) => lab.id) : course.labs.map((lab) => lab.name),
  )
  const lab = course.labs.find((lab) => lab.id === meant || lab.name === meant)
  return { ...(lab && { why: `Did you mean ${lab.id}?` }), remedy: 'List the labs with: lab status' }
}

/** The id that `id` has now, by the course's renames. */
export function renamed(renames: Readonly<Record<string, string>>, id: string): string {
  let now = id
  for (let hops = 0; hops < 20 && Object.hasOwn(renames, now); hops++) now = renames[now] ?? now
  return now
}
