import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { LabFile } from '../../src/course/schema.ts'
import { parseYaml, readYaml } from '../../src/course/yaml.ts'
import { EXIT } from '../../src/problem.ts'
import { ComponentFile } from '../../src/workspace/schema.ts'
import { caught } from './caught.ts'
import { LAB, tempFolder } from './sample.ts'

const Shape = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty')),
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
  kind: v.optional(v.picklist(['red', 'green'])),
  items: v.optional(v.array(v.strictObject({ id: v.string(), weight: v.number() })), []),
})
const GOOD = 'name: x\ncount: 1\n'

interface Row {
  title: string
  text: string | Buffer
  at: string
  why: string | RegExp
  remedy?: string | RegExp
}

const ROWS: Row[] = [
  {
    title: 'missing key',
    text: 'name: x\n',
    at: '1:1',
    why: 'The file lacks the key count.',
    remedy: 'Add the key count there.',
  },
  { title: 'missing key below', text: `${GOOD}items:\n  - id: a\n`, at: '4:5', why: 'items[0] lacks the key weight.' },
  {
    title: 'unknown key',
    text: `${GOOD}cuont: 2\n`,
    at: '3:1',
    why: 'Unknown key cuont: did you mean count?',
    remedy: 'Rename the key cuont to count, or remove it.',
  },
  {
    title: 'unknown key below',
    text: `${GOOD}items:\n  - id: a\n    wieght: 2\n    weight: 1\n`,
    at: '5:5',
    why: 'Unknown key wieght: did you mean weight?',
  },
  {
    title: 'unlike any key',
    text: `${GOOD}"zzzzzz": 2\n`,
    at: '3:1',
    why: 'Unknown key zzzzzz: known are name, count, kind, items.',
  },
  { title: 'wrong type', text: 'name: [a]\ncount: 1\n', at: '1:7', why: 'name must be text, not a list.' },
  { title: 'wrong number', text: 'name: x\ncount: "1"\n', at: '2:8', why: 'count must be a number, not "1".' },
  { title: 'fraction', text: 'name: x\ncount: 1.5\n', at: '2:8', why: 'count must be a whole number, not 1.5.' },
  { title: 'too small', text: 'name: x\ncount: 0\n', at: '2:8', why: 'count must be at least 1, not 0.' },
  { title: 'own message', text: 'name: " "\ncount: 1\n', at: '1:7', why: /^name must not be empty/ },
  { title: 'empty value', text: 'name:\ncount: 1\n', at: '1:6', why: 'name must be text, not empty.' },
  { title: 'picklist', text: `${GOOD}kind: blue\n`, at: '3:7', why: 'kind must be "red" or "green", not "blue".' },
  { title: 'not a map', text: '- a\n', at: '1:1', why: 'The file must be a map, not a list.' },
  { title: 'list for a map', text: `${GOOD}items: [[1]]\n`, at: '3:9', why: 'items[0] must be a map, not a list.' },
  { title: 'empty', text: '', at: '1:1', why: 'The file is empty.' },
  { title: 'comments only', text: '# a\n\n', at: '1:1', why: 'The file is empty.' },
  { title: 'document start only', text: '---\n', at: '1:1', why: 'The file is empty.' },
  {
    title: 'duplicate key',
    text: `${GOOD}name: y\n`,
    at: '3:1',
    why: 'The key name occurs twice.',
    remedy: 'Keep one of the two.',
  },
  {
    title: 'tab',
    text: 'name: x\nitems:\n\t- id: a\n',
    at: '3:1',
    why: 'A tab cannot indent in YAML.',
    remedy: 'Indent with spaces.',
  },
  {
    title: 'two documents',
    text: `${GOOD}---\n${GOOD}`,
    at: '3:1',
    why: 'The file holds more than one YAML document.',
  },
  { title: 'unknown tag', text: 'name: !secret x\ncount: 1\n', at: '1:7', why: 'Unresolved tag: !secret.' },
  { title: 'unknown alias', text: 'name: *x\ncount: 1\n', at: '1:1', why: /^Unresolved alias/ },
  { title: 'unclosed list', text: 'name: [a\ncount: 1\n', at: '2:1', why: /./ },
  {
    title: 'not UTF-8',
    text: Buffer.from([0x61, 0x3a, 0x20, 0x31, 0x0a, 0x62, 0x3a, 0x20, 0xff, 0x0a]),
    at: '2:4',
    why: 'The file is not UTF-8 text.',
    remedy: 'Save it as UTF-8.',
  },
  { title: 'UTF-16', text: Buffer.from('\ufeffname: x\n', 'utf16le'), at: '1:1', why: 'The file is not UTF-8 text.' },
  { title: 'alias bomb', text: `${bomb()}${GOOD}`, at: '1:1', why: 'Its aliases (*name) repeat each other too often.' },
  {
    title: 'deep lists',
    text: `name: ${'['.repeat(100_000)}`,
    at: '1:',
    why: 'Its lists and maps are nested too deeply.',
  },
  { title: 'deep dashes', text: '- '.repeat(100_000), at: '1:', why: 'Its lists and maps are nested too deeply.' },
  {
    title: 'too large',
    text: `# ${'x'.repeat(1024 * 1024)}\n${GOOD}`,
    at: '1:1',
    why: 'The file is larger than 1 MiB.',
  },
  { title: 'prototype', text: `${GOOD}__proto__: { x: 1 }\n`, at: '3:1', why: /Unknown key __proto__/ },
]

