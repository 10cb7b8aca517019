/** A difference in git's format, made safe for a terminal and coloured as git colours it. */
import { escapeLine } from '../escape.ts'
import type { Paint } from './paint.ts'

export function diffText(diff: string, paint: Paint): string {
  let header = true
  return diff
    .split('\n')
    .map((line) => {
      if (line.startsWith('diff --git ')) header = true
      else if (line.startsWith('@@ ')) header = false
      return styleOf(line, header, paint)(escapeLine(line))
    })
    .join('\n')
}

function styleOf(line: string, header: boolean, paint: Paint): (text: string) => string {
  if (header) return paint.bold
  if (line.startsWith('@@ ')) return paint.cyan
  if (line.startsWith('+')) return paint.green
  if (line.startsWith('-')) return paint.red
  return (text) => text
}
