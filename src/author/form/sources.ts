/**
 * Every source says where to look. A source is one or more citations, with `;` between them. A citation is
 * - an issue, a pull request or a commit by its number: `bubblewrap pull request 735`, `golang/go#37217`;
 * - a manual page with a place in it: `wait(2), "NOTES"`, `kill(2), the paragraph on a pid less than -1`;
 * - another work with a place in it: a file, a section's title in quotes, a number, a function or another name in the code.
 */
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'
import { sectionsOf, type Page } from './markdown.ts'

const MANUAL_PAGE = /^`?[\w.+-]+\([1-9][a-z]*\)`?(?:(?:,| and) `?[\w.+-]+\([1-9][a-z]*\)`?)*/
const NUMBERED = /\b(?:issues?|pull requests?|bug) #?\d+\b|\bcommit [0-9a-f]{7,40}\b|[\w.-]+\/[\w.-]+#\d+\b/
const NUMBERED_ADDRESS = /\/(?:issues|pull|commit|merge_requests)\/[0-9a-f]+/

/** A file with its folder says itself in which work it is. */
const FILE = /\b[\w.-]+\/[\w./-]*\.[a-z]{1,5}\b/i

/** What is a place in a work: quoted, code, a file, a clause, a name as programs have them, or said in words. */
const PLACES = [
  /"[^"]+"/,
  /`[^`]+`/,
  /\b[\w-]+\.[a-z]{1,5}\b|\b[\w.-]+\/[\w./-]+/i,
  /(?:§ ?|\b)\d+(?:\.\d+)+\b/,
  /\b(?:section|clause|chapter|page|paragraph|table|figure|appendix|comment|field|macro|option|message|function|method|type)s?\b/i,
  /\b[A-Z][A-Z_]{2,}\b/,
  /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|\b[a-z]+[A-Z]\w*\b|\b[A-Z]\w*\.[A-Z]\w*\b/,
]

/** What a source lacks, for a person; undefined when it says where to look. */
export function sourceFault(source: string): { what: string; remedy: string } | undefined {
  for (const citation of citations(source)) {
    const wrong = citationFault(citation)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function citationFault(citation: string): { what: string; remedy: string } | undefined {
  if (NUMBERED.test(citation) || NUMBERED_ADDRESS.test(citation)) return undefined
  const manual = MANUAL_PAGE.exec(citation)?.[0]
  const rest = manual === undefined ? citation.slice(workLength(citation)) : citation.slice(manual.length)
  const place = /^\s*,\s*(\S.*)$/s.exec(rest)?.[1] ?? ''
  if (manual !== undefined) {
    if (/[\p{L}\p{N}]{2}/u.test(place)) return undefined
    return {
      what: `${manual} names no place in it.`,
      remedy: `Say where: ${manual}, "SECTION TITLE"; or ${manual}, the paragraph on …`,
    }
  }
  if (FILE.test(citation) || PLACES.some((pattern) => pattern.test(place))) return undefined
  return {
    what: `"${citation}" names no place in it.`,
    remedy: "Say where: a section's title in quotes, a file, a function, an issue's number or a clause, after a comma.",
  }
}

/** The work ends at its first comma; one in quotes or parentheses is part of a title. */
function workLength(citation: string): number {
  return splitOutside(citation, ',')[0]?.length ?? citation.length
}

function citations(source: string): string[] {
  return splitOutside(source, ';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Splits at a separator that is not in quotes, code or parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts = ['']
  let closing: string | undefined
  for (const character of text) {
    if (closing !== undefined) {
      if (character === closing) closing = undefined
    } else if (character === separator) {
      parts.push('')
      continue
    } else {
      closing = { '"': '"', '`': '`', '(': ')' }[character]
    }
    parts[parts.length - 1] = (parts.at(-1) ?? '') + character
  }
  return parts
}

/** The entries of a lesson's section Sources: `work, place: what it says. <address>`. */
export function lessonSourceDefects(page: Page, fault: Fault): Defect[] {
  const section = sectionsOf(page, 2).find(({ heading }) => heading.text === 'Sources')
  if (section === undefined) return [] // the frame says so
  const entries = entriesOf(section.body, section.heading.line + 1)
  if (entries.length === 0) {
    const { line } = section.heading
    return [
      fault({
        file: page.path,
        line,
        what: 'The section Sources lists nothing.',
        remedy: 'Add a list: - work, place: what it says.',
      }),
    ]
  }
  return entries.flatMap(({ text, line }) => {
    if (NUMBERED_ADDRESS.test(text)) return []
    const [head = ''] = splitOutside(text.replace(/<https?:[^>]*>/g, ''), ':')
    const wrong = sourceFault(head.trim().replace(/\.$/, ''))
    return wrong === undefined ? [] : [fault({ file: page.path, line, ...wrong })]
  })
}

function entriesOf(body: string, first: number): { text: string; line: number }[] {
  const entries: { text: string; line: number }[] = []
  for (const [i, line] of body.split('\n').entries()) {
    const item = /^[-*] (.*)$/.exec(line)?.[1]
    const last = entries.at(-1)
    if (item !== undefined) entries.push({ text: item, line: first + i })
    else if (last !== undefined && /^ +\S/.test(line)) last.text += ` ${line.trim()}`
  }
  return entries
}
