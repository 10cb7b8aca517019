/** What course.yaml and lab.yaml must obey beyond their schemas. Pure; places are found by the reader. */
import type { Course } from './model.ts'
import { nearest } from './nearest.ts'
import type { Finding } from './schema-findings.ts'
import type { CourseFile, LabFile } from './schema.ts'

export function courseFindings({ stages, renames }: CourseFile): Finding[] {
  const findings: Finding[] = []
  const labs = new Set<string>()
  const stageIds = new Set<string>()
  stages.forEach((stage, s) => {
    if (stageIds.has(stage.id))
      findings.push({ path: ['stages', s, 'id'], message: `Stage ${stage.id} is listed twice.` })
    stageIds.add(stage.id)
    stage.labs.forEach(({ id }, l) => {
      const path = ['stages', s, 'labs', l, 'id']
      if (labs.has(id)) findings.push({ path, message: `Lab ${id} is listed twice.` })
      if (!id.startsWith(`${stage.id}/`)) {
        findings.push({ path, message: `Lab ${id} is in stage ${stage.id}, so its id must begin with ${stage.id}/.` })
      }
      labs.add(id)
    })
  })
  for (const old of Object.keys(renames)) {
    if (labs.has(old))
      findings.push({ path: ['renames', old], on: 'key', message: `${old} is renamed, yet still a lab.` })
    if (isCyclic(renames, old))
      findings.push({ path: ['renames', old], on: 'key', message: `The renames of ${old} go round in a circle.` })
  }
  return findings
}

function isCyclic(renames: Readonly<Record<string, string>>, start: string): boolean {
  const seen = new Set<string>()
  for (
    let id: string | undefined = start;
    id !== undefined;
    id = Object.hasOwn(renames, id) ? renames[id] : undefined
  ) {
    if (seen.has(id)) return true
    seen.add(id)
  }
  return false
}

export function labFindings(file: LabFile): Finding[] {
  return [...stepFindings(file), ...checkFindings(file)]
}

function stepFindings({ steps }: LabFile): Finding[] {
  const seen = new Set<string>()
  return steps.flatMap(({ id }, s): Finding[] => {
    if (seen.has(id)) return [{ path: ['steps', s, 'id'], message: `Step ${id} occurs twice.` }]
    seen.add(id)
    return []
  })
}

function checkFindings({ steps }: LabFile): Finding[] {
  const findings: Finding[] = []
  const all = steps.flatMap((step) => step.checks.map((check) => check.id))
  /** checks above and including the one at hand */
  const before = new Set<string>()
  steps.forEach((step, s) => {
    step.checks.forEach(({ id, needs }, c) => {
      const path = ['steps', s, 'checks', c]
      if (before.has(id)) findings.push({ path: [...path, 'id'], message: `Check ${id} occurs twice.` })
      if (!id.startsWith(`${step.id}/`)) {
        findings.push({
          path: [...path, 'id'],
          message: `Check ${id} is in step ${step.id}, so its id must begin with ${step.id}/.`,
        })
      }
      needs.forEach((needed, n) => {
        const wrong = needFinding(id, needed, all, before)
        if (wrong) findings.push({ path: [...path, 'needs', n], message: wrong })
      })
      before.add(id)
    })
  })
  return findings
}

function needFinding(
  id: string,
  needed: string,
  all: readonly string[],
  before: ReadonlySet<string>,
): string | undefined {
  if (needed === id) return `Check ${id} needs itself.`
  if (before.has(needed)) return undefined
  if (all.includes(needed)) return `Check ${id} needs ${needed}, which comes later.`
  const meant = nearest(needed, all)
  return `Check ${id} needs ${needed}, which does not exist${meant ? `: did you mean ${meant}?` : '.'}`
}

/** What `uses` must obey; it depends on the course too. */
export function usesFindings({ uses }: LabFile, { labs }: Pick<Course, 'labs'>, lab: string): Finding[] {
  const own = labs.findIndex((l) => l.id === lab)
  return uses.flatMap((id, u): Finding[] => {
    const path = ['uses', u]
    const index = labs.findIndex((l) => l.id === id)
    if (index === -1) {
      const meant = nearest(
        id,
        labs.map((l) => l.id),
      )
      return [
        { path, message: `It uses the lab ${id}, which does not exist${meant ? `: did you mean ${meant}?` : '.'}` },
      ]
    }
    return index < own ? [] : [{ path, message: `It uses the lab ${id}, which is not an earlier one.` }]
  })
}
