/**
 * Cuts a journal into pieces: what lies between newlines, and between runs of NUL bytes, which a file system may leave
 * where data was not written before a power loss. No event contains either. Memory stays bounded whatever the file holds.
 */
import { readSync } from 'node:fs'

/** A longer line is no event, bytes. */
export const MAX_LINE = 1024 * 1024
const CHUNK = 1024 * 1024
const NEWLINE = 10
const NUL = 0

export interface Piece {
  /** 1-based number of the line that it is in */
  line: number
  /** bytes from the start of the file; `end` is that of the newline or NUL behind it */
  start: number
  end: number
  /** `long`: text of more than MAX_LINE bytes, which is not kept in memory */
  kind: 'text' | 'nul' | 'long'
  /** empty unless `kind` is text */
  bytes: Buffer
  /** a newline ends it */
  ended: boolean
}

const NONE = Buffer.alloc(0)

/** The pieces of the first `size` bytes of an open file. Throws what read(2) throws. */
export function* pieces(fd: number, size: number): Generator<Piece> {
  let line = 1
  let start = 0
  let position = 0
  let carry = NONE
  let long = false
  /** where a run of NUL bytes began */
  let run: number | undefined
  const text = (rest: Buffer, end: number, ended: boolean): Piece => {
    const tooLong = long || carry.length + rest.length > MAX_LINE
    const bytes = tooLong ? NONE : carry.length > 0 ? Buffer.concat([carry, rest]) : rest
    const piece: Piece = { line, start, end, kind: tooLong ? 'long' : 'text', bytes, ended }
    carry = NONE
    long = false
    return piece
  }
  const nuls = (from: number, end: number): Piece => ({
    line,
    start: from,
    end,
    kind: 'nul',
    bytes: NONE,
    ended: false,
  })
  while (position < size) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, size - position))
    const got = readSync(fd, chunk, 0, chunk.length, position)
    if (got === 0) break
    const data = chunk.subarray(0, got)
    let at = 0
    let nul = data.indexOf(NUL)
    while (at < got) {
      if (run !== undefined) {
        at = endOfRun(data, at)
        if (at === got) break // it goes on in the next chunk
        yield nuls(run, position + at)
        start = position + at
        run = undefined
        nul = data.indexOf(NUL, at)
      }
      const newline = data.indexOf(NEWLINE, at)
      if (nul !== -1 && (newline === -1 || nul < newline)) {
        if (position + nul > start) yield text(data.subarray(at, nul), position + nul, false)
        run = position + nul
        at = nul
      } else if (newline !== -1) {
        yield text(data.subarray(at, newline), position + newline, true)
        at = newline + 1
        start = position + at
        line++
      } else {
        const rest = data.subarray(at)
        long ||= carry.length + rest.length > MAX_LINE
        carry = long ? NONE : Buffer.concat([carry, rest])
        at = got
      }
    }
    position += got
  }
  if (run !== undefined) yield nuls(run, position)
  else if (position > start) yield text(NONE, position, false)
}

function endOfRun(data: Buffer, from: number): number {
  let at = from
  while (at < data.length && data[at] === NUL) at++
  return at
}
