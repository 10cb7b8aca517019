/** Each defect of form, planted into a course that has none; each says where, what and how to mend it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formOfTexts } from '../../../src/author/form/form.ts'
import { LAB, LAB_YAML, LESSON, planted, told, type Planted } from './planted.ts'

let course: Planted
beforeEach(async () => {
  course = await planted()
})
afterEach(() => {
  course[Symbol.dispose]()
})

/** The defects, one line each; all of them have words for a remedy. */
async function found(code?: string[]): Promise<string[]> {
  const defects = await course.defects(code)
  for (const { remedy, where } of defects) {
    expect(remedy).not.toBe('')
    expect(where).toBeDefined()
    expect(where).not.toContain(course.root)
  }
  return told(defects)
}

it('nothing is found where nothing is wrong', async () => {
  expect(await course.defects()).toEqual([])
})

it('all problems are told at once', async () => {
  course.edit(LESSON, 'It is slow.', 'It is slow!')
  course.put(`labs/${LAB}/notes.txt`, 'x')
  course.edit('docs/page.md', '## Validation', '## Evidence')
  expect(await found(['read/line'])).toHaveLength(5) // the link of README.md to #validation is broken as well
})

describe('ids', () => {
  it('a check in lab.yaml alone', async () => {
    const [first, ...others] = await found(['read/line'])
    expect(first).toMatch(
      /^labs\/linux\/echo\/lab\.yaml:\d+ The check read\/end is in lab\.yaml, and not in the checkers/,
    )
    expect(others).toEqual([])
  })

  it('a check in the code alone', async () => {
    expect(await found(['read/line', 'read/end', 'read/more'])).toEqual([
      `checkers/${LAB}/index.ts The check read/more is in the checkers, and not in lab.yaml.`,
    ])
  })

  it('checkers without a manifest', async () => {
    const { root } = course
    const { defects } = await formOfTexts(root, { checkersOf: async () => `${root}/dist/nothing.cjs` })
    expect(told(defects)).toEqual(['dist/nothing.json The checkers have no manifest.'])
  })

  it('a check that was proved and is gone, unless it is renamed', async () => {
    course.put(
      `labs/${LAB}/proof.json`,
      JSON.stringify({ checks: { 'read/line': {}, 'read/all': {}, 'read/gone': {} } }),
    )
    expect(await found()).toEqual([`${LAB_YAML} The check read/gone is gone.`])
  })

  it('a rename that leads to nothing', async () => {
    course.edit('labs/course.yaml', 'read/all: read/line', 'read/all: read/lines')
    expect(await found()).toEqual(['labs/course.yaml:12 read/all is renamed to read/lines, which does not exist.'])
  })

  it('an exception of a check that does not exist', async () => {
    course.edit(`labs/${LAB}/oracles/cat.yaml`, 'read/end', 'read/start')
    expect(await found()).toEqual([
      `labs/${LAB}/oracles/cat.yaml It excepts the check read/start, which the lab does not have.`,
    ])
  })
})

describe('files', () => {
  it.each([
    [`labs/${LAB}/notes.txt`, 'A lab has'],
    [`labs/${LAB}/solutions/rust/main.rs`, 'offers no track rust'],
    [`labs/${LAB}/mutants/silent.patch.orig`, 'NAME.patch only'],
    [`labs/${LAB}/golden/other.txt`, 'There is no mutant other'],
    [`labs/${LAB}/oracles/dog.sh`, 'names as its adapter or component'],
    ['labs/notes.md', 'Only folders of labs'],
    ['labs/linux/unknown/lab.yaml', 'lists no lab linux/unknown'],
    ['labs/tracks/go/notes.txt', 'A track is'],
    [`checkers/${LAB}/notes.md`, 'Checkers are'],
    ['checkers/linux/unknown/index.ts', 'lists no lab linux/unknown'],
    ['docs/labs/linux-unknown.md', 'one page for each lab'],
  ])('a stray file: %s', async (file, why) => {
    course.put(file, 'x\n')
    const defect = (await course.defects()).find(({ what }) => what.includes(file))
    expect(defect).toMatchObject({ where: file, what: `${file} has no place in the course.` })
    expect(defect?.why).toContain(why)
    expect(defect?.remedy).toContain(file)
  })

  it.each([
    [LESSON, 'has no lesson'],
    [`checkers/${LAB}/index.ts`, 'has no checkers'],
    [`labs/${LAB}/solutions/go/component.yaml`, 'has no component.yaml'],
    [`labs/${LAB}/oracles/cat.sh`, 'The adapter cat.sh does not exist'],
    ['labs/tracks/go/template/component.yaml', 'The track go has no template'],
  ])('a missing file: %s', async (file, what) => {
    course.put(file, undefined)
    expect((await found()).join('\n')).toContain(what)
  })

  it('a lab with one solution', async () => {
    course.put(`labs/${LAB}/solutions/go/component.yaml`, undefined)
    course.put(`labs/${LAB}/solutions/go/main.go`, undefined)
    expect(await found()).toEqual([`labs/${LAB}/solutions The lab ${LAB} has a solution in python only.`])
  })
})

