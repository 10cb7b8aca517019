import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFolder, replaceFile } from '../../src/workspace/durable-file.ts'
import { tempFolder } from '../course/sample.ts'

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
})
