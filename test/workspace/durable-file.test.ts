import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { makeFolder, replaceFile } from '../../src/workspace/durable-file.ts'
import { tempFolder } from '../course/sample.ts'

const RACERS = 2

describe('replaceFile', () => {
  test('replaces the content, keeps the mode, leaves nothing beside it', () => {
    using folder = tempFolder()
    const path = join(folder.path, 'f')
    replaceFile(path, 'one')
    chmodSync(path, 0o600)
    replaceFile(path, 'two')
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  test('leaves nothing when it fails', () => {
    using folder = tempFolder()
    mkdirSync(join(folder.path, 'f/g'), { recursive: true })
    expect(() => replaceFile(join(folder.path, 'f'), 'x')).toThrow()
    expect(readdirSync(folder.path)).toEqual(['f'])
  })
})

describe('makeFolder', () => {
  test('makes what is absent, and is content with what is there', () => {
    using folder = tempFolder()
    makeFolder(join(folder.path, 'a/b/c'))
    makeFolder(join(folder.path, 'a/b/c'))
    expect(statSync(join(folder.path, 'a/b/c')).isDirectory()).toBe(true)
  })

  test('throws where a file is', () => {
    using folder = tempFolder()
    writeFileSync(join(folder.path, 'a'), '')
    expect(() => makeFolder(join(folder.path, 'a'))).toThrow('EEXIST')
    expect(() => makeFolder(join(folder.path, 'a/b'))).toThrow('ENOTDIR')
  })

  test('does not mind that others make the same ones at the same moment', { timeout: 60_000 }, async () => {
    using folder = tempFolder()
    const program = join(folder.path, 'race.mjs')
    const entry = new URL('make-folders.ts', import.meta.url).pathname
    const options = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' } as const
    await build({ entryPoints: [entry], outfile: program, ...options })
    const gate = new SharedArrayBuffer(4)
    const racers = Array.from({ length: RACERS }, () => {
      const racer = new Worker(program, { workerData: { gate, racers: RACERS, folder: folder.path } })
      return new Promise((resolve, reject) => racer.on('error', reject).on('exit', resolve))
    })
    expect(await Promise.all(racers)).toEqual(Array.from({ length: RACERS }, () => 0))
    expect(statSync(join(folder.path, 'r0/.lab')).isDirectory()).toBe(true)
  })
})
