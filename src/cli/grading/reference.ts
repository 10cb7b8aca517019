/** What is known to be right, to be run in the component's place: a solution of the course, else the real tool. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadTrack } from '../../course/track.ts'
import type { RunRequest } from '../../targets/target.ts'
import { readComponent } from '../../workspace/component.ts'
import { readOracles } from '../../workspace/oracle.ts'
import { packSource } from '../../workspace/source.ts'
import { onPath } from '../on-path.ts'
import type { LabInHand } from '../place.ts'
import { missingFor } from '../tracks.ts'

export interface Reference {
  /** "the solution in Python", "tini" */
  name: string
  component: Pick<RunRequest, 'source' | 'spec' | 'toolchain' | 'cache'>
  /** checks that do not apply to it, each with the reason */
  except: Readonly<Record<string, string>>
}

export interface References {
  /** the best first */
  found: Reference[]
  /** why the solution in the learner's language, or the first in another one, and real tools can not run here, in words that follow a colon */
  missing: string | undefined
}

type Where = Pick<LabInHand, 'course' | 'lab'>

/** The solution in `language` (a track) first, then those in other tracks, then real tools; those that this machine can run. */
export async function findReferences({ course, lab }: Where, language: string | undefined): Promise<References> {
  const found: Reference[] = []
  const missing: string[] = []
  const tracks = lab.tracks.map(({ id }) => id).sort((a, b) => Number(b === language) - Number(a === language))
  const folderOf = (id: string): string => join(lab.dir, 'solutions', id)
  // A lab may offer languages in which it has no solution.
  const solved = tracks.filter((id) => existsSync(folderOf(id)))
  for (const [i, id] of (solved.length > 0 ? solved : tracks).entries()) {
    const track = await loadTrack(course, id)
    const name = `the solution in ${track.title}`
    const [program] = missingFor(track)
    const why =
      solved.length === 0
        ? 'is not part of this installation'
        : program !== undefined
          ? `needs ${program}, which is not installed`
          : undefined
    if (why === undefined) found.push({ name, component: await solution(folderOf(id), track.toolchain()), except: {} })
    // A learner can do nothing with the others.
    else if (i === 0) missing.push(`${name} ${why}`)
  }
  const packages = new Set<string>()
  for (const { title, spec, source, track, except, missing } of await readOracles(lab.dir)) {
    const language = track === undefined ? undefined : await loadTrack(course, track)
    if (missing !== undefined) packages.add(missing.package)
    else if (language === undefined || onPath(language.program) !== undefined) {
      found.push({
        name: title,
        component: { source, spec, toolchain: language?.toolchain(), cache: 'reference' },
        except,
      })
    }
  }
  if (packages.size > 0) missing.push(notInstalled([...packages]))
  return { found, missing: missing.length === 0 ? undefined : missing.join(', and ') }
}

function notInstalled(packages: string[]): string {
  const last = packages.at(-1) ?? ''
  if (packages.length === 1) return `${last} is not installed`
  return `none of ${packages.slice(0, -1).join(', ')} and ${last} is installed`
}

async function solution(folder: string, toolchain: RunRequest['toolchain']): Promise<Reference['component']> {
  const [{ spec }, source] = await Promise.all([readComponent(folder), packSource(folder)])
  return { source, spec, toolchain, cache: 'reference' }
}
