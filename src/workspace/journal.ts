/**
 * The journal of a workspace: what happened in it, one event a line, only ever added to. Progress is its replay.
 * What is no event is never returned, never lost (it is set aside in journal.bad) and never kept quiet.
 */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
  type BigIntStats,
} from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errno, fileProblem } from '../course/file-problem.ts'
import { openFile } from '../course/regular-file.ts'
import { Problem } from '../problem.ts'
import { makeFolder, replaceFile, syncFolder } from './durable-file.ts'
import { EVENT_VERSION, parseEvent, type JournalEvent, type NewEvent } from './events.ts'
import { MAX_LINE } from './journal-pieces.ts'
import { repair } from './journal-repair.ts'
import { scan, type Scan } from './journal-scan.ts'
import { withLock } from './lock.ts'
import type { Workspace } from './model.ts'
import { badJournalPath, journalPath, lockPath } from './places.ts'

export interface JournalContent {
  events: JournalEvent[]
  /** for the person: what could not be read, and where it is now */
  notes: string[]
}

/**
 * Appends events, with one write and one sync, after repairing what is broken in the journal; all of them are durable
 * when it resolves. Returns them as written. Throws a Problem when the disk is full, the file can't be written or the
 * lock is held; the journal is as it was then, unless the disk itself fails.
 */
export async function appendEvents(ws: Pick<Workspace, 'dir'>, events: readonly NewEvent[]): Promise<JournalContent> {
  const stamped = events.map(stamp)
  const lines = Buffer.from(stamped.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const path = journalPath(ws.dir)
  return withLock(lockPath(ws.dir, 'journal'), () => {
    try {
      makeFolder(dirname(path))
      const found = scanFile(path)
      const ended =
        found && found.wounds.length > 0 ? repair(path, badJournalPath(ws.dir), found, new Date()) : found?.ended
      append(path, ended === false ? Buffer.concat([Buffer.from('\n'), lines]) : lines)
      return { events: stamped, notes: found ? notesOf(found, 'was moved to .lab/journal.bad') : [] }
    } catch (error) {
      throw fileProblem(error, 'Cannot write the journal.', path)
    }
  })
}

/**
 * All events, in order, each once. Takes no lock and changes nothing, whatever the journal holds; `notes` says what is
 * no event. Throws a Problem only when the file can't be read at all.
 */
export async function readJournal(ws: Pick<Workspace, 'dir'>): Promise<JournalContent> {
  const path = journalPath(ws.dir)
  try {
    for (let attempt = 0; ; attempt++) {
      const before = identify(path)
      const found = scanFile(path)
      if (found === undefined) return { events: [], notes: [] }
      // A line that is being written, or repaired, at this moment looks torn: look again when the file has changed.
      if (found.wounds.length > 0 && attempt < 5) {
        await sleep(20)
        if (identify(path) !== before) continue
      }
      return { events: found.events, notes: notesOf(found, 'is left out; the next check moves it to .lab/journal.bad') }
    }
  } catch (error) {
    throw fileProblem(error, 'Cannot read the journal.', path)
  }
}

/**
 * Replaces the journal by what `change` makes of its lines (without newlines; each an event, also of a newer version),
 * under the lock, as a whole; undefined leaves it as it is. Throws a Problem as appendEvents does, and what `change` throws.
 */
export async function rewriteJournal(
  ws: Pick<Workspace, 'dir'>,
  change: (lines: readonly string[]) => readonly string[] | undefined,
): Promise<Pick<JournalContent, 'notes'>> {
  const path = journalPath(ws.dir)
  return withLock(lockPath(ws.dir, 'journal'), () => {
    try {
      makeFolder(dirname(path))
      const found = scanFile(path)
      if (found && found.wounds.length > 0) repair(path, badJournalPath(ws.dir), found, new Date())
      const text = found ? readFileSync(path, 'utf8') : ''
      const lines = change(text.split('\n').flatMap((line) => line.trim() || []))
      if (lines) replaceFile(path, lines.map((line) => `${line}\n`).join(''))
      return { notes: found ? notesOf(found, 'was moved to .lab/journal.bad') : [] }
    } catch (error) {
      throw fileProblem(error, 'Cannot write the journal.', path)
    }
  })
}

function stamp(event: NewEvent): JournalEvent {
  const stamped = { v: EVENT_VERSION, at: new Date().toISOString(), id: randomUUID(), ...event }
  const parsed = parseEvent(stamped)
  const line = JSON.stringify(stamped)
  if (parsed === undefined || parsed === 'newer') throw new Error(`not an event of the journal: ${line.slice(0, 500)}`)
  if (Buffer.byteLength(line) > MAX_LINE) throw new Error(`an event of ${String(line.length)} characters is too long`)
  return parsed
}

function append(path: string, bytes: Buffer): void {
  const { O_RDWR, O_APPEND, O_CREAT } = constants
  const fd = openSync(path, O_RDWR | O_APPEND | O_CREAT, 0o644)
  try {
    const { size } = fstatSync(fd)
    writeWhole(fd, bytes, size, path)
    fsyncSync(fd)
    if (size === 0) syncFolder(dirname(path))
  } finally {
    closeSync(fd)
  }
}

/** One write; when not all of it fits, the file is cut back to `size`. */
function writeWhole(fd: number, bytes: Buffer, size: number, path: string): void {
  let written: number
  try {
    written = writeSync(fd, bytes)
  } catch (error) {
    cutBack(fd, size)
    throw error
  }
  if (written === bytes.length) return
  cutBack(fd, size)
  throw new Problem({
    what: 'Cannot write the journal.',
    where: path,
    why: `Only ${String(written)} of ${String(bytes.length)} bytes could be written: the disk is full.`,
    remedy: `Free some space (df -h ${path} shows how much there is), then try again.`,
  })
}

function cutBack(fd: number, size: number): void {
  try {
    ftruncateSync(fd, size)
  } catch {
    // The write's own error is the one to report; the torn line is repaired by the next append.
  }
}

/** Undefined when there is no journal. */
function scanFile(path: string): Scan | undefined {
  let fd: number
  try {
    fd = openFile(path)
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return scan(fd, fstatSync(fd).size)
  } finally {
    closeSync(fd)
  }
}

/** A word that differs when the file has changed. */
function identify(path: string): string | undefined {
  const stat: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${String(stat.ino)} ${String(stat.size)} ${String(stat.mtimeNs)}`
}

const SHOWN = 5

function notesOf({ wounds, newer }: Scan, fate: string): string[] {
  const notes = wounds
    .slice(0, SHOWN)
    .map(({ line, why }) => `Line ${String(line)} of .lab/journal.jsonl ${fate}: ${why}.`)
  if (wounds.length > SHOWN) notes.push(`So it is with ${String(wounds.length - SHOWN)} more of its lines.`)
  if (newer > 0) {
    const what = newer === 1 ? '1 event' : `${String(newer)} events`
    notes.push(
      `${what} of .lab/journal.jsonl, written by a newer version, ${newer === 1 ? 'is' : 'are'} not understood.`,
    )
  }
  return notes
}
