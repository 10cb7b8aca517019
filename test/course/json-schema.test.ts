import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SHAPE } from '../../src/course/cache.ts'
import { jsonSchemas } from '../../src/course/json-schema.ts'
import { ClassReport } from '../../src/report/grade/class.ts'
import { GradeReport } from '../../src/report/grade/report.ts'
import { ComponentFile, WorkspaceFile } from '../../src/workspace/schema.ts'

const schemas = jsonSchemas({
  workspace: WorkspaceFile,
  component: ComponentFile,
  grade: GradeReport,
  class: ClassReport,
})

test.each(Object.entries(schemas))(
  'docs/schemas/%s.json is up to date (else run scripts/schemas.ts)',
  (name, schema) => {
    const written: unknown = JSON.parse(
      readFileSync(new URL(`../../docs/schemas/${name}.json`, import.meta.url), 'utf8'),
    )
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)))
  },
)

test('SHAPE in src/course/cache.ts is the digest of the schemas: write it there when they change', () => {
  const { course, lab, track, workspace } = schemas
  const digest = createHash('sha256').update(JSON.stringify({ course, lab, track, workspace })).digest('hex')
  expect(SHAPE).toBe(digest.slice(0, 12))
})
