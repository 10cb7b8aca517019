/**
 * Keeps the JSON of parsed YAML files, so that a command that only reads them loads neither the parser nor the schema
 * library. An entry counts only when the file's size and modification time are those that were recorded. A file that
 * was modified a moment ago is not recorded: another change within the clock's granularity would go unnoticed.
 * The cache is an optimisation: what can't be read or written is as if it were not there.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../make-folder.ts'

/**
 * Names the shape of what is kept: a digest of the schemas. A test says what it has to be; entries of another shape
 * are not used. (A build empties the cache, so rules that schemas don't show need nothing.)
 */
export const SHAPE = '10239251d1f0'

/** Youngest age of a file that is recorded, ns. FAT counts modification times in 2 s. */
const SETTLED_NS = 2_500_000_000n

interface Entry {
  shape: string
  file: string
  size: string
  mtimeNs: string
  value: unknown
}

/**
 * The value of `file`: from the cache at `cachePath`, else from `parse`, which throws its own Problem for a file that is
 * absent or wrong. What comes from the cache was validated when it was written.
 */
export async function cached<T>(file: string, cachePath: string | undefined, parse: () => Promise<T>): Promise<T> {
  if (cachePath === undefined) return parse()
  const before = stat(file)
  if (before === undefined) return parse()
  const entry = read(cachePath)
  if (entry !== undefined && sameFile(entry, describe(file, before))) return entry.value as T
  const value = await parse()
  const after = stat(file)
  const now = BigInt(Date.now()) * 1_000_000n
  if (
    after !== undefined &&
    sameFile(describe(file, before), describe(file, after)) &&
    now - after.mtimeNs > SETTLED_NS
  ) {
    write(cachePath, { ...describe(file, after), value })
  }
  return value
}

function describe(file: string, { size, mtimeNs }: BigIntStats): Omit<Entry, 'value'> {
  return { shape: SHAPE, file, size: String(size), mtimeNs: String(mtimeNs) }
}

function sameFile(a: Omit<Entry, 'value'>, b: Omit<Entry, 'value'>): boolean {
  return a.shape === b.shape && a.file === b.file && a.size === b.size && a.mtimeNs === b.mtimeNs
}

function stat(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true })
  } catch {
    return undefined // parsing it says what is wrong
  }
}

function read(cachePath: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(readFileSync(cachePath, 'utf8'))
    return typeof entry === 'object' && entry !== null && 'value' in entry ? (entry as Entry) : undefined
  } catch {
    return undefined // absent, unreadable or damaged: as if it were not there
  }
}

function write(cachePath: string, entry: Entry): void {
  const aside = `${cachePath}.${String(process.pid)}.tmp`
  try {
    makeFolder(dirname(cachePath))
    writeFileSync(aside, JSON.stringify(entry))
    renameSync(aside, cachePath)
  } catch {
    discard(aside) // a read-only or full disk costs speed, nothing else
  }
}

function discard(aside: string): void {
  try {
    rmSync(aside, { force: true })
  } catch {
    // it was never made
  }
}
