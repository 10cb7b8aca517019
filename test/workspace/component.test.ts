import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXIT } from '../../src/problem.ts'
import { readComponent } from '../../src/workspace/component.ts'
import { caught } from '../course/caught.ts'
import { tempFolder } from '../course/sample.ts'

async function read(yaml: string) {
  using folder = tempFolder()
  writeFileSync(join(folder.path, 'component.yaml'), yaml)
  return await readComponent(folder.path)
}

describe('readComponent', () => {
  test.each([
    ['run: [/usr/bin/tini]', { spec: { run: { main: ['/usr/bin/tini'] } } }],
    [
      'track: go\nbuild: go build .\nrun: [./init, -g]',
      { track: 'go', spec: { build: ['sh', '-c', 'go build .'], run: { main: ['./init', '-g'] } } },
    ],
    [
      'fetch: [npm, ci]\nrun: { main: [./a], ctl: [./b] }',
      { spec: { fetch: ['npm', 'ci'], run: { main: ['./a'], ctl: ['./b'] } } },
    ],
    ['build: |\n  a\n  b\nrun: [x]', { spec: { build: ['sh', '-c', 'a\nb'], run: { main: ['x'] } } }],
  ])('understands %j', async (yaml, component) => {
    expect(await read(yaml)).toEqual(component)
  })

  test.each([
    ['track: go', 'The file lacks the key run.'],
    ['run: { ctl: [./b] }', 'run names no program main, which is the one that is checked.'],
    ['run: {}', 'run names no program main, which is the one that is checked.'],
    ['run: []', 'run names no program main, which is the one that is checked.'],
    ['run: ./init', 'run must be a list or a map, not "./init".'],
    ['run: [""]', 'The program to run must not be empty.'],
    ['run: ["a\\0b"]', 'run[0] must not contain a NUL'],
    ['run: { main: ./init }', 'run.main must be a list, not "./init".'],
    ['run: [./init]\nbuild: []', 'build must not be empty.'],
    ['run: [./init]\nbiuld: x', 'Unknown key biuld: did you mean build?'],
    ['run: [./init]\nbuild: 1', 'build must be text or a list, not 1.'],
  ])('refuses %j', async (yaml, why) => {
    const { text, exitCode } = await caught(() => read(yaml))
    expect(text.why).toContain(why)
    expect(text.where).toMatch(/component\.yaml:\d+:\d+$/)
    expect(exitCode).toBe(EXIT.environment)
  })

  test('says that there is none', async () => {
    using folder = tempFolder()
    expect((await caught(() => readComponent(folder.path))).text.what).toBe(`${folder.path} is not a component.`)
    const absent = await caught(() => readComponent(join(folder.path, 'x')))
    expect(absent.text.what).toContain('does not exist')
    expect(absent.text.remedy).toContain('lab start')
  })
})
