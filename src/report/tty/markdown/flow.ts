/** Breaks spans into lines; only then are they painted, so that colours never count as columns. */
import type { Paint } from '../paint.ts'
import { textWidth } from '../width.ts'
import { paintSpan, type Span } from './inline.ts'

export function flow(spans: readonly Span[], width: number, paint: Paint): string[] {
  const lines: string[] = []
  let line = ''
  let columns = 0
  const end = (): void => {
    lines.push(line.trimEnd())
    ;[line, columns] = ['', 0]
  }
  for (const { spaced, broken, parts } of words(spans)) {
    const size = parts.reduce((sum, part) => sum + textWidth(part.text), 0)
    if (broken || (columns > 0 && columns + (spaced ? 1 : 0) + size > width)) end()
    if (spaced && columns > 0) {
      line += ' '
      columns++
    }
    line += parts.map((part) => paintSpan(part, paint)).join('')
    columns += size
  }
  if (columns > 0 || lines.length === 0) end()
  return lines
}

interface Word {
  /** a space stands before it */
  spaced: boolean
  /** a line break stands before it */
  broken: boolean
  parts: Span[]
}

function words(spans: readonly Span[]): Word[] {
  const found: Word[] = []
  let word: Word = { spaced: false, broken: false, parts: [] }
  for (const { text, style } of spans) {
    // A newline in a paragraph is a space; the one of <br> comes alone.
    const pieces = text === '\n' ? ['\n'] : text.split(/(\s+)/)
    for (const piece of pieces) {
      if (piece === '') continue
      if (/^\s+$/.test(piece)) {
        if (word.parts.length > 0) found.push(word)
        word = { spaced: true, broken: text === '\n', parts: [] }
      } else {
        word.parts.push({ text: piece, style })
      }
    }
  }
  if (word.parts.length > 0) found.push(word)
  return found
}
