/** Lists the files of a component: what of a folder is source. */
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { join, sep } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import { Problem } from '../problem.ts'

export interface ListedFile {
  /** relative to the component, with slashes */
  path: string
  /** absolute, without symbolic links */
  real: string
  /** bytes */
  size: number
}

/** A file that was there is not any more, or is another one: list again. */
export class Changed extends Error {
  constructor(readonly path: string) {
    super(`${path} changed while it was read`)
  }
}

const LEFT_OUT = new Set(['.git', 'node_modules', '__pycache__', '.venv'])
/** Beyond this many entries it is no component; listing goes on only to name what there is most of. */
const MAX_ENTRIES = 20_000

/**
 * Every regular file below `dir`, sorted by path, symbolic links as what they lead to. Left out: repositories,
 * dependencies and build outputs (.git, node_modules, __pycache__, .venv, target beside a Cargo.toml), LESSON.md, what
 * editors and systems leave (.DS_Store, dangling .#locks), sockets, fifos and devices.
 */
export function listSource(dir: string): ListedFile[] {
  const root = realpathSync(dir)
  const files: ListedFile[] = []
  const walk = (real: string, prefix: string, above: readonly string[]): void => {
    if (above.includes(real)) throw badLink(prefix.slice(0, -1), 'It leads to a folder that it lies in.')
    const names = entriesOf(real, prefix || '.')
    const cargo = names.some((entry) => entry.name === 'Cargo.toml')
    for (const entry of names) {
      if (files.length >= MAX_ENTRIES) return
      const path = prefix + entry.name
      if (entry.name.includes('\uFFFD')) throw notUtf8(path)
      const found = resolve(root, join(real, entry.name), path, entry)
      if (found === undefined) continue
      if (found.folder) {
        if (!LEFT_OUT.has(entry.name) && !(cargo && entry.name === 'target'))
          walk(found.real, `${path}/`, [...above, real])
      } else if (path !== 'LESSON.md' && entry.name !== '.DS_Store') {
        files.push({ path, real: found.real, size: found.size })
      }
    }
  }
  walk(root, '', [])
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface Found {
  real: string
  folder: boolean
  size: number
}

function resolve(root: string, full: string, path: string, entry: Dirent): Found | undefined {
  if (entry.isDirectory()) return { real: full, folder: true, size: 0 }
  try {
    if (entry.isFile()) return { real: full, folder: false, size: lstatSync(full).size }
    if (!entry.isSymbolicLink() || LEFT_OUT.has(entry.name)) return undefined
    return follow(root, full, path, entry)
  } catch (error) {
    if (errno(error) === 'ENOENT') throw new Changed(path)
    throw error
  }
}

function follow(root: string, full: string, path: string, entry: Dirent): Found | undefined {
  let real: string
  try {
    real = realpathSync(full)
  } catch (error) {
    const code = errno(error)
    if (code === 'ELOOP') throw badLink(path, 'It leads to itself.')
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    if (entry.name.startsWith('.#')) return undefined // Emacs marks a file that is being edited so
    throw badLink(path, `It leads to ${readlinkSync(full)}, which does not exist.`)
  }
  if (real !== root && !real.startsWith(root + sep)) throw badLink(path, `It leads outside the component, to ${real}.`)
  const stat = statSync(real)
  if (stat.isDirectory()) return { real, folder: true, size: 0 }
  return stat.isFile() ? { real, folder: false, size: stat.size } : undefined
}

function entriesOf(dir: string, path: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errno(error) ?? '') && path !== '.') throw new Changed(path)
    throw fileProblem(error, `Cannot read the folder ${path} of the component.`, dir)
  }
}

function badLink(path: string, why: string): Problem {
  return new Problem({
    what: `The symbolic link ${path} cannot be part of a component.`,
    where: path,
    why,
    remedy: 'Replace it by a copy of what it leads to, or remove it.',
  })
}

function notUtf8(path: string): Problem {
  return new Problem({
    what: `The name ${path} is not UTF-8.`,
    where: path,
    why: 'The names of source files travel as text.',
    remedy: 'Rename the file.',
  })
}
