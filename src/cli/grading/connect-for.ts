/** An engine for a lab: on the target that was asked for, with what the lab's checkers require. */
import { readManifest } from '../../author/manifest.ts'
import type { Toolchain } from '../../protocol/index.ts'
import type { Engine } from '../../targets/target.ts'
import { Problem } from '../../problem.ts'
import { checkersOf } from './checkers.ts'

export interface EngineFor {
  lab: string
  /** the course's folder */
  course: string
  /** the package's folder */
  root: string
  /** `auto` or a target's name */
  target: string
  note: (text: string) => void
  /** whether builds may use what earlier ones left; default: yes */
  cache?: boolean
}

/** Throws Problem when there is no such target, or none that serves the lab. */
export async function connectFor({ lab, course, root, target, note, cache }: EngineFor): Promise<Engine> {
  const [requires, { connect }] = await Promise.all([requiresOf(lab, course, root), import('../../targets/connect.ts')])
  return connect({
    root,
    target,
    requires,
    onNote: note,
    toolchains: () => toolchainsOf(course),
    ...(cache !== undefined && { cache }),
  })
}

/** Of all tracks: an engine may be asked to build in any. */
async function toolchainsOf(course: string): Promise<Toolchain[]> {
  const { loadTrack, trackIds } = await import('../../course/track.ts')
  const tracks = await Promise.all(trackIds(course).map((id) => loadTrack({ root: course }, id)))
  return tracks.map((track) => track.toolchain())
}

/** What the lab's checkers require of a target. */
async function requiresOf(lab: string, course: string, root: string): Promise<string[]> {
  return readManifest(await checkersOf(lab, course, root)).requires
}

/** What every lab requires of the target. */
export const REQUIRED = ['namespaces']

/** What the lab in hand requires, if there is one. Of a course whose checkers can't be built, that is told elsewhere. */
export async function requiredFor(lab: string | undefined, course: string, root: string): Promise<string[]> {
  if (lab === undefined) return REQUIRED
  try {
    return await requiresOf(lab, course, root)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return REQUIRED
  }
}
