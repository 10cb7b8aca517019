/** What `lab author new` makes, and what it refuses. That it can be proved is test/e2e/author.test.ts. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { newLab } from '../../../src/author/new/new-lab.ts'
import { tempFolder, writeFiles } from '../../course/sample.ts'

const program = resolve(import.meta.dirname, '../../..')
const COURSE = `# a comment
format: 1
title: A course
version: 0.1.0
stages:
  - id: linux
    title: Linux
    labs:
      - { id: linux/my-tool, title: 'My tool: an example' } # planned
renames:
  linux/old: linux/my-tool
`

it('a planned lab keeps its title, and course.yaml is as it was; its name is everywhere', async () => {
  using folder = tempFolder()
  writeFiles(folder.path, { 'labs/course.yaml': COURSE })
  const made = await newLab({ id: 'linux/my-tool', course: folder.path, program })
  expect(made).toMatchObject({ title: 'My tool: an example', course: 'as it was' })
  expect(readFileSync(join(folder.path, 'labs/course.yaml'), 'utf8')).toBe(COURSE)
  const read = (file: string): string => readFileSync(join(folder.path, 'labs/linux/my-tool', file), 'utf8')
  expect(read('lab.yaml')).toMatch(/^title: 'My tool: an example'$/m)
  expect(read('README.md')).toContain('"$MY_TOOL" Ada')
  expect(read('solutions/go/go.mod')).toContain('module my-tool\n')
  for (const file of made.files)
    expect(readFileSync(join(folder.path, file), 'utf8'), file).not.toMatch(/greet\b|GREET/)
  expect(readdirSync(join(folder.path, 'labs'))).not.toContainEqual(expect.stringContaining('.new'))
})

it.each([
  ['linux', 2],
  ['Linux/X', 2],
  ['linux/a/b', 2],
  ['../x', 2],
  ['tracks/go', 2],
  ['kit/x', 2],
  ['linux/old', 2],
  ['linux/there', 2],
  ['linux/half', 2],
])('%s is refused, and nothing is changed', async (id, exitCode) => {
  using folder = tempFolder()
  writeFiles(folder.path, {
    'labs/course.yaml': COURSE,
    'labs/linux/there/lab.yaml': 'x',
    'checkers/linux/half/index.ts': 'x',
  })
  const before = readdirSync(folder.path, { recursive: true })
  await expect(newLab({ id, course: folder.path, program })).rejects.toMatchObject({ exitCode })
  expect(readdirSync(folder.path, { recursive: true })).toEqual(before)
})

it('a folder that is neither empty nor a course, and a program without the scaffold', async () => {
  using folder = tempFolder()
  writeFiles(folder.path, { 'x.txt': '' })
  await expect(newLab({ id: 'a/b', course: folder.path, program })).rejects.toMatchObject({ exitCode: 3 })
  mkdirSync(join(folder.path, 'package'))
  const installed = { id: 'a/b', course: join(folder.path, 'c'), program: join(folder.path, 'package') }
  await expect(newLab(installed)).rejects.toMatchObject({
    text: { remedy: expect.stringContaining('Clone') as string },
  })
  expect(existsSync(join(folder.path, 'c'))).toBe(false)
})
