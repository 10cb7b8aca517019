/** What mirror writes: one JSON object a line. Pure. */
import { createHash } from 'node:crypto'

export type Line =
  | { at: number; op: 'put'; key: string; value: string; rev: number }
  | { at: number; op: 'del'; key: string; rev: number }
  | { at: number; op: 'sync'; rev: number }
  | { at: number; op: 'none'; text: string; why: string }

/** characters of a value that are kept as they are */
const SHORT = 200

/** A value as it is compared and shown: of a long one, its length and a digest, since checks write hundreds of MiB. */
export function mark(value: string): string {
  if (value.length <= SHORT) return value
  return `${value.length} characters (sha256 ${createHash('sha256').update(value).digest('hex').slice(0, 8)})`
}

/** `at` is ms of the timeline. Fields beyond the contract's are nobody's business. */
export function parseLine(text: string, at: number): Line {
  const none = (why: string): Line => ({
    at,
    op: 'none',
    text: text.length > SHORT ? `${text.slice(0, SHORT)} …` : text,
    why,
  })
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error))
  }
  if (typeof found !== 'object' || found === null) return none('it is no object')
  const { op, key, value, rev } = found as Record<string, unknown>
  if (typeof rev !== 'number' || !Number.isSafeInteger(rev)) return none('its rev is no integer')
  if (op === 'sync') return { at, op, rev }
  if (op !== 'put' && op !== 'del') return none('its op is none of put, del and sync')
  if (typeof key !== 'string') return none('its key is no string')
  if (op === 'del') return { at, op, key, rev }
  return typeof value === 'string' ? { at, op, key, value: mark(value), rev } : none('its value is no string')
}
