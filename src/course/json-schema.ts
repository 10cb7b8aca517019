/** JSON Schemas for editors, generated from the schemas that validate. For scripts and tests: it needs a dev dependency. */
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { CourseFile, LabFile, OracleFile, TrackFile } from './schema.ts'

/** Those that a program writes. */
const DATA = new Set(['grade', 'class'])

/** Name (`lab` for lab.yaml) → JSON Schema of what a person writes; `others` adds schemas that are not the course's. */
export function jsonSchemas(others: Record<string, GenericSchema> = {}): Record<string, object> {
  const own = { course: CourseFile, lab: LabFile, oracle: OracleFile, track: TrackFile }
  const schemas: Record<string, GenericSchema> = { ...own, ...others }
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      // Checks and trims have no words in JSON Schema; editors do without them.
      const json = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore', target: 'draft-07' })
      return [name, { ...json, title: `${name}.${DATA.has(name) ? 'json' : 'yaml'}` }]
    }),
  )
}
