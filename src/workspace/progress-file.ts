/**
 * Progress as a file that `lab export` writes and `lab import` reads: JSON lines. The first is a header, each other one
 * an event as it is in a journal, also those of a newer version. The header says how many follow and their digest, so
 * that a file that was cut off or changed on its way is noticed.
 */
import { createHash } from 'node:crypto'
import { EXIT, Problem } from '../problem.ts'
import { parseEvent } from './events.ts'
import { isNewerVersion, needsNewer } from './open.ts'

export const PROGRESS_FORMAT = 'drydock-progress'
export const PROGRESS_VERSION = 1

interface Header {
  format: typeof PROGRESS_FORMAT
  version: typeof PROGRESS_VERSION
  /** version of the course that wrote it */
  course: string
  /** ISO time */
  exported: string
  events: number
  /** of the lines of the events, hex */
  sha256: string
}

/** `lines` of a journal, each an event. */
export function progressFile(lines: readonly string[], course: string, now: Date): string {
  const header: Header = {
    format: PROGRESS_FORMAT,
    version: PROGRESS_VERSION,
    course,
    exported: now.toISOString(),
    events: lines.length,
    sha256: digest(lines),
  }
  return [JSON.stringify(header), ...lines].map((line) => `${line}\n`).join('')
}

/**
 * The lines of the events. `course` is the version of the course here. Throws a Problem: wrong usage when the text is
 * no export, the environment's when it is damaged or a newer Drydock wrote it. `from` names it for a person.
 */
export function parseProgressFile(text: string, from: string, course: string): string[] {
  const [first = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line) => line.trim() || [])
  const header = parseJson(first)
  if (!isMap(header) || header['format'] !== PROGRESS_FORMAT) throw notAnExport(from, text)
  const { version, course: theirs } = header
  if (typeof version === 'number' && version > PROGRESS_VERSION) {
    throw needsNewer('This export', from, `format ${String(version)}`, `format ${String(PROGRESS_VERSION)}`)
  }
  if (!isHeader(header)) throw damaged(from, 'Its first line is incomplete.')
  if (isNewerVersion(header.course, course)) {
    throw needsNewer('This export', from, `version ${String(theirs)} of the course`, `version ${course}`)
  }
  if (lines.length !== header.events) {
    const how = lines.length < header.events ? 'It was cut off' : 'Something was added'
    throw damaged(from, `${how}: it holds ${String(lines.length)} of ${String(header.events)} events.`)
  }
  if (digest(lines) !== header.sha256) {
    const bad = lines.findIndex((line) => parseEvent(parseJson(line)) === undefined)
    const where = bad === -1 ? '' : ` Line ${String(bad + 2)} is not an event.`
    throw damaged(from, `Its events are not those that were exported.${where}`)
  }
  if (lines.some((line) => parseEvent(parseJson(line)) === undefined)) throw damaged(from, 'It holds what is no event.')
  return lines
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHeader(header: Record<string, unknown>): header is Record<string, unknown> & Header {
  return (
    header['version'] === PROGRESS_VERSION &&
    typeof header['course'] === 'string' &&
    /^\d+\.\d+\.\d+$/.test(header['course']) &&
    Number.isSafeInteger(header['events']) &&
    typeof header['sha256'] === 'string'
  )
}

function notAnExport(from: string, text: string): Problem {
  return new Problem(
    {
      what: 'This is not an export of Drydock.',
      where: from,
      why: text.trim() === '' ? 'It is empty.' : `Its first line is no header with the format ${PROGRESS_FORMAT}.`,
      remedy: 'Write one on the other machine with: lab export FILE',
    },
    EXIT.usage,
  )
}

function damaged(from: string, why: string): Problem {
  return new Problem({
    what: 'This export is damaged; nothing was imported.',
    where: from,
    why,
    remedy: 'Copy it again, or write it again on the other machine with: lab export FILE --force',
  })
}
