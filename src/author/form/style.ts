/** Words of style: prose is calm. No emoji, no exclamation marks outside of code and of what is quoted. */
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'
import { lineAt, type Page, type Prose } from './markdown.ts'

/** Pictures, not signs: `✓`, `→` and `©` are text as long as nobody asks for their picture (U+FE0F). */
const EMOJI = /\p{Emoji_Presentation}|\u{fe0f}|[\u{1f000}-\u{1faff}]|[✔✖✘❤☺☹⚠☠]/u
const QUOTED = /"[^"\n]*"|“[^”\n]*”/g

export function styleDefects(page: Pick<Page, 'path' | 'prose' | 'code'>, fault: Fault): Defect[] {
  return page.prose.flatMap((prose) => proseDefects(page.path, prose, fault))
}

export function proseDefects(file: string, { text, line, quoted }: Prose, fault: Fault): Defect[] {
  const defects: Defect[] = []
  const lineOf = (offset: number): number => line + lineAt(text, offset) - 1
  const emoji = EMOJI.exec(text)
  if (emoji) {
    defects.push(
      fault({
        file,
        line: lineOf(emoji.index),
        what: `There is an emoji in the text: ${excerpt(text, emoji.index)}`,
        why: 'Texts are read in terminals too, where pictures have no certain width.',
        remedy: 'Take it out, or say it in words.',
      }),
    )
  }
  // What is quoted keeps its length, so that the place stays right.
  const own = text.replace(QUOTED, (said) => '"'.padEnd(said.length, '.'))
  const mark = quoted ? -1 : own.indexOf('!')
  if (mark !== -1) {
    defects.push(
      fault({
        file,
        line: lineOf(mark),
        what: `There is an exclamation mark in the text: ${excerpt(text, mark)}`,
        why: 'Texts are calm here. Code and quoted output may have them.',
        remedy: 'End the sentence with a full stop; put code into `backticks` and output into "quotes".',
      }),
    )
  }
  return defects
}

/** Some words around a place. */
export function excerpt(text: string, at: number): string {
  const start = text.lastIndexOf(' ', Math.max(0, at - 25)) + 1
  const end = text.indexOf(' ', at + 15)
  return `"${text
    .slice(start, end === -1 ? undefined : end)
    .replace(/\s+/g, ' ')
    .trim()}"`
}
