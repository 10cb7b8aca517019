import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeBoundsHit, readBoundsHit } from '../../src/engine/bounds-hit.ts'

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'cgroups-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** A cgroup's folder with the files that are given, as the kernel writes them. */
function cgroup(name: string, files: Record<string, string>): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

describe('readBoundsHit', () => {
  it('reads the files of cgroup v2', () => {
    const both = cgroup('v2', {
      'memory.events': 'low 0\nhigh 0\nmax 31\noom 2\noom_kill 2\noom_group_kill 0\n',
      'pids.events': 'max 5\n',
    })
    expect(readBoundsHit([both])).toEqual({ killed: 2, refused: 5 })
  })
  it('adds the hierarchies of cgroup v1', () => {
    const memory = cgroup('memory', { 'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n' })
    const pids = cgroup('pids', { 'pids.events': 'max 4\n' })
    const another = cgroup('another', { 'pids.events': 'max 1\n' })
    expect(readBoundsHit([memory, pids, another])).toEqual({ killed: 3, refused: 5 })
  })
  it('is nothing where a cgroup has no counts, is gone, or where there is none', () => {
    expect(readBoundsHit([cgroup('empty', {}), join(folder, 'nosuch')])).toEqual({ killed: 0, refused: 0 })
    expect(readBoundsHit([])).toEqual({ killed: 0, refused: 0 })
  })
  it('hands on what is wrong with the call and not with the file', () => {
    const broken = {
      toString: () => {
        throw new TypeError('broken')
      },
    }
    expect(() => readBoundsHit([broken as unknown as string])).toThrow('broken')
  })
})

describe('describeBoundsHit', () => {
  const amounts = { memory: 512 * 2 ** 20, processes: 1024 }
  it('counts in the singular and in the plural', () => {
    expect(describeBoundsHit({ killed: 1, refused: 7 }, amounts, "the build's")).toEqual([
      "the build's memory bound of 512 MiB was reached; the kernel ended 1 process of it",
      "the build's bound of 1024 processes was reached; the kernel refused to make more, 7 times",
    ])
  })
})