function bomb(): string {
  let text = 'a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n'
  for (let i = 1; i < 8; i++)
    text += `a${String(i)}: &a${String(i)} [${Array(10)
      .fill(`*a${String(i - 1)}`)
      .join(',')}]\n`
  return text
}

describe('readYaml', () => {
  test.each(ROWS)('names the place and the cause: $title', async ({ text, at, why, remedy }) => {
    const { text: problem, exitCode } = await caught(() => parseYaml(Buffer.from(text), 'f.yaml', Shape))
    expect(problem.where).toMatch(new RegExp(`^f\\.yaml:${at}`))
    expect(problem.what).toBe('f.yaml is not right.')
    if (typeof why === 'string') expect(problem.why).toBe(why)
    else expect(problem.why).toMatch(why)
    if (remedy !== undefined) expect(problem.remedy).toBe(remedy)
    expect(problem.remedy).toBeTruthy()
    expect(exitCode).toBe(EXIT.environment)
  })

  test('reads what is right, with a byte order mark and CRLF', () => {
    expect(parseYaml(Buffer.from('\ufeffname: x\r\ncount: 2\r\n'), 'f', Shape)).toEqual({
      name: 'x',
      count: 2,
      items: [],
    })
    expect(
      parseYaml(Buffer.from('name: &a x\ncount: 2\nkind: red\nitems: [{ id: *a, weight: 1 }]\n'), 'f', Shape).items,
    ).toEqual([{ id: 'x', weight: 1 }])
  })

  test('lists what is wrong in the order of the file, five at the most', async () => {
    const items = Array.from({ length: 7 }, (_, i) => `  - { id: ${String(i)}, weight: 1 }\n`).join('')
    const { text } = await caught(() => parseYaml(Buffer.from(`count: 0\nitems:\n${items}`), 'f.yaml', Shape))
    expect(text.where).toBe('f.yaml:1:1')
    expect(text.why?.split('\n')).toEqual([
      'The file lacks the key name.',
      '8 more:',
      '  1:8  count must be at least 1, not 0.',
      '  3:11  items[0].id must be text, not 0.',
      '  4:11  items[1].id must be text, not 1.',
      '  5:11  items[2].id must be text, not 2.',
      '  and 4 that are not shown',
    ])
  })

  test('finds its way through alternatives', async () => {
    const why = async (run: string) =>
      (await caught(() => parseYaml(Buffer.from(`run: ${run}\n`), 'component.yaml', ComponentFile))).text
    expect(await why('{ main: [a, 1] }')).toMatchObject({
      where: 'component.yaml:1:18',
      why: 'run.main[1] must be text, not 1.',
    })
    expect(await why('[1]')).toMatchObject({ where: 'component.yaml:1:7', why: 'run[0] must be text, not 1.' })
    expect(await why('x')).toMatchObject({ why: 'run must be a list or a map, not "x".' })
    expect(await why('{ Main: [a] }')).toMatchObject({
      why: 'run.Main must be lower-case letters, digits and dashes, not "Main".',
    })
    expect(await why('[a]\nbuild: " "')).toMatchObject({
      where: 'component.yaml:2:8',
      why: 'build must not be empty.',
    })
  })

  test('applies what the schema cannot say', async () => {
    const findings = () => [{ path: ['name'], on: 'key' as const, message: 'It may not be x.', remedy: 'Take y.' }]
    const problem = await caught(() =>
      parseYaml(Buffer.from(`count: 1\nname: x\n`), 'f', Shape, { check: findings, exitCode: 4 }),
    )
    expect(problem).toMatchObject({ exitCode: 4, text: { where: 'f:2:1', why: 'It may not be x.', remedy: 'Take y.' } })
  })

  test('says what keeps a file from being read', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'f.yaml')
    expect((await caught(() => readYaml(path, Shape))).text).toMatchObject({
      what: `Cannot read ${path}.`,
      why: 'It does not exist.',
    })
    expect((await caught(() => readYaml(folder.path, Shape))).text.why).toBe('It is a folder, and a file is needed.')
    writeFileSync(path, GOOD)
    expect(await readYaml(path, Shape)).toMatchObject({ name: 'x' })
  })

  test('accepts the sample lab', () => {
    expect(parseYaml(Buffer.from(LAB), 'lab.yaml', LabFile).steps).toHaveLength(2)
  })
})
