/** Loads one lab. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, Problem } from '../problem.ts'
import { cached } from './cache.ts'
import { cachePathOf, type CacheOptions } from './cache-place.ts'
import { findLab } from './find-lab.ts'
import { labFindings, usesFindings } from './findings.ts'
import { starterLayers, trackDir } from './layout.ts'
import type { Check, Course, Lab, LabSummary, Step } from './model.ts'
import { nearest } from './nearest.ts'
import type { Finding } from './schema-findings.ts'
import type { LabFile } from './schema.ts'

/**
 * The lab that `id` means (see findLab). Throws a Problem: wrong usage when there is no such lab or it is not written
 * yet, the environment's (exit code 3) when its lab.yaml is wrong.
 */
export async function loadLab(course: Course, id: string, options: CacheOptions = {}): Promise<Lab> {
  const summary = findLab(course, id)
  if (summary.planned) throw notWritten(course, summary)
  const path = join(summary.dir, 'lab.yaml')
  const parse = async (check: (file: LabFile) => Finding[]): Promise<LabFile> => {
    const [{ readYaml }, { LabFile }] = await Promise.all([import('./yaml.ts'), import('./schema.ts')])
    return readYaml(path, LabFile, { check })
  }
  const file = await cached(path, cachePathOf(course.root, `lab ${summary.id}`, options), () => parse(labFindings))
  // What other files say may change without lab.yaml changing, so it is looked at each time; parsed again for the place.
  const outside = (file: LabFile) => [
    ...usesFindings(file, course, summary.id),
    ...missingFiles(course.root, summary.id, file),
  ]
  if (outside(file).length > 0) await parse(outside)
  return labOf(summary, file)
}

function labOf(summary: LabSummary, file: LabFile): Lab {
  const steps = file.steps.map(({ id, title, checks }, i): Step => {
    return { id, title, number: i + 1, checks: checks.map((check) => ({ ...check, step: i + 1 })) }
  })
  const { title, contract, builds, standard, uses, tools } = file
  const tracks = Object.entries(file.tracks).map(([id, { entry }]) => ({ id, entry }))
  const points = steps.flatMap((step) => step.checks).reduce((sum, check) => sum + check.points, 0)
  return { ...summary, title, contract, builds, standard, uses, tools, tracks, steps, points }
}

function missingFiles(root: string, lab: string, { tracks }: LabFile): Finding[] {
  return Object.entries(tracks).flatMap(([id, { entry }]): Finding[] => {
    if (!existsSync(join(trackDir(root, id), 'track.yaml'))) {
      return [
        {
          path: ['tracks', id],
          on: 'key',
          message: `There is no track ${id}: labs/tracks/${id}/track.yaml is missing.`,
        },
      ]
    }
    if (starterLayers(root, lab, id).some((layer) => existsSync(join(layer, entry)))) return []
    const message = `Neither the template of track ${id} nor what the lab gives has the file ${entry}.`
    return [{ path: ['tracks', id, 'entry'], message }]
  })
}

function notWritten(course: Course, lab: LabSummary): Problem {
  const written = course.labs.filter((l) => !l.planned)
  const nextBest = written.find((l) => l.number > lab.number) ?? written.at(-1)
  return new Problem(
    {
      what: `Lab ${lab.id} is not written yet.`,
      why: `It is planned as lab ${String(lab.number)} of ${String(course.labs.length)}: ${lab.title}.`,
      remedy: nextBest ? `Start one that exists: lab start ${nextBest.id}` : 'See what is planned with: lab status',
    },
    EXIT.usage,
  )
}

/** Throws a Problem (wrong usage) that names the nearest check when the lab has none with this id. */
export function findCheck(lab: Pick<Lab, 'id' | 'steps'>, id: string): Check {
  const checks = lab.steps.flatMap((step) => step.checks)
  const check = checks.find((c) => c.id === id)
  if (check) return check
  const ids = checks.map((c) => c.id)
  const meant = nearest(id, ids)
  throw new Problem(
    {
      what: `Lab ${lab.id} has no check ${id === '' ? 'without a name' : id}.`,
      why: meant && `Did you mean ${meant}?`,
      remedy: `Name one of its checks: ${ids.join(', ')}`,
    },
    EXIT.usage,
  )
}
