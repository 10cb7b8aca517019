/** Which files a course has: what git would commit. Where there is no git, every file. */
import { execa } from 'execa'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Folders that a course is made of. */
const FOLDERS = ['labs', 'checkers', 'docs']

/** Files below FOLDERS, relative to `root` with `/` between names, in the order of the alphabet; links are files. */
export async function courseFiles(root: string): Promise<string[]> {
  const folders = FOLDERS.filter((name) => existsSync(join(root, name)))
  const listed = await execa(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...folders],
    {
      cwd: root,
      reject: false,
    },
  )
  const files = (listed.failed ? '' : listed.stdout).split('\0').filter((name) => name !== '')
  // A course in a folder that a repository ignores has nothing to list.
  const all = files.includes('labs/course.yaml') ? files : folders.flatMap((name) => below(root, name))
  // What is deleted and not yet committed is still listed, and after a merge some are twice.
  return [...new Set(all)].filter((name) => existsSync(join(root, name))).sort()
}

function below(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
}
