/** The numbered files of a lock (lock.ts says why it is one). */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import { lifeOf, parseHolder, type Holder } from './holder.ts'

const RELEASED = 'released'
/** A file whose holder can't be probed counts as dead at this age, ms. */
export const STALE = 60_000

export function fileOf(path: string, number: number): string {
  return `${path}.lock.${String(number)}`
}

function numbers(path: string): number[] {
  const prefix = `${basename(path)}.lock.`
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,14}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
}

export function highest(path: string): number | undefined {
  const all = numbers(path)
  return all.length > 0 ? Math.max(...all) : undefined
}

/** `free`, or who holds it (undefined: it can't be told). */
export function stateOf(file: string, self: Holder): 'free' | { holder: Holder | undefined } {
  try {
    const text = readFileSync(file, 'utf8')
    if (text === RELEASED) return 'free'
    const holder = parseHolder(text)
    const life = holder ? lifeOf(holder, self) : 'unknown'
    if (life === 'dead') return 'free'
    if (life === 'unknown' && Math.abs(Date.now() - statSync(file).mtimeMs) > STALE) return 'free'
    return { holder }
  } catch (error) {
    if (errno(error) === 'ENOENT') return { holder: undefined } // a higher one has come since
    throw error
  }
}

/** Whether we created the file; false when somebody else did. */
export function create(path: string, number: number, self: Holder): boolean {
  const aside = asideOf(path, self)
  writeFileSync(aside, JSON.stringify(self), { flag: 'wx' })
  try {
    linkSync(aside, fileOf(path, number))
    return true
  } catch (error) {
    const code = errno(error)
    if (code === 'EEXIST' || code === 'ENOENT') return false
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS' || code === 'EMLINK')
      return createWithoutLink(path, number, self)
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

/** On file systems without hard links (exFAT) the file may be seen before it is whole, which counts as unknown. */
function createWithoutLink(path: string, number: number, self: Holder): boolean {
  try {
    writeFileSync(fileOf(path, number), JSON.stringify(self), { flag: 'wx' })
    return true
  } catch (error) {
    if (errno(error) === 'EEXIST') return false
    throw error
  }
}

export function confirm(path: string, number: number): boolean {
  if (highest(path) === number) return true
  rmSync(fileOf(path, number), { force: true })
  return false
}

export function touchFile(file: string): void {
  const now = new Date()
  try {
    utimesSync(file, now, now)
  } catch {
    // Only those who can't probe us go by the time; the one who holds the lock learns of a broken disk when it releases.
  }
}

export function markReleased(file: string, aside: string): void {
  if (!existsSync(file)) return // it was taken from us: we were stopped for longer than STALE
  try {
    writeFileSync(aside, RELEASED, { flag: 'wx' })
    renameSync(aside, file)
  } catch (error) {
    rmSync(aside, { force: true })
    if (!['ENOSPC', 'EDQUOT'].includes(errno(error) ?? ''))
      throw fileProblem(error, 'Cannot unlock the workspace.', file)
    // In place it needs no room. Whoever reads in between sees neither a holder nor "released", and looks again.
    const fd = openSync(file, 'r+')
    writeSync(fd, RELEASED, 0)
    ftruncateSync(fd, RELEASED.length)
    closeSync(fd)
  }
}

/** Removes what nobody needs: numbers below the one before ours, and files set aside by processes that were killed. */
export function clean(path: string, number: number): void {
  for (const lower of numbers(path)) if (lower < number - 1) rmSync(fileOf(path, lower), { force: true })
  const prefix = `${basename(path)}.aside.`
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue
    const file = join(dirname(path), name)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat && Math.abs(Date.now() - stat.mtimeMs) > STALE) rmSync(file, { force: true })
  }
}

export function asideOf(path: string, { nonce }: Holder): string {
  return `${path}.aside.${nonce}`
}
