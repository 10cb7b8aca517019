/**
 * Writes docs/schemas/*.json. From the repository's folder:
 *   npx esbuild scripts/schemas.ts --bundle --platform=node --format=esm --packages=external | node --input-type=module -
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { jsonSchemas } from '../src/course/json-schema.ts'
import { ClassReport } from '../src/report/grade/class.ts'
import { GradeReport } from '../src/report/grade/report.ts'
import { ComponentFile, WorkspaceFile } from '../src/workspace/schema.ts'

const folder = join('docs', 'schemas')
mkdirSync(folder, { recursive: true })
for (const [name, schema] of Object.entries(
  jsonSchemas({ workspace: WorkspaceFile, component: ComponentFile, grade: GradeReport, class: ClassReport }),
)) {
  const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 })
  writeFileSync(join(folder, `${name}.json`), text)
}
