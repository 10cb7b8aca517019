/** Breaks plain text (no colours in it) into lines. */
import { textWidth } from './width.ts'

/**
 * Lines of at most `width` columns, broken at spaces; a word that is too long is cut. Newlines, and spaces where no
 * line is broken, stay.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width)))
}

function wrapLine(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line.trimEnd()]
  const lines: string[] = []
  let current = ''
  for (const [, gap = '', word = ''] of line.matchAll(/( *)([^ ]+)/g)) {
    pieces(word, width).forEach((piece, i) => {
      const longer = current + (i === 0 ? gap : '') + piece
      if (textWidth(longer) <= width) current = longer
      else {
        if (current !== '') lines.push(current)
        current = piece
      }
    })
  }
  lines.push(current)
  return lines
}

function pieces(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word]
  const cut: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece !== '' && textWidth(piece + character) > width) {
      cut.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...cut, piece]
}

/** `head` and beside it `text`, wrapped and hanging at the column where the head ends. Colours may be added by `style`. */
export function hang(
  head: string,
  text: string,
  width: number,
  style: (line: string) => string = (line) => line,
): string {
  const column = textWidth(head)
  const indent = ' '.repeat(column)
  return wrap(text, Math.max(16, width - column))
    .map((line, i) => (i === 0 ? head : indent) + style(line))
    .map((line) => line.trimEnd())
    .join('\n')
}
