/** characters of one line that a component wrote; more of it is in a file */
const MOST = 200

/** The beginning of a line that is too long to be read in a report. Not escaped. */
export function cutLine(text: string): { text: string; rest: string } {
  if (text.length <= MOST) return { text, rest: '' }
  // Half a character is none.
  const end = /[\ud800-\udbff]/.test(text[MOST - 1] ?? '') ? MOST - 1 : MOST
  return { text: text.slice(0, end), rest: ` … (${text.length - end} more characters)` }
}
