/** Reads a journal and judges each line: an event, an event of a newer version, or a wound. */
import { isUtf8 } from 'node:buffer'
import { parseEvent, type JournalEvent } from './events.ts'
import { MAX_LINE, pieces, type Piece } from './journal-pieces.ts'

/** Bytes that are no event. */
export interface Wound {
  line: number
  start: number
  end: number
  why: string
}

export interface Span {
  start: number
  end: number
}

export interface Scan {
  /** each once, in the file's order */
  events: JournalEvent[]
  /** how many events a newer version wrote */
  newer: number
  wounds: Wound[]
  /** where the events are, newer ones too */
  kept: Span[]
  /** the last event has its newline (true for an empty journal) */
  ended: boolean
  size: number
}

/** Judges the first `size` bytes of an open file. Throws only what read(2) throws. */
export function scan(fd: number, size: number): Scan {
  const result: Scan = { events: [], newer: 0, wounds: [], kept: [], ended: true, size }
  const seen = new Set<string>()
  for (const piece of pieces(fd, size)) {
    const judged = judge(piece)
    if (judged === 'blank') continue
    if (typeof judged === 'string' && judged !== 'newer') {
      addWound(result.wounds, { line: piece.line, start: piece.start, end: piece.end, why: judged })
      continue
    }
    result.kept.push({ start: piece.start, end: piece.end })
    result.ended = piece.ended
    if (judged === 'newer') result.newer++
    else if (!seen.has(judged.id)) {
      seen.add(judged.id)
      result.events.push(judged)
    }
  }
  return result
}

/** The event, `newer`, `blank`, or why it is none of them. */
function judge(piece: Piece): JournalEvent | string {
  if (piece.kind === 'nul') return `${String(piece.end - piece.start)} NUL bytes, as after a power loss`
  if (piece.kind === 'long') return `longer than ${String(MAX_LINE / 1024)} KiB`
  if (!isUtf8(piece.bytes)) return 'not UTF-8'
  const text = piece.bytes.toString('utf8').trim() // trims CR and the byte order mark too
  if (text === '') return 'blank'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return piece.ended ? 'not JSON' : 'cut off'
  }
  return parseEvent(value) ?? 'not an event'
}

/** Neighbours become one. */
function addWound(wounds: Wound[], wound: Wound): void {
  const last = wounds.at(-1)
  if (last && last.end === wound.start && last.line === wound.line) last.end = wound.end
  else wounds.push(wound)
}
