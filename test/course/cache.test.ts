import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { beforeEach, describe, expect, test } from 'vitest'
import { cached } from '../../src/course/cache.ts'
import { loadCourse, loadLab } from '../../src/course/course.ts'
import { COURSE, sampleCourse, tempFolder, type TempFolder } from './sample.ts'

let parses = 0
beforeEach(() => {
  parses = 0
})

/** Reads `f` through the cache at `c`; how often it was parsed is counted. */
function read({ path }: TempFolder, cache = 'c'): Promise<string> {
  return cached(join(path, 'f'), join(path, cache), () => {
    parses++
    return Promise.resolve(readFileSync(join(path, 'f'), 'utf8'))
  })
}

function write({ path }: TempFolder, text: string, ageSeconds = 60): void {
  writeFileSync(join(path, 'f'), text)
  const at = new Date(Date.now() - ageSeconds * 1000)
  utimesSync(join(path, 'f'), at, at)
}

describe('cached', () => {
  test('parses once, and again when time or size changed', async () => {
    using folder = tempFolder()
    write(folder, 'one')
    expect([await read(folder), await read(folder), parses]).toEqual(['one', 'one', 1])
    write(folder, 'two', 50)
    expect([await read(folder), await read(folder), parses]).toEqual(['two', 'two', 2])
    const { atime, mtime } = statSync(join(folder.path, 'f'))
    writeFileSync(join(folder.path, 'f'), 'three')
    utimesSync(join(folder.path, 'f'), atime, mtime)
    expect([await read(folder), parses]).toEqual(['three', 3])
  })

  test('does not record a file that has just been modified', async () => {
    using folder = tempFolder()
    write(folder, 'one', 0)
    expect([await read(folder), await read(folder), parses]).toEqual(['one', 'one', 2])
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  test.each(['', 'x', '{}', 'null', '[]', '"text"', '{"value":1}', '{"value":1,"shape":"other"}'])(
    'ignores a damaged entry: %s',
    async (entry) => {
      using folder = tempFolder()
      write(folder, 'one')
      writeFileSync(join(folder.path, 'c'), entry)
      expect([await read(folder), await read(folder), parses]).toEqual(['one', 'one', 1])
    },
  )

  test('does not mind a place that cannot be written', async () => {
    using folder = tempFolder()
    write(folder, 'one')
    expect(await read(folder, 'f/below-a-file')).toBe('one')
    mkdirSync(join(folder.path, 'c'))
    expect(await read(folder)).toBe('one')
    expect(readdirSync(folder.path).sort()).toEqual(['c', 'f'])
    chmodSync(folder.path, 0o500)
    expect(await read(folder, 'd')).toBe('one')
    chmodSync(folder.path, 0o700)
  })

  test('does not record another file of the same size and time', async () => {
    using folder = tempFolder()
    write(folder, 'one')
    await read(folder)
    const other = await cached(join(folder.path, 'g'), join(folder.path, 'c'), () => Promise.resolve('parsed'))
    expect(other).toBe('parsed')
  })
})

describe('a course with a build', () => {
  test('is read without the YAML parser and the schema library the second time', async () => {
    using folder = sampleCourse()
    mkdirSync(join(folder.path, 'dist'))
    age(folder.path)
    const program = join(folder.path, 'read.mjs')
    buildSync({
      stdin: {
        contents: `import { loadCourse, loadLab } from ${JSON.stringify(new URL('../../src/course/course.ts', import.meta.url).pathname)}
          const lab = await loadLab(await loadCourse(process.argv[2]), 'init')
          process.stdout.write(lab.points + ' ' + (globalThis.parserLoaded === true))`,
        resolveDir: folder.path,
      },
      bundle: true,
      splitting: true,
      outdir: join(folder.path, 'out'),
      platform: 'node',
      format: 'esm',
      entryNames: 'read',
      outExtension: { '.js': '.mjs' },
      nodePaths: [new URL('../../node_modules', import.meta.url).pathname],
      footer: { js: 'if (import.meta.url.includes("yaml")) globalThis.parserLoaded = true' },
      banner: { js: 'import { createRequire as _cr } from "node:module"; const require = _cr(import.meta.url);' },
    })
    expect(existsSync(program)).toBe(false)
    const run = () =>
      execFileSync(process.execPath, [join(folder.path, 'out/read.mjs'), folder.path], { encoding: 'utf8' })
    expect(run()).toBe('6 true')
    expect(readdirSync(join(folder.path, 'dist/course-cache')).sort()).toEqual(['course.json', 'lab+linux+init.json'])
    expect(run()).toBe('6 false')
  })

  test('notices an edit, and what changed around a file that did not', async () => {
    using folder = sampleCourse()
    mkdirSync(join(folder.path, 'dist'))
    age(folder.path)
    const before = await loadLab(await loadCourse(folder.path), 'init')
    expect(await loadLab(await loadCourse(folder.path), 'init')).toEqual(before)
    writeFileSync(join(folder.path, 'labs/course.yaml'), COURSE.replace('Build an', 'Make an'))
    expect((await loadCourse(folder.path)).title).toBe('Make an orchestrator')
    execFileSync('rm', [join(folder.path, 'labs/tracks/python/template/main.py')])
    await expect(loadLab(await loadCourse(folder.path), 'init')).rejects.toMatchObject({ name: 'Problem' })
  })

  test('without a build nothing is written', async () => {
    using folder = sampleCourse()
    age(folder.path)
    await loadCourse(folder.path)
    expect(readdirSync(folder.path)).toEqual(['labs'])
  })
})

/** Makes the course's files a minute old. */
function age(root: string): void {
  const at = new Date(Date.now() - 60_000)
  for (const file of ['labs/course.yaml', 'labs/linux/init/lab.yaml']) utimesSync(join(root, file), at, at)
}
