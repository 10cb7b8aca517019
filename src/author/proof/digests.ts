/** What a proof depends on, as digests: the same digests prove the same. */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { trackDir } from '../../course/layout.ts'
import type { Course, Lab } from '../../course/model.ts'
import { modulesDigest, type Manifest } from '../manifest.ts'

export interface Digests {
  /** every file of the lab's folder but the proof, and its entry in course.yaml */
  lab: string
  /** the templates and toolchains of the tracks that it offers */
  tracks: string
  /** the checkers, and the modules of the kit that they use */
  checkers: string
}

export const DIGESTS = ['lab', 'tracks', 'checkers'] as const

/** What each digest is of, for a person. */
export const DIGEST_OF: Readonly<Record<keyof Digests, string>> = {
  lab: "the lab's own files",
  tracks: 'the tracks that it offers',
  checkers: 'its checkers, or what they use of the kit',
}

/** Built files, editors' and git's own are not the lab. */
const NOT_PART = /(?:^|\/)(?:proof\.json|node_modules|target|__pycache__|\.DS_Store|main)$|~$/

export function digestsOf(course: Course, lab: Lab, manifest: Manifest): Digests {
  return {
    lab: digestOf([lab.dir], course.root),
    tracks: digestOf(
      lab.tracks.map(({ id }) => trackDir(course.root, id)),
      course.root,
    ),
    checkers: modulesDigest(manifest, course.root),
  }
}

/** sha256 over path, whether it is executable, and content of every file below the folders, hex. */
function digestOf(folders: readonly string[], root: string): string {
  const hash = createHash('sha256')
  for (const path of folders.flatMap(filesBelow).sort()) {
    const content = readFileSync(path)
    const executable = (lstatSync(path).mode & 0o100) !== 0
    hash.update(`${relative(root, path)}\0${String(executable)}\0${String(content.length)}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (NOT_PART.test(path)) return []
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : []
  })
}
