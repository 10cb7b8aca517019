/** Makes the patch of a mutant: a header for people, and the difference to the solution as git writes it. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HEADER } from './mutant.ts'

/** `Kills` are the checks that reject it, in the order of the course. */
export type Header = Record<(typeof HEADER)[number], string>

export const headerText = (header: Header): string => HEADER.map((name) => `${name}: ${header[name]}\n`).join('')

/** The header's lines, an empty line, the difference. */
export const patchText = (header: string, diff: string): string => `${header.trimEnd()}\n\n${diff}`

/**
 * `git diff --full-index` from the solution to the changed folder; empty when they are equal. Built files and caches in the
 * changed folder are not part of it, where the solution's .gitignore names them.
 */
export async function diffOf(solution: string, changed: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-author-'))
  try {
    // Two folders of these names give the paths of a patch: a/main.go, b/main.go.
    cpSync(solution, join(folder, 'a'), { recursive: true })
    cpSync(changed, join(folder, 'b'), { recursive: true })
    for (const side of ['a', 'b']) await removeIgnored(join(folder, side))
    const asked = ['diff', '--no-index', '--full-index', '--no-prefix', '--no-color', '--no-ext-diff', '--no-renames']
    return await git(folder, [...asked, 'a', 'b'], { accepted: 1 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Removes what git ignores there, by the folder's own .gitignore alone. */
async function removeIgnored(folder: string): Promise<void> {
  await git(folder, ['init', '--quiet', '.'], { repository: 'own' })
  await git(folder, ['clean', '-fdXq', '.'], { repository: 'own' })
  rmSync(join(folder, '.git'), { recursive: true, force: true })
}

export interface GitOptions {
  /** an exit code that is no error besides 0 */
  accepted?: number
  /** `none`: no repository is looked for around the folder; `own`: the folder may become one; `around`: as on a command line */
  repository?: 'none' | 'own' | 'around'
}

/** Runs git; away from the person's own repositories without the person's settings, which could change what a patch looks like. */
export async function git(
  cwd: string,
  args: readonly string[],
  { accepted = 0, repository = 'none' }: GitOptions = {},
): Promise<string> {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...environment } = process.env
  const apart = {
    ...environment,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: cwd,
  }
  const env = { none: { ...apart, GIT_DIR: '/dev/null' }, own: apart, around: environment }[repository]
  try {
    const settings = ['-c', 'core.autocrlf=false']
    return (await promisify(execFile)('git', [...settings, ...args], { cwd, env, maxBuffer: 1 << 26 })).stdout
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === accepted && 'stdout' in error)
      return String(error.stdout)
    throw error
  }
}
