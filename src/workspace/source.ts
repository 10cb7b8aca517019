/** Packs a component's source, which is only ever read: every regular file, bounded, with a digest. */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errno, fileProblem } from '../course/file-problem.ts'
import { Problem } from '../problem.ts'
import type { SourceFile } from '../protocol/index.ts'
import { refuseNamesOutside } from './hard-links.ts'
import { Changed, listSource, type ListedFile } from './source-list.ts'
import { refuseTooMuch } from './source-limits.ts'

export interface PackedSource {
  /** sha256 over path, mode and content of every file, hex */
  digest: string
  /** sorted by path */
  files: SourceFile[]
}

export interface PackOptions {
  /** somebody handed it in: a file with a hard link outside the component is refused */
  submitted?: boolean
}

/** How often a source that changes while it is read is read again. */
const ATTEMPTS = 6

/**
 * Reads all files below `dir`; an editor may save meanwhile. Throws a Problem when it is too large, a file can't be
 * read, a link leads outside, or files keep changing.
 */
export async function packSource(dir: string, options: PackOptions = {}): Promise<PackedSource> {
  for (let attempt = 1; ; attempt++) {
    try {
      return pack(dir, options)
    } catch (error) {
      if (!(error instanceof Changed)) throw fileProblem(error, `Cannot read the component ${dir}.`, dir)
      if (attempt === ATTEMPTS) throw keepsChanging(error)
    }
    await sleep(20 * attempt)
  }
}

function pack(dir: string, { submitted = false }: PackOptions): PackedSource {
  const listed = listSource(dir)
  refuseTooMuch(dir, listed)
  if (submitted) refuseNamesOutside(dir, listed)
  const hash = createHash('sha256')
  const files = listed.map((file): SourceFile => {
    const { data, mode } = readStable(file)
    hash.update(`${file.path}\0${mode.toString(8)}\0${String(data.length)}\0`).update(data)
    return { path: file.path, mode, data: data.toString('base64') }
  })
  return { digest: hash.digest('hex'), files }
}

/** The content of a file that was the same before and after. Throws Changed, or a Problem when it can't be read. */
function readStable(file: ListedFile): { data: Buffer; mode: number } {
  const fd = open(file)
  try {
    const before = fstatSync(fd, { bigint: true })
    // What became a fifo meanwhile would never end; what grew would pass the limits.
    if (!before.isFile() || Number(before.size) !== file.size) throw new Changed(file.path)
    const data = readFileSync(fd)
    const after = fstatSync(fd, { bigint: true })
    const same = before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && data.length === file.size
    if (!same) throw new Changed(file.path)
    return { data, mode: Number(before.mode) & 0o777 }
  } finally {
    closeSync(fd)
  }
}

function open({ path, real }: ListedFile): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  try {
    return openSync(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errno(error) ?? '')) throw new Changed(path)
    throw fileProblem(error, `Cannot read ${path}.`, real)
  }
}

function keepsChanging({ path }: Changed): Problem {
  return new Problem({
    what: 'The component changes while it is read.',
    where: path,
    why: `It was read ${String(ATTEMPTS)} times, and a file changed or vanished each time.`,
    remedy: 'Stop what writes there (a build in watch mode, a formatter), or let it write elsewhere.',
  })
}
