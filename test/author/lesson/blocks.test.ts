/** The blocks of a lesson: where they are, what they belong to, and what is wrong with them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLesson, stepOf, type Block } from '../../../src/author/lesson/blocks.ts'
import { blockDefects, commands, isReason, runnable } from '../../../src/author/lesson/rules.ts'
import { PACKAGE as root } from '../../cli/built.ts'

const RUN = '```sh run host'
const lesson = (...lines: string[]): string => lines.join('\n')
const blocks = (markdown: string): Block[] => readLesson(markdown).flatMap((section) => section.blocks)
const defects = (markdown: string, steps = 0) =>
  blockDefects(readLesson(markdown), { lab: 'linux/x', file: 'labs/linux/x/README.md', steps })
const told = (markdown: string, steps = 0): string[] =>
  defects(markdown, steps).map(({ where, what }) => `${(where ?? '').replace('labs/linux/x/README.md:', '')} ${what}`)

describe('readLesson', () => {
  it('says where each block is, in which step, and what stands before and after it', () => {
    const found = blocks(
      lesson(
        '# T', // 1
        '',
        'Before.', // 3
        '',
        RUN, // 5
        'echo a',
        '',
        'echo b',
        '```',
        '',
        '```expect', // 11
        'a',
        '```',
        'After.',
        '## Step 2 · Two', // 15
        '### Look for yourself', // 16
        '- item',
        '',
        '  ```sh', // 19
        '  true',
        '  ```',
        '## Sources', // 22
        '```sh', // 23
        'x',
        '```',
      ),
    )
    expect(found.map(({ line, info, step, section, before, next }) => [line, info, step, section, before, next?.line])) //
      .toEqual([
        [5, 'sh run host', undefined, 1, 'Before.', 11],
        [11, 'expect', undefined, 1, 'Before.', undefined],
        [19, 'sh', 2, 16, 'item', undefined],
        [23, 'sh', undefined, 22, '', undefined],
      ])
    expect(found[0]?.text).toBe('echo a\n\necho b')
    expect(found[2]?.text).toBe('true')
  })

  it('keeps prose between a block and the next from joining them', () => {
    expect(blocks(lesson('# T', RUN, 'a', '```', 'Then:', '```expect', 'a', '```'))[0]?.next).toBeUndefined()
  })

  it('finds each line, whatever stands before it', () => {
    const piece = fc.constantFrom(
      'text',
      '',
      '- a\n- b',
      '1. x\n\n   y',
      '| a |\n| - |\n| b |',
      '> quoted',
      '### H',
      '---',
      '<b>x</b>',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const before = pieces.join('\n\n')
        const markdown = `${before}\n\n${RUN}\nhere\n\`\`\`\n`
        const at = markdown.split('\n').indexOf(RUN) + 1
        expect(blocks(markdown).map(({ line }) => line)).toEqual([at])
      }),
    )
  })

  it.each([
    ['Step 3 · One process or a group', 3],
    ['Step 12', 12],
    ['Steps', undefined],
    ['A Step 3', undefined],
  ])('%s', (title, step) => expect(stepOf(title)).toBe(step))
})

describe('blockDefects', () => {
  const right = lesson('## Step 1 · A', RUN, 'echo a', '```', '```expect', 'a', '```')
  it('has nothing against a block that is run and has its output below', () => expect(told(right, 1)).toEqual([]))

  it.each([
    ['no output', lesson('# T', RUN, 'a', '```'), ['2 A block is run, and nothing says what it prints.']],
    [
      'output that is not right below',
      lesson('# T', RUN, 'a', '```', 'prints', '```expect', 'a', '```'),
      ['2 A block is run, and nothing says what it prints.', '6 An expected output follows no block that is run.'],
    ],
    [
      'a block for reading without a reason',
      lesson('# T', right, 'Read this.', '```sh', 'a', '```'),
      [
        '10 A command block is not run, and the paragraph before it does not say why.',
        '10 1 of 2 command blocks are run; four fifths have to be.',
      ],
    ],
    [
      'a mark that is none',
      lesson('# T', '```sh run', 'a', '```'),
      ['2 A block is marked "sh run", which means nothing here.'],
    ],
    [
      'another shell',
      lesson('# T', '```console', '$ a', '```'),
      ['2 A block is marked "console", which means nothing here.'],
    ],
    ['no end', lesson('# T', RUN, 'a', '```', '```expect', 'a'), ['5 A block does not end.']],
    [
      'outputs that accept everything',
      lesson('# T', RUN, 'a', '```', '```expect', '...', '```', '', RUN, 'a', '```', '```expect', '```'),
      ['5 An expected output accepts whatever is printed.', '12 An expected output accepts whatever is printed.'],
    ],
    [
      'patterns that match nothing, are none, or do not end',
      lesson('# T', RUN, 'a', '```', '```expect', 'a', '{{x*}} {{.*}}', '{{(}}', '{{a', '```'),
      [
        "7 The pattern x* can't be used.",
        "7 The pattern .* can't be used.",
        "8 The pattern ( can't be used.",
        "9 The pattern {{a can't be used.",
      ],
    ],
    [
      'an experiment that is neither run nor excused',
      lesson('## Step 1 · A', right, '### Look for yourself', 'Try `x`.'),
      ['9 An experiment has no block that is run, and does not say why.'],
    ],
  ])('%s', (_, markdown, expected) => expect(told(markdown)).toEqual(expected))

  it('wants something to run in each step', () => {
    expect(told(lesson('## Step 1 · A', 'x', '## Step 2 · B', right.replace('## Step 1 · A\n', '')), 2)).toEqual([
      '1 Step 1 has no block that is run.',
    ])
  })

  it('accepts four fifths, and not less', () => {
    const reading = lesson('This is not run because it needs two terminals.', '```sh', 'a', '```')
    const run = lesson(RUN, 'a', '```', '```expect', 'a', '```', '')
    expect(told(lesson('# T', run, run, run, run, reading))).toEqual([])
    expect(told(lesson('# T', run, run, run, reading))).toEqual([
      '24 3 of 4 command blocks are run; four fifths have to be.',
    ])
  })

  it('says how each is mended', () => {
    const [defect] = defects(lesson('# T', RUN, 'a', '```'))
    expect(defect).toMatchObject({ part: 'lessons', lab: 'linux/x' })
    expect(defect?.remedy).toContain('```expect')
  })
})

describe('isReason', () => {
  it.each([
    ['It is not run by the lab because it needs your fingers.', true],
    ['Because it needs a network, it is not run.', true],
    ['It is not run. That is because of you.', false],
    ['It is not run because', false],
    ['It runs because it can.', false],
  ])('%s', (prose, is) => expect(isReason(prose)).toBe(is))
})

it('linux/init obeys', () => {
  const sections = readLesson(readFileSync(join(root, 'labs/linux/init/README.md'), 'utf8'))
  expect(blockDefects(sections, { lab: 'linux/init', file: 'README.md', steps: 7 })).toEqual([])
  expect([runnable(sections).length, commands(sections).length]).toEqual([17, 18])
})
