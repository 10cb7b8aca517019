/** The checkers of a course that is not the package's own are bundled when they are needed, with a manifest. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { modulesDigest, readManifest } from '../../src/author/manifest.ts'
import { checkersOf } from '../../src/cli/grading/checkers.ts'
import { tempFolder, writeFiles } from '../course/sample.ts'

const CHECKERS = {
  'checkers/linux/echo/index.ts': `import { read } from './read.ts'
import type { Nothing } from './types.ts'
export default { requires: [], programs: {}, checks: { ...read } as Nothing }
`,
  'checkers/linux/echo/read.ts': `export const read = {
  'read/line': { act: async () => {}, alone: true, limit: 20, varies: [/\\d+ ms/] },
  'read/end': { act: async () => {}, alone: false, limit: 30, varies: [] },
}
`,
  'checkers/linux/echo/types.ts': 'export type Nothing = Record<string, never>\n',
}

afterEach(() => {
  vi.unstubAllEnvs()
})

it('the manifest of a course elsewhere', async () => {
  using course = tempFolder()
  using cache = tempFolder()
  using other = tempFolder()
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
  writeFiles(course.path, CHECKERS)
  const bundle = await checkersOf('linux/echo', course.path, other.path)
  const manifest = readManifest(bundle)
  expect(manifest).toEqual({
    requires: [],
    checks: {
      'read/line': { alone: true, limit: 20, varies: ['\\d+ ms'] },
      'read/end': { alone: false, limit: 30, varies: [] },
    },
    modules: ['checkers/linux/echo/index.ts', 'checkers/linux/echo/read.ts'],
  })
  expect(Object.keys(manifest.checks)).toEqual(['read/line', 'read/end'])

  const before = modulesDigest(manifest, course.path)
  writeFiles(course.path, {
    'checkers/linux/echo/read.ts': CHECKERS['checkers/linux/echo/read.ts'].replace('20', '21'),
  })
  const changed = await checkersOf('linux/echo', course.path, other.path)
  expect(changed).not.toBe(bundle)
  expect(readManifest(changed).checks['read/line']?.limit).toBe(21)
  expect(modulesDigest(manifest, course.path)).not.toBe(before)

  // A bundle of an older lab has no manifest yet.
  rmSync(changed.replace(/\.cjs$/, '.json'))
  expect(readManifest(await checkersOf('linux/echo', course.path, other.path)).checks['read/line']?.limit).toBe(21)
  expect(readdirSync(join(cache.path, 'drydock', 'checkers')).sort()).toHaveLength(4)
})

const BORROWS = {
  'checkers/linux/echo/index.ts': `import { act } from '../../kit/index.ts'
export default { requires: [], programs: {}, checks: { 'read/line': { act, alone: false, limit: 20, varies: [] } } }
`,
}
const KIT = {
  'checkers/kit/index.ts': "export * from './act.ts'\n",
  'checkers/kit/act.ts': 'export const act = () => 1\n',
}

it('a course without a kit is lent that of the program, and notices when it changes', async () => {
  using course = tempFolder()
  using cache = tempFolder()
  using program = tempFolder()
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
  writeFiles(course.path, BORROWS)
  await expect(checkersOf('linux/echo', course.path, program.path)).rejects.toMatchObject({
    text: { remedy: expect.stringContaining('clone') as string },
  })
  writeFiles(program.path, KIT)
  const manifest = readManifest(await checkersOf('linux/echo', course.path, program.path))
  expect(manifest).toMatchObject({ modules: ['checkers/linux/echo/index.ts'], lent: expect.any(String) as string })
  const before = modulesDigest(manifest, course.path)
  writeFiles(program.path, { 'checkers/kit/act.ts': 'export const act = () => 2\n' })
  const changed = readManifest(await checkersOf('linux/echo', course.path, program.path))
  expect(modulesDigest(changed, course.path)).not.toBe(before)

  // Its own kit goes first.
  writeFiles(course.path, { ...KIT, 'checkers/kit/act.ts': 'export const act = () => 3\n' })
  expect(readManifest(await checkersOf('linux/echo', course.path, program.path)).lent).toBeUndefined()
})
