/**
 * Our part of the workspace's AGENTS.md, which coding assistants read. It lies between two marker lines; the first has a
 * digest of what is between them, so that what a person changed there is recognised and left alone. Pure functions.
 */
import { createHash } from 'node:crypto'

/** Raised when the markers change, not when the text does. */
const VERSION = 1
const BEGIN = /^<!-- drydock mentor (\d+) ([0-9a-f]{12}): .*-->$/
const END = '<!-- drydock mentor end -->'
/** Anything that looks like one of ours. */
const MARKER = /^<!-- drydock mentor\b/

/** What is wrong with the markers, or `changed`: somebody edited what is between them. */
export type Trouble = 'broken' | 'newer' | 'changed'

export type Located = { state: 'absent' } | { state: 'present'; before: string; after: string } | { state: Trouble }

/** Finds our part in the text of an AGENTS.md. */
export function locate(file: string): Located {
  const lines = file.split('\n')
  const markers = lines.flatMap((line, i) => (MARKER.test(line.trimEnd()) ? [i] : []))
  const [begin, end] = markers
  if (begin === undefined) return { state: 'absent' }
  const head = BEGIN.exec(lines[begin]?.trimEnd() ?? '')
  if (head && Number(head[1]) > VERSION) return { state: 'newer' }
  if (!head || end === undefined || markers.length !== 2 || lines[end]?.trimEnd() !== END) return { state: 'broken' }
  if (digest(lines.slice(begin + 1, end).join('\n')) !== head[2]) return { state: 'changed' }
  return { state: 'present', before: lines.slice(0, begin).join('\n'), after: lines.slice(end + 1).join('\n') }
}

/** The file with our part: in its place when it has one, else behind everything. Only for `absent` and `present`. */
export function withPart(file: string, located: Located, text: string): string {
  const body = text.trimEnd()
  const part = [
    `<!-- drydock mentor ${String(VERSION)} ${digest(body)}: written by lab mentor; lab mentor --remove takes it away -->`,
    body,
    END,
  ].join('\n')
  if (located.state === 'present') {
    const before = located.before === '' ? '' : `${located.before}\n`
    return `${before}${part}\n${located.after}`
  }
  const above = file === '' ? '' : `${file}${file.endsWith('\n') ? '' : '\n'}\n`
  return `${above}${part}\n`
}

/** The file without our part; empty when it held nothing else. */
export function withoutPart({ before, after }: { before: string; after: string }): string {
  const rest = [before.replace(/\n+$/, ''), after.replace(/^\n+/, '')].filter((part) => part.trim() !== '')
  const text = rest.join('\n\n')
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

/** Line ends do not count: editors and git change them. */
function digest(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r', '').trimEnd()).digest('hex').slice(0, 12)
}
