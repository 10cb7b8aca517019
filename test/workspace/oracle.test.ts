import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXIT } from '../../src/problem.ts'
import { readOracles } from '../../src/workspace/oracle.ts'
import { caught } from '../course/caught.ts'
import { tempFolder, writeFiles } from '../course/sample.ts'

const BEGIN = 'format: 1\ntitle: The tool\n'

async function read(files: Record<string, string>) {
  using folder = tempFolder()
  writeFiles(join(folder.path, 'oracles'), files)
  return await readOracles(folder.path)
}

test('a program of this machine has no source', async () => {
  const [oracle, ...others] = await read({ 'tool.yaml': `${BEGIN}package: coreutils\nrun: [/bin/sh, -e]\n` })
  expect(others).toEqual([])
  expect(oracle).toMatchObject({ name: 'tool', title: 'The tool', except: {}, track: undefined, missing: undefined })
  expect(oracle?.spec).toEqual({ run: { main: ['/bin/sh', '-e'] } })
  expect(oracle?.source.files).toEqual([])
})

test('an adapter is the source, and is started with the argv of the program', async () => {
  const adapted = (text: string) =>
    read({ 'tool.yaml': `${BEGIN}package: dash\nrun: [/bin/sh, -e]\nadapter: map.sh\n`, 'map.sh': text })
  const [oracle] = await adapted('exec "$@"\n')
  expect(oracle?.spec).toEqual({ run: { main: ['./map.sh', '/bin/sh', '-e'] } })
  expect(oracle?.source.files).toEqual([
    { path: 'map.sh', mode: 0o755, data: Buffer.from('exec "$@"\n').toString('base64') },
  ])
  const [changed] = await adapted('exec "$@" # otherwise\n')
  expect(changed?.source.digest).not.toBe(oracle?.source.digest)
})

test('a component is read and packed like a learner’s', async () => {
  const [oracle] = await read({
    'real.yaml': `${BEGIN}component: real\nexcept: { a/b: it has none }\n`,
    'real/component.yaml': 'track: go\nfetch: [go, mod, download]\nbuild: [go, build]\nrun: [./real]\n',
    'real/main.go': 'package main\n',
  })
  expect(oracle).toMatchObject({ name: 'real', track: 'go', except: { 'a/b': 'it has none' }, missing: undefined })
  expect(oracle?.spec).toEqual({ fetch: ['go', 'mod', 'download'], build: ['go', 'build'], run: { main: ['./real'] } })
  expect(oracle?.source.files.map(({ path }) => path)).toEqual(['component.yaml', 'main.go'])
})

test('what is not installed is named with the command that installs it', async () => {
  const [oracle] = await read({ 'tool.yaml': `${BEGIN}package: one two\nrun: [/no/such/tool]\n` })
  expect(oracle?.missing).toEqual({
    program: '/no/such/tool',
    package: 'one two',
    install: 'apt-get install --no-install-recommends one two',
  })
})

test.each([
  ['package: x', 'run: is missing, and there is no component: in its place.'],
  ['run: [/bin/sh]', 'package: is missing, and there is no component: in its place.'],
  [
    'component: real\nrun: [/bin/sh]',
    'run: says how a program of this machine is run, and component: that it is built.',
  ],
  ['component: real\npackage: x', 'package: says how'],
  ['component: real\nadapter: x.sh', 'adapter: says how'],
  ['component: ../real', 'component must be lower-case letters, digits and dashes'],
])('refuses %j', async (yaml, why) => {
  const { text, exitCode } = await caught(() => read({ 'tool.yaml': BEGIN + yaml, 'real/component.yaml': 'run: [x]' }))
  expect(text.why).toContain(why)
  expect(text.where).toMatch(/tool\.yaml:\d+:\d+$/)
  expect(exitCode).toBe(EXIT.environment)
})

test('says which file is missing: the adapter, the component', async () => {
  const adapter = await caught(() => read({ 'tool.yaml': `${BEGIN}package: x\nrun: [/bin/sh]\nadapter: no.sh\n` }))
  expect(adapter.text.what).toMatch(/^Cannot read the adapter .*no\.sh\.$/)
  const component = await caught(() => read({ 'tool.yaml': `${BEGIN}component: none\n` }))
  expect(component.text.what).toMatch(/^The component's folder .*oracles\/none does not exist\.$/)
})
