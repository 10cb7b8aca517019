/** Drydock's own course and pages have no defect of form. */
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { formOf } from '../../../src/author/form/form.ts'
import { labPageDefects } from '../../../src/author/lab-page.ts'
import { traceDefects } from '../../../src/author/trace-defects.ts'

const root = resolve(import.meta.dirname, '../../..')

it('the own course and pages have no defect of form', async () => {
  const { defects, drafts, diagrams } = await formOf(root, {
    program: root,
    checkersOf: async (lab) => join(root, 'dist', 'checkers', `${lab}.cjs`),
  })
  expect(defects).toEqual([])
  expect(await diagrams).toEqual([])
  expect(drafts.flatMap(traceDefects)).toEqual([])
  expect(drafts.flatMap(labPageDefects)).toEqual([])
  expect(drafts.map(({ id }) => id)).toContain('linux/init')
})
