/** Widths of texts and of the terminal, in columns. */

export const DEFAULT_WIDTH = 80

/** How wide to lay out: the terminal's width within 40 and 100; 80 where there is no terminal. */
export function widthOf(stream: { isTTY?: boolean; columns?: number }): number {
  if (stream.isTTY !== true || !stream.columns) return DEFAULT_WIDTH
  return Math.min(100, Math.max(40, stream.columns))
}

// eslint-disable-next-line no-control-regex -- the colours of Paint
const COLOUR = /\u001b\[[0-9;]*m/g
const COMBINING = /\p{Mark}/u
// East Asian wide and full-width blocks, and pictographs; a table of every character would be a library's business.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

export function textWidth(text: string): number {
  let columns = 0
  for (const character of text.replace(COLOUR, '')) {
    if (COMBINING.test(character)) continue
    columns += WIDE.test(character) ? 2 : 1
  }
  return columns
}

/** Spaces up to `columns`; a longer text stays as it is. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}

export function padLeft(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - textWidth(text))) + text
}
