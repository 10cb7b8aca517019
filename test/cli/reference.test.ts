import { expect, test } from 'vitest'
import { findReferences } from '../../src/cli/grading/reference.ts'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import { sampleCourse, writeFiles } from '../course/sample.ts'

const oracle = (name: string): string => `format: 1\ntitle: ${name}\npackage: ${name}\nrun: [/no/such/${name}]\n`

test('what can not run is told in one sentence, of the learner’s language alone', async () => {
  using folder = sampleCourse()
  const missing = async (): Promise<string | undefined> => {
    const course = await loadCourse(folder.path, { cacheDir: false })
    const lab = await loadLab(course, 'linux/init', { cacheDir: false })
    const { found, missing } = await findReferences({ course, lab }, 'python')
    expect(found).toEqual([])
    return missing
  }
  expect(await missing()).toBe('the solution in Python is not part of this installation')
  writeFiles(folder.path, { 'labs/linux/init/oracles/one.yaml': oracle('one') })
  expect(await missing()).toBe('the solution in Python is not part of this installation, and one is not installed')
  writeFiles(folder.path, { 'labs/linux/init/oracles/two.yaml': oracle('two') })
  expect(await missing()).toBe(
    'the solution in Python is not part of this installation, and none of one and two is installed',
  )
  // There was never one in Python, so that it is no answer.
  writeFiles(folder.path, { 'labs/linux/init/solutions/go/component.yaml': 'run: [./init]\n' })
  expect(await missing()).toMatch(
    /^the solution in Go needs (?:go|linker), which is not installed, and none of one and two is installed$/,
  )
})
