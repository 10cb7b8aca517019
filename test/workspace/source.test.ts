import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packSource } from '../../src/workspace/source.ts'
import { caught } from '../course/caught.ts'
import { tempFolder, writeFiles } from '../course/sample.ts'

async function pathsOf(dir: string): Promise<string[]> {
  return (await packSource(dir)).files.map((file) => file.path)
}

describe('packSource', () => {
  test('packs every file, sorted, with mode and content', async () => {
    using folder = tempFolder()
    writeFiles(folder.path, { 'main.go': 'package main\n', 'a/b.txt': 'é', 'a-b': '', run: '#!/bin/sh\n' })
    for (const name of ['main.go', 'a/b.txt', 'a-b']) chmodSync(join(folder.path, name), 0o640)
    chmodSync(join(folder.path, 'run'), 0o755)
    const { files, digest } = await packSource(folder.path)
    expect(files).toEqual([
      { path: 'a-b', mode: 0o640, data: '' },
      { path: 'a/b.txt', mode: 0o640, data: Buffer.from('é').toString('base64') },
      { path: 'main.go', mode: 0o640, data: Buffer.from('package main\n').toString('base64') },
      { path: 'run', mode: 0o755, data: Buffer.from('#!/bin/sh\n').toString('base64') },
    ])
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('leaves out what is not source', async () => {
    using folder = tempFolder()
    writeFiles(folder.path, {
      'LESSON.md': '',
      'docs/LESSON.md': '',
      '.git/config': '',
      'sub/node_modules/x/index.js': '',
      '__pycache__/m.pyc': '',
      '.venv/bin/python': '',
      '.DS_Store': '',
      'target/debug/x': '',
      'Cargo.toml': '',
      'pkg/target/target.go': '',
      target2: '',
      '.env': '',
    })
    execFileSync('mkfifo', [join(folder.path, 'pipe')])
    symlinkSync('someone@host.1', join(folder.path, '.#main.go'))
    expect(await pathsOf(folder.path)).toEqual([
      '.env',
      'Cargo.toml',
      'docs/LESSON.md',
      'pkg/target/target.go',
      'target2',
    ])
  })

  test('the digest depends on path, mode and content, and on nothing else', async () => {
    const digest = async (name: string, mode: number, content: string) => {
      using folder = tempFolder()
      writeFileSync(join(folder.path, name), content)
      chmodSync(join(folder.path, name), mode)
      return (await packSource(folder.path)).digest
    }
    const base = await digest('a', 0o644, 'x')
    expect(await digest('a', 0o644, 'x')).toBe(base)
    expect(
      new Set([base, await digest('b', 0o644, 'x'), await digest('a', 0o755, 'x'), await digest('a', 0o644, 'y')]).size,
    ).toBe(4)
  })

  test('files cannot be joined or split without another digest', async () => {
    const tree = fc.dictionary(fc.stringMatching(/^[a-c]{1,3}$/), fc.string({ maxLength: 6 }), { maxKeys: 4 })
    const digest = async (files: Record<string, string>) => {
      using folder = tempFolder()
      writeFiles(folder.path, files)
      return (await packSource(folder.path)).digest
    }
    await fc.assert(
      fc.asyncProperty(tree, tree, async (a, b) => {
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
        expect((await digest(a)) === (await digest(b))).toBe(same)
      }),
      { numRuns: 60 },
    )
  })

  test('copies what links inside lead to', async () => {
    using folder = tempFolder()
    writeFiles(folder.path, { 'real/a.txt': 'a', 'main.go': 'm' })
    symlinkSync('main.go', join(folder.path, 'link.go'))
    symlinkSync('real', join(folder.path, 'folder'))
    const { files } = await packSource(folder.path)
    expect(files.map((f) => [f.path, Buffer.from(f.data, 'base64').toString()])).toEqual([
      ['folder/a.txt', 'a'],
      ['link.go', 'm'],
      ['main.go', 'm'],
      ['real/a.txt', 'a'],
    ])
  })

  test.each([
    ['outside', '/etc/hostname', /It leads outside the component, to \//],
    ['to nothing', 'nowhere', 'It leads to nowhere, which does not exist.'],
    ['to itself', 'bad', 'It leads to itself.'],
    ['to a folder above it', '..', 'It leads to a folder that it lies in.'],
  ])('refuses a link that leads %s', async (_, target, why) => {
    using folder = tempFolder()
    mkdirSync(join(folder.path, 'sub'))
    symlinkSync(target, join(folder.path, 'sub/bad'))
    const { text } = await caught(() => packSource(folder.path))
    expect(text).toMatchObject({ what: 'The symbolic link sub/bad cannot be part of a component.', where: 'sub/bad' })
    if (typeof why === 'string') expect(text.why).toBe(why)
    else expect(text.why).toMatch(why)
  })

  describe('hard links of what somebody handed in', () => {
    const handedIn = (dir: string) => packSource(dir, { submitted: true })

    test('a file with a name outside is refused, and on the disk of a learner it is not', async () => {
      using folder = tempFolder()
      using outside = tempFolder()
      writeFiles(folder.path, { 'main.go': 'm', 'sub/own': 'o' })
      writeFiles(outside.path, { secret: 'password' })
      linkSync(join(outside.path, 'secret'), join(folder.path, 'sub/notes'))
      linkSync(join(outside.path, 'secret'), join(folder.path, 'again'))
      const { ino, uid } = statSync(join(outside.path, 'secret'))
      const { text } = await caught(() => handedIn(folder.path))
      expect(text).toEqual({
        what: 'The file again is a hard link to a file outside the component.',
        where: join(folder.path, 'again'),
        why:
          `It has 3 names on this disk (inode ${ino}, of user ${uid}), and 2 of them in the component: ` +
          'it may be the file of somebody else.',
        remedy: 'Put a copy of the file in its place; unpack archives of others as a user who owns nothing.',
      })
      expect(await pathsOf(folder.path)).toEqual(['again', 'main.go', 'sub/notes', 'sub/own'])
      rmSync(join(outside.path, 'secret'))
      expect((await handedIn(folder.path)).files).toHaveLength(4)
    })

    test('names inside are counted, also of what is no source, and not those that a symbolic link adds', async () => {
      using folder = tempFolder()
      using outside = tempFolder()
      writeFiles(folder.path, { 'main.go': 'm', 'node_modules/x/index.js': 'x', 'LESSON.md': 'l' })
      linkSync(join(folder.path, 'main.go'), join(folder.path, 'same.go'))
      linkSync(join(folder.path, 'node_modules/x/index.js'), join(folder.path, 'x.js'))
      linkSync(join(folder.path, 'LESSON.md'), join(folder.path, 'README.md'))
      expect((await handedIn(folder.path)).files.map(({ path }) => path)).toEqual([
        'README.md',
        'main.go',
        'same.go',
        'x.js',
      ])
      symlinkSync('main.go', join(folder.path, 'also.go'))
      linkSync(join(folder.path, 'main.go'), join(outside.path, 'main.go'))
      expect((await caught(() => handedIn(folder.path))).text.why).toContain('It has 3 names on this disk')
    })

    test('what is no source may have names elsewhere: package managers and git make them', async () => {
      using folder = tempFolder()
      using outside = tempFolder()
      writeFiles(folder.path, { 'main.go': 'm', 'node_modules/x/index.js': 'x', '.git/objects/aa': 'o' })
      for (const name of ['node_modules/x/index.js', '.git/objects/aa'])
        linkSync(join(folder.path, name), join(outside.path, name.replaceAll('/', '-')))
      expect((await handedIn(folder.path)).files.map(({ path }) => path)).toEqual(['main.go'])
    })
  })

  test('names the largest files of what is too large', async () => {
    using folder = tempFolder()
    writeFiles(folder.path, { 'main.go': 'x', 'data/big.bin': '', 'core.1': '' })
    truncateSync(join(folder.path, 'data/big.bin'), 12 * 1024 * 1024)
    truncateSync(join(folder.path, 'core.1'), 5 * 1024 * 1024)
    const { text } = await caught(() => packSource(folder.path))
    expect(text.why?.split('\n')).toEqual([
      'Its files have 17.0 MiB; 16.0 MiB is the limit. The largest:',
      '  12.0 MiB  data/big.bin',
      '   5.0 MiB  core.1',
      '   0.0 MiB  main.go',
    ])
  })

  test('names the fullest folders of what has too many files', async () => {
    using folder = tempFolder()
    mkdirSync(join(folder.path, 'out'))
    for (let i = 0; i < 2_001; i++) writeFileSync(join(folder.path, 'out', String(i)), '')
    const { text } = await caught(() => packSource(folder.path))
    expect(text.why).toContain('It has 2001 files or more; 2000 is the limit.')
    expect(text.why).toContain('2001  out/')
    rmSync(join(folder.path, 'out/7'))
    expect(await pathsOf(folder.path)).toHaveLength(2_000)
  })

  test('says what cannot be read', async () => {
    using folder = tempFolder()
    expect((await caught(() => packSource(join(folder.path, 'absent')))).text.why).toBe('It does not exist.')
    execFileSync('sh', ['-c', `printf x > "$(printf 'bad\\377name')"`], { cwd: folder.path })
    expect((await caught(() => packSource(folder.path))).text.what).toMatch(/is not UTF-8\.$/)
  })

  test('reads again when files are saved and vanish meanwhile', async () => {
    using folder = tempFolder()
    const names = Array.from({ length: 60 }, (_, i) => `f${String(i)}`)
    for (const name of names) writeFileSync(join(folder.path, name), 'old'.repeat(1000))
    // An editor at work in another thread: writes aside, renames, removes; it never leaves a file half written.
    const editor = new Worker(EDITOR, { eval: true, workerData: folder.path })
    let packed = 0
    try {
      for (let round = 0; round < 20; round++) {
        const { files } = await packSource(folder.path).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'Problem', text: { what: 'The component changes while it is read.' } })
          return { files: [] }
        })
        if (files.length > 0) packed++
        for (const { path, data } of files.filter((f) => f.path.startsWith('f'))) {
          expect([3_000, 6_000], path).toContain(Buffer.from(data, 'base64').length)
        }
      }
    } finally {
      await editor.terminate()
    }
    expect(packed).toBeGreaterThan(0)
    renameSync(join(folder.path, 'f0'), join(folder.path, 'g0'))
    expect(await pathsOf(folder.path)).toContain('g0')
  })
})

const EDITOR = `
  const { writeFileSync, renameSync, rmSync } = require('node:fs')
  const { workerData: dir } = require('node:worker_threads')
  for (let i = 0; ; i++) {
    writeFileSync(dir + '/aside', 'newer!'.repeat(1000))
    renameSync(dir + '/aside', dir + '/f' + (i % 60))
    writeFileSync(dir + '/brief', '')
    rmSync(dir + '/brief')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
`
