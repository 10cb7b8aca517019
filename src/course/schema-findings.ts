/** Says in a person's words what a schema has against a value. */
import { safeParse, type BaseIssue, type GenericSchema } from 'valibot'
import { nearest } from './nearest.ts'

/** Something wrong with a value: where in it, and what. */
export interface Finding {
  path: readonly (string | number)[]
  /** a sentence */
  message: string
  /** what the place in the file is that of: the value at `path` (default), or its key */
  on?: 'value' | 'key'
  remedy?: string
}

type Issue = BaseIssue<unknown>

export function schemaFindings(schema: GenericSchema, issues: readonly Issue[]): Finding[] {
  return issues.flatMap((issue) => findingsOf(schema, issue, []))
}

function findingsOf(schema: GenericSchema, issue: Issue, base: readonly (string | number)[]): Finding[] {
  const path = [...base, ...pathOf(issue)]
  if (issue.type === 'union') {
    const [meant, another] = schemaAt(schema, path).filter((s) => wantsShapeOf(s as Described, issue.input))
    const inside = meant && !another ? safeParse(meant, issue.input).issues : undefined
    if (inside?.some((i) => i.path !== undefined || i.kind === 'validation'))
      return inside.flatMap((i) => findingsOf(schema, i, path))
  }
  const key = issue.path?.at(-1)
  if (key !== undefined && issue.kind === 'schema' && issue.message.startsWith('Invalid key')) {
    return [issue.expected === 'never' ? unknownKey(schema, path) : missingKey(path)]
  }
  return [{ path, message: `${nameOf(path)} ${demand(issue)}.` }]
}

/** Whether a list, a map or something plain is what one of several alternatives is about. */
function wantsShapeOf({ item, entries, value }: Described, input: unknown): boolean {
  if (Array.isArray(input)) return item !== undefined
  const map = entries !== undefined || value !== undefined
  return typeof input === 'object' && input !== null ? map : !map && item === undefined
}

function unknownKey(schema: GenericSchema, path: readonly (string | number)[]): Finding {
  const key = String(path.at(-1))
  const known = knownKeys(schemaAt(schema, path.slice(0, -1)))
  const meant = nearest(key, known)
  return {
    path,
    on: 'key',
    message: meant
      ? `Unknown key ${key}: did you mean ${meant}?`
      : `Unknown key ${key}: known are ${known.join(', ')}.`,
    remedy: meant ? `Rename the key ${key} to ${meant}, or remove it.` : `Remove the key ${key}.`,
  }
}

function missingKey(path: readonly (string | number)[]): Finding {
  const key = String(path.at(-1))
  const holder = path.length > 1 ? nameOf(path.slice(0, -1)) : 'The file'
  return { path: path.slice(0, -1), message: `${holder} lacks the key ${key}.`, remedy: `Add the key ${key} there.` }
}

function demand(issue: Issue): string {
  const own = !issue.message.startsWith('Invalid ')
  if (issue.kind === 'schema') {
    return own ? issue.message : `must be ${expected(issue)}, not ${kindOf(issue.input)}`
  }
  if (own)
    return `${issue.message}${typeof issue.input === 'string' && issue.input !== '' ? `, not ${quote(issue.input)}` : ''}`
  const requirement = 'requirement' in issue ? issue.requirement : undefined
  switch (issue.type) {
    case 'integer':
      return `must be a whole number, not ${String(issue.input)}`
    case 'min_value':
      return `must be at least ${String(requirement)}, not ${String(issue.input)}`
    case 'min_length':
    case 'non_empty':
      return 'must not be empty'
    default:
      return `is not right: ${issue.message}`
  }
}

function expected({ expected }: Issue): string {
  const words: Record<string, string> = {
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
    Array: 'a list',
    Object: 'a map',
  }
  return (expected ?? 'something else')
    .replace(/^\((.*)\)$/, '$1')
    .split(' | ')
    .map((word) => words[word] ?? word)
    .join(' or ')
}

function kindOf(input: unknown): string {
  if (input === null || input === undefined) return 'empty'
  if (typeof input === 'string') return quote(input)
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : 'a map'
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text)
}

/** As in `steps[0].checks[1].points`. */
function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'The file'
  return path.map((part, i) => (typeof part === 'number' ? `[${String(part)}]` : `${i > 0 ? '.' : ''}${part}`)).join('')
}

function pathOf(issue: Issue): (string | number)[] {
  return (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : []))
}

/** Lists where the schema wants maps, which valibot does not refuse: to it a list is an object. */
export function listsForMaps(
  schema: GenericSchema,
  value: unknown,
  path: readonly (string | number)[] = [],
): Finding[] {
  const here = alternatives(schema) as Described[]
  if (Array.isArray(value)) {
    const item = here.find((s) => s.item)?.item
    if (item) return value.flatMap((inner, i) => listsForMaps(item, inner, [...path, i]))
    return here.some((s) => s.entries ?? s.value)
      ? [{ path, message: `${nameOf(path)} must be a map, not a list.` }]
      : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = here
      .map(({ entries, value }) => (entries && Object.hasOwn(entries, key) ? entries[key] : value))
      .find(Boolean)
    return known ? listsForMaps(known, inner, [...path, key]) : []
  })
}

/** A schema as its own description: only the parts that tell which keys an object knows. */
interface Described {
  entries?: Record<string, GenericSchema>
  item?: GenericSchema
  value?: GenericSchema
  wrapped?: GenericSchema
  options?: GenericSchema[]
}

function schemaAt(schema: GenericSchema, path: readonly (string | number)[]): GenericSchema[] {
  let here = alternatives(schema)
  for (const part of path) {
    here = here.flatMap((s) => {
      const { entries, item, value } = s as Described
      const inner = typeof part === 'number' ? item : (entries?.[part] ?? value)
      return inner ? alternatives(inner) : []
    })
  }
  return here
}

function alternatives(schema: GenericSchema): GenericSchema[] {
  const { wrapped, options } = schema as Described
  if (wrapped) return alternatives(wrapped)
  return Array.isArray(options) && options.every((o) => typeof o === 'object')
    ? options.flatMap(alternatives)
    : [schema]
}

function knownKeys(schemas: readonly GenericSchema[]): string[] {
  return schemas.flatMap((s) => Object.keys((s as Described).entries ?? {}))
}
