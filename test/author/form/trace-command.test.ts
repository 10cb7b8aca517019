/** `lab author trace` as a person runs it. */
import { beforeAll, afterEach, beforeEach, expect, it } from 'vitest'
import { build, run } from '../../cli/built.ts'
import { LAB, LAB_YAML, planted, type Planted } from './planted.ts'

let course: Planted
beforeAll(build)
beforeEach(async () => {
  course = await planted()
})
afterEach(() => {
  course[Symbol.dispose]()
})

it('prints the table, and as JSON', async () => {
  const table = await run(['author', 'trace', LAB, '--course', course.root])
  expect(table).toMatchObject({ exitCode: 0, stderr: '' })
  expect(table.stdout).toContain('R2   At end-of-file echo MUST exit.\n    read/end   reference-calibrated')
  const json = await run(['author', 'trace', LAB, '--course', course.root, '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ lab: LAB, rows: [{ requirement: { id: 'R1' } }, {}], defects: [] })
})

it('says what does not fit together, and exits 1', async () => {
  course.edit(LAB_YAML, 'requirement: R2', 'requirement: R7')
  const { exitCode, stdout } = await run(['author', 'trace', LAB, '--course', course.root])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('No check verifies R2.')
  expect(stdout).toMatch(
    /The check read\/end cites R7, which the lesson does not have\.\n {4}labs\/linux\/echo\/lab\.yaml:\d+\n/,
  )
})
