/** Mutants: plausible wrong solutions, each a patch against a solution, with a header that says what is wrong. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

export interface Mutant {
  /** the file's name without `.patch` */
  name: string
  /** absolute path of the patch */
  path: string
  /** what is wrong, in one sentence */
  bug: string
  /** where such a thing has happened, or which document speaks of it */
  source: string
  /** the track of the solution that it is made from */
  solution: string
  /** the requirement that it breaks: `R3` */
  requirement: string
  /** every check that rejects it, in the order of the header */
  kills: string[]
}

/** The fields of a header: lines `Name: value` before the diff, all of them required. */
export const HEADER = ['Bug', 'Source', 'Solution', 'Requirement', 'Kills'] as const

/** A field that is missing is an empty string, or an empty list. */
export function parseMutant(path: string, text: string): Mutant {
  const head = text.split(/^diff --git /m)[0] ?? ''
  const field = (name: (typeof HEADER)[number]): string =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1]?.trim() ?? ''
  return {
    name: basename(path, '.patch'),
    path,
    bug: field('Bug'),
    source: field('Source'),
    solution: field('Solution'),
    requirement: field('Requirement'),
    kills: field('Kills')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  }
}

/** The mutants of a lab's folder, by name. */
export function mutantsOf(labDir: string): Mutant[] {
  const folder = join(labDir, 'mutants')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => parseMutant(join(folder, name), readFileSync(join(folder, name), 'utf8')))
}

/** A patch that was not made from the solution as it is now, or that git can't apply. */
export class DoesNotApply extends Error {
  override readonly name = 'DoesNotApply'
}

/**
 * Copies the solution to the folder `to`, which must not exist, and applies the patch. The patch must have been made from
 * exactly these files (`index` of `git diff --full-index`): a hunk that finds another place may mean something else there.
 * Throws DoesNotApply.
 */
export async function applyMutant(mutant: Mutant, labDir: string, to: string): Promise<void> {
  const solution = join(labDir, 'solutions', mutant.solution)
  if (!existsSync(solution)) throw new DoesNotApply(`there is no solution ${mutant.solution}`)
  for (const { file, blob } of patchedFiles(readFileSync(mutant.path, 'utf8'))) {
    const path = join(solution, file)
    const now = existsSync(path) ? blobOf(readFileSync(path)) : NONE
    if (now !== blob) throw new DoesNotApply(`${file} of the solution has changed since the patch was made`)
  }
  cpSync(solution, to, { recursive: true })
  try {
    await promisify(execFile)('git', ['apply', '--whitespace=nowarn', mutant.path], {
      cwd: to,
      // A repository around the folder would make git look for paths relative to its own root.
      env: { ...process.env, GIT_CEILING_DIRECTORIES: to, GIT_DIR: '/dev/null' },
    })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new DoesNotApply(said)
  }
}

/** The blob of a file that does not exist. */
const NONE = '0'.repeat(40)

/** What a patch changes: each file, and the blob that it was made from. */
export function patchedFiles(patch: string): { file: string; blob: string }[] {
  return [
    ...patch.matchAll(/^diff --git a\/(.+) b\/.+\n(?:(?!diff --git).*\n)*?index ([0-9a-f]{40})\.\.[0-9a-f]{40}/gm),
  ].map(([, file = '', blob = '']) => ({ file, blob }))
}

/** git's name for a content: sha1 over a header and the bytes (gitformat, "blob" objects). */
export function blobOf(content: Buffer): string {
  return createHash('sha1')
    .update(`blob ${String(content.length)}\0`)
    .update(content)
    .digest('hex')
}
