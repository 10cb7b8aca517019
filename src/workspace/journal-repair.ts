/** Sets aside what is no event in a journal. Only under the journal's lock. */
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileProblem } from '../course/file-problem.ts'
import { syncFolder } from './durable-file.ts'
import type { Scan, Span, Wound } from './journal-scan.ts'

const CHUNK = 1024 * 1024

/**
 * Copies the wounds of the journal into `bad`, then takes them out: by truncating when they are all behind the last
 * event (a torn line), else by a new file. Durable at each stage, so a crash leaves a wound in both files at worst.
 * Returns whether the last event has its newline now. Throws what the system calls throw; the journal is as it was then.
 */
export function repair(path: string, bad: string, { wounds, kept, ended }: Scan, now: Date): boolean {
  const fd = openSync(path, 'r+')
  try {
    try {
      setAside(fd, bad, wounds, now)
    } catch (error) {
      throw fileProblem(error, 'Cannot set aside what is no event of the journal.', bad)
    }
    const last = kept.at(-1)?.end
    const end = last === undefined ? 0 : last + (ended ? 1 : 0)
    if (wounds.some((wound) => wound.start < end)) {
      rewrite(fd, path, kept)
      return true
    }
    ftruncateSync(fd, end)
    fsyncSync(fd)
    return ended
  } finally {
    closeSync(fd)
  }
}

function setAside(fd: number, bad: string, wounds: readonly Wound[], now: Date): void {
  const out = openSync(bad, 'a')
  try {
    for (const wound of wounds) {
      writeAll(out, Buffer.from(`# ${now.toISOString()} line ${String(wound.line)} of journal.jsonl: ${wound.why}\n`))
      copy(fd, out, wound)
      writeAll(out, Buffer.from('\n'))
    }
    fsyncSync(out)
  } finally {
    closeSync(out)
  }
  syncFolder(dirname(bad))
}

function rewrite(fd: number, path: string, kept: readonly Span[]): void {
  const aside = `${path}.${String(process.pid)}.tmp`
  try {
    const out = openSync(aside, 'w')
    try {
      for (const span of kept) {
        copy(fd, out, span)
        writeAll(out, Buffer.from('\n'))
      }
      fsyncSync(out)
    } finally {
      closeSync(out)
    }
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

function copy(from: number, to: number, { start, end }: Span): void {
  for (let at = start; at < end;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, end - at))
    const got = readSync(from, chunk, 0, chunk.length, at)
    if (got === 0) return
    writeAll(to, chunk.subarray(0, got))
    at += got
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
}
