/** The starter of a lab: made aside, then put into place. Functions here throw what the system calls throw. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  constants,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errno } from '../course/file-problem.ts'
import { starterLayers } from '../course/layout.ts'
import type { Lab } from '../course/model.ts'
import { makeFolder } from './durable-file.ts'

/** Makes the folder `to` a starter: the track's template, what the lab gives, and the lesson as LESSON.md; all of it writable. */
export function stageStarter(to: string, root: string, lab: Pick<Lab, 'id' | 'dir'>, track: string): void {
  mkdirSync(to)
  for (const layer of starterLayers(root, lab.id, track)) {
    if (existsSync(layer)) cpSync(layer, to, { recursive: true, force: true, verbatimSymlinks: true })
  }
  // npm packs no .gitignore, so that a starter's is called gitignore.
  for (const { path } of [...entries(to)])
    if (basename(path) === 'gitignore') renameSync(path, join(dirname(path), '.gitignore'))
  const lesson = join(lab.dir, 'README.md')
  if (existsSync(lesson)) copyFileSync(lesson, join(to, 'LESSON.md'))
  for (const { path, kind } of entries(to))
    if (kind !== 'link') chmodSync(path, lstatSync(path).mode | (kind === 'folder' ? 0o700 : 0o600))
}

/** Renames the staged folder into place; where a folder exists already, adds the files that it lacks. */
export function placeStarter(staged: string, dir: string): void {
  if (!existsSync(dir)) {
    makeFolder(dirname(dir))
    renameSync(staged, dir)
    return
  }
  for (const { path, kind } of entries(staged)) {
    const to = join(dir, path.slice(staged.length + 1))
    try {
      if (kind === 'folder') mkdirSync(to, { recursive: true })
      else if (kind === 'link') symlinkSync(readlinkSync(path), to)
      else addFile(path, to)
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw error
    }
  }
}

/** Appears whole or not at all; not whole only on file systems without hard links. */
function addFile(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errno(error) ?? '')) throw error
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}

/** Everything below a folder, parents first. */
function* entries(dir: string): Generator<{ path: string; kind: 'folder' | 'file' | 'link' }> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    yield { path, kind: entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file' }
    if (entry.isDirectory()) yield* entries(path)
  }
}
