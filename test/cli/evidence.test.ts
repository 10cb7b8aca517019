import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RunFolder } from '../../src/cli/grading/evidence.ts'
import { result } from './sample.ts'

let workspace: string

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'lab-evidence-'))
})
afterEach(() => rmSync(workspace, { recursive: true, force: true }))

const runs = (): string[] => readdirSync(join(workspace, '.lab', 'runs')).sort((a, b) => Number(a) - Number(b))

test('runs are numbered from 1, and the newest fifty are kept', () => {
  const numbers = Array.from({ length: 53 }, () => RunFolder.create(workspace).number)
  expect(numbers.at(0)).toBe('1')
  expect(numbers.at(-1)).toBe('53')
  expect(runs()).toHaveLength(50)
  expect(runs()[0]).toBe('4')
})

test('a result becomes files; what the component wrote is escaped in the text and whole in the JSON', () => {
  const folder = RunFolder.create(workspace)
  const raw = 'ready\u001b[2J'
  const output = [{ at: 41, stream: 'out' as const, text: raw }]
  folder.keepResult(
    result('a/b', 'failed', { output, outputLines: 3, timeline: [{ at: 0, kind: 'start', text: 'init' }] }),
  )
  const files = folder.files('a/b')
  expect(readFileSync(files.output, 'utf8')).toBe(
    '    41 ms  out  ready\\x1b[2J\n(3 lines in all; those in the middle were not kept)\n',
  )
  expect(readFileSync(files.timeline, 'utf8')).toBe('     0 ms  start     init\n')
  const parsed: unknown = JSON.parse(readFileSync(join(files.output, '..', 'result.json'), 'utf8'))
  expect(parsed).toMatchObject({ check: 'a/b', output: [{ text: raw }] })
})

test('what the engine sends whole is not replaced by what it sends in part', () => {
  const folder = RunFolder.create(workspace)
  folder.keep('a-b/output.txt', 'all of it\n')
  folder.keepResult(result('a/b', 'passed'))
  expect(readFileSync(folder.files('a/b').output, 'utf8')).toBe('all of it\n')
})

test.each(['../../../x', '/etc/x', '.', 'a/../../x'])('a path that leads out of the run is refused: %s', (path) => {
  const folder = RunFolder.create(workspace)
  if (path.startsWith('/')) {
    folder.keep(path, 'x') // joined below the folder
    expect(readFileSync(join(folder.dir, path), 'utf8')).toBe('x')
  } else {
    expect(() => folder.keep(path, 'x')).toThrow('outside of its run')
  }
})