describe('schemas', () => {
  it('everything wrong in a file, and in several files', async () => {
    course.edit(LAB_YAML, 'points: 1', 'points: 0')
    course.edit(LAB_YAML, 'contract: 1', 'contract: none')
    course.edit('labs/tracks/go/track.yaml', 'megabytes: 9', 'gigabytes: 9')
    course.edit(`labs/${LAB}/solutions/go/component.yaml`, 'run:', 'start:')
    const lines = (await found()).join('\n')
    for (const file of ['lab.yaml:3', 'lab.yaml:15', 'track.yaml:7', 'solutions/go/component.yaml:3']) {
      expect(lines).toContain(file)
    }
  })

  it('a course.yaml that is wrong', async () => {
    course.edit('labs/course.yaml', 'version: 0.1.0', 'version: one')
    expect(await found()).toEqual(['labs/course.yaml:3 version must be MAJOR.MINOR.PATCH, not "one".'])
  })

  it('a solution in the folder of another language', async () => {
    course.edit(`labs/${LAB}/solutions/go/component.yaml`, 'track: go', 'track: python')
    expect((await found()).join()).toContain('written in python, and lies in the folder of go')
  })
})

describe('links', () => {
  it.each([
    ['[x](../nothing.md)', 'points to nothing'],
    ['[x](#nothing)', 'a heading that docs/page.md does not have'],
    ['[x](../README.md#a-curse)', 'a heading that README.md does not have'],
    ['[x](/README.md)', 'begins with /'],
    ['[x](../../outside.md)', "leads out of the course's folder"],
    ['[x][y]', 'is not a link'],
    ['[x](a page.md)', 'is not a link'],
    ['<https://example.org/a b>', 'is not a link'],
    ['[x](http://example.org/)', 'begins with http:'],
    ['[x](https://)', 'is not an address'],
    ['[x](https://localhost/)', 'names the host localhost'],
  ])('a broken link: %s', async (link, what) => {
    course.edit('docs/page.md', 'To be read.', `One line.\nAnother, with ${link}.`)
    const [first, ...others] = await found()
    expect(first).toMatch(/^docs\/page\.md:6 /)
    expect(first).toContain(what)
    expect(others).toEqual([])
  })

  it.each([
    '[x](../README.md#a-course)',
    '[x](https://example.org/a_(b))',
    '[x](../labs)',
    '`[x][y]`',
    'sort [-r] [--]',
  ])('a right one: %s', async (link) => {
    course.edit('docs/page.md', 'To be read.', link)
    expect(await found()).toEqual([])
  })

  it('the slug of a heading is that of GitHub', async () => {
    course.edit(
      'docs/page.md',
      '# A page',
      '# `lab check`: what, & why?\n\n## Twice\n\n## Twice\n\n[x](#lab-check-what--why) [y](#twice-1)',
    )
    expect(await found()).toEqual([])
  })
})

