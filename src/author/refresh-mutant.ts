/** Makes a mutant's patch anew after its solution has changed: a three-way merge, with git's own merge of files. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { diffOf, git, patchText } from './make-patch.ts'
import { blobOf, patchedFiles, type Mutant } from './mutant.ts'

export type Refreshed =
  /** it was made from the solution as it is */
  | { state: 'as it was' }
  /** `by`: from the old files, which git has; or by the lines around each change, where git does not have them */
  | { state: 'renewed'; by: 'merge' | 'context' }
  /** `folder` holds the solution with what could be changed; `files` have places that need a person */
  | { state: 'conflict'; folder: string; files: string[] }

/** `course` is a folder of the repository whose objects are asked; `scratch` is made when there is a conflict. */
export async function refreshMutant(
  mutant: Mutant,
  labDir: string,
  course: string,
  scratch: string,
): Promise<Refreshed> {
  const solution = join(labDir, 'solutions', mutant.solution)
  const patch = readFileSync(mutant.path, 'utf8')
  const files = patchedFiles(patch)
  if (files.every(({ file, blob }) => blobAt(join(solution, file)) === blob)) return { state: 'as it was' }
  const work = mkdtempSync(join(tmpdir(), 'lab-author-'))
  try {
    const now = join(work, 'now')
    cpSync(solution, now, { recursive: true })
    const old = await oldFiles(files, course, join(work, 'base'))
    const conflicts = old
      ? await merged(files, join(work, 'base'), now, mutant.path)
      : await byContext(files, now, mutant.path)
    if (conflicts.length > 0) {
      makeFolder(dirname(scratch))
      // What a person has begun to mend is not thrown away by a second --refresh.
      if (!existsSync(scratch)) cpSync(now, scratch, { recursive: true })
      return { state: 'conflict', folder: scratch, files: conflicts }
    }
    const diff = await diffOf(solution, now)
    // The solution has the mutant's bug now, or the other way round: nothing is left that differs.
    if (diff === '') return { state: 'conflict', folder: solution, files: files.map(({ file }) => file) }
    writeFileSync(mutant.path, patchText(patch.split(/^diff --git /m)[0] ?? '', diff))
    return { state: 'renewed', by: old ? 'merge' : 'context' }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const NONE = '0'.repeat(40)
const blobAt = (path: string): string => (existsSync(path) ? blobOf(readFileSync(path)) : NONE)

type Files = ReturnType<typeof patchedFiles>

/** Writes the files that the patch was made from; false when git does not have one of them. */
async function oldFiles(files: Files, course: string, folder: string): Promise<boolean> {
  makeFolder(folder)
  for (const { file, blob } of files) {
    if (blob === NONE) continue
    const content = await git(course, ['cat-file', 'blob', blob], { repository: 'around' }).catch(() => undefined)
    // What is not UTF-8 would come out otherwise than it went in.
    if (content === undefined || blobOf(Buffer.from(content)) !== blob) return false
    makeFolder(dirname(join(folder, file)))
    writeFileSync(join(folder, file), content)
  }
  return true
}

/** Merges what the patch changes in `base` into `now`; returns the files with conflicts, which have markers. */
async function merged(files: Files, base: string, now: string, patch: string): Promise<string[]> {
  const mutant = `${base}.mutant`
  cpSync(base, mutant, { recursive: true })
  await apply(mutant, [patch])
  const conflicts: string[] = []
  for (const { file } of files) {
    const [before, after, here] = [join(base, file), join(mutant, file), join(now, file)]
    const unchanged = blobAt(before) === blobAt(here)
    if (unchanged && existsSync(after)) {
      makeFolder(dirname(here))
      cpSync(after, here)
    } else if (unchanged) rmSync(here, { force: true })
    else if (!existsSync(before) || !existsSync(after) || !existsSync(here)) conflicts.push(file)
    else if (await mergeFile(here, before, after)) conflicts.push(file)
  }
  return conflicts
}

/** Into `here`; whether there were conflicts: git-merge-file(1) exits with their number, at most 127. */
async function mergeFile(here: string, before: string, after: string): Promise<boolean> {
  const names = ['-L', 'the solution now', '-L', 'the solution that the mutant was made from', '-L', 'the mutant']
  try {
    await git(dirname(here), ['merge-file', '--diff3', ...names, here, before, after])
    return false
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN
    if (code >= 1 && code <= 127) return true
    throw error
  }
}

/** Each hunk goes where its lines are; a hunk that has no place is left in FILE.rej. */
async function byContext(files: Files, now: string, patch: string): Promise<string[]> {
  await apply(now, ['--reject', patch]).catch(() => undefined)
  return files.map(({ file }) => `${file}.rej`).filter((file) => existsSync(join(now, file)))
}

const apply = (folder: string, args: string[]): Promise<string> =>
  git(folder, ['apply', '--whitespace=nowarn', ...args])
