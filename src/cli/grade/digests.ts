/** What a grade depends on besides the component, as digests: the same digests, seed and machine give the same grade. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { trackIds } from '../../course/track.ts'
import { trackDir } from '../../course/layout.ts'
import type { Course } from '../../course/model.ts'

/**
 * sha256 over what a course asks of components and gives for it: its list of labs, and of each lab the contract and the
 * points; of each track how it is built. An installed package and a checkout of the same version have the same one.
 */
export function courseDigest(course: Course): string {
  const labs = course.labs.flatMap(({ dir }) => [join(dir, 'lab.yaml'), join(dir, 'README.md')])
  const tracks = trackIds(course.root).map((id) => join(trackDir(course.root, id), 'track.yaml'))
  const hash = createHash('sha256')
  for (const path of [join(course.root, 'labs', 'course.yaml'), ...labs, ...tracks].sort()) {
    if (!existsSync(path)) continue
    const content = readFileSync(path)
    hash.update(`${relative(course.root, path)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/** Of a lab's bundled checks. */
export const checkersDigest = (bundle: string): string =>
  createHash('sha256').update(readFileSync(bundle)).digest('hex')