describe('sources', () => {
  it.each([
    'read(2)',
    'read(2); kill(2), NOTES',
    'kill(2), NOTES; the Internet',
    'read(2), write(2)',
    'RFC 9110',
    'Kubernetes, its site',
  ])('without a place: %s', async (source) => {
    course.edit(LAB_YAML, 'read(2), RETURN VALUE; echo, src/echo.c, main', source)
    const [first, ...others] = await found()
    expect(first).toMatch(/^labs\/linux\/echo\/lab\.yaml:\d+ .* names no place in it\.$/)
    expect(others).toEqual([])
  })

  it.each([
    'read(2), "ERRORS"',
    'kill(2), the paragraph on a pid less than -1',
    'bubblewrap pull request 735',
    'golang/go#37217',
    'read(2) and write(2), RETURN VALUE',
    'RFC 9110, section 15.5',
    'google/rpc/status.proto and google/rpc/code.proto',
    'etcd, server/etcdserver/api/v3rpc/watch.go, sendLoop',
    'POSIX, "Shell Command Language", 2.8.2 "Exit Status for Commands"',
  ])('with a place: %s', async (source) => {
    course.edit(LAB_YAML, 'read(2), RETURN VALUE; echo, src/echo.c, main', `'${source}'`)
    expect(await found()).toEqual([])
  })

  it('in the lesson', async () => {
    course.edit(LESSON, 'read(2), RETURN VALUE:', 'read(2):')
    course.edit(LESSON, 'coreutils, `src/cat.c`', 'coreutils')
    expect(await found()).toEqual([
      `${course.place(LESSON, '- read(2):')} read(2) names no place in it.`,
      `${course.place(LESSON, '- coreutils:')} "coreutils" names no place in it.`,
    ])
  })
})

describe('the frame of a lesson', () => {
  it.each([
    ['## The pattern', '### The pattern', 'The lesson has no section "The pattern".'],
    ['# linux/echo: a', '# A', 'The lesson does not begin with its title.'],
    ['## Step 1 · Read', '## Step 1 · Write', 'The title of step 1 is not that of lab.yaml.'],
    ['## Step 1 · Read', '## Step 2 · Write\n\nx\n\n## Step 1 · Read', 'The lesson has a step 2, and lab.yaml has 1.'],
    ['## The problem', '## Its problem\n\nx\n\n## The problem', 'The frame of a lesson has no section "Its problem".'],
    ['**Prerequisites.**', 'Needed:', 'The section "Purpose" has no prerequisites.'],
    [
      '| ---- | ------------------ | --------------------------- |\n',
      '',
      'The section "What can go wrong" has no table.',
    ],
    ['```mermaid', '```text', 'The section "The minimal design" has no diagram.'],
    ['--step 1`.', '--step 2`.', 'The section "Step 1 · Read" does not say how its step is validated.'],
    ['### Look for yourself', '### Look', 'The section "Step 1 · Read" has no "Look for yourself".'],
  ])('%s → %s', async (from, to, what) => {
    course.edit(LESSON, from, to)
    const lines = await found()
    expect(lines.join('\n')).toContain(what)
    expect(lines.every((line) => line.startsWith(LESSON))).toBe(true)
  })

  it('sections in another order', async () => {
    course.edit(LESSON, '## The pattern\n\nA loop.\n\n', '')
    course.edit(LESSON, '## When this', '## The pattern\n\nA loop.\n\n## When this')
    expect(await found()).toEqual([
      `${course.place(LESSON, '## The pattern')} The section "The pattern" comes before "When this design breaks".`,
    ])
  })
})

describe('pages', () => {
  it('a page under docs/ without Validation', async () => {
    course.put('docs/other.md', '# Other\n\n## Purpose\n\nx\n\n## Prerequisites\n')
    expect(await found()).toEqual([
      'docs/other.md:7 The section Prerequisites is empty.',
      'docs/other.md The page has no section Validation.',
    ])
  })
})

describe('words of style', () => {
  it.each([
    ['docs/page.md', 'To be read.', 'To be read 🎉', 'emoji'],
    ['docs/page.md', 'To be read.', 'To be read!', 'exclamation'],
    [LESSON, 'A loop.', 'A loop ✅.', 'emoji'],
    [LESSON, '| nothing            |', '| nothing!           |', 'exclamation'],
    [LESSON, 'simple_cat`.', 'simple_cat` is fun!', 'exclamation'],
    [LAB_YAML, 'Somebody waits', 'Beware! Somebody waits', 'exclamation'],
    [LAB_YAML, 'What is read?', 'What is read ⭐', 'emoji'],
  ])('%s: %s → %s', async (file, from, to, what) => {
    course.edit(file, from, to)
    const lines = await found()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(new RegExp(`^${file}:\\d+ There is an ${what}`))
  })

  it.each(['`!x`', 'the output is "Hello!"', '> It said: no!', '```sh\necho "$!"\n```', '<!-- x! -->', '✓ → © ▸ × §'])(
    'is no matter of style: %s',
    async (text) => {
      course.edit('docs/page.md', 'To be read.', text)
      expect(await found()).toEqual([])
    },
  )
})
