/** Traceability between a lesson, its checks and its mutants; and the page that is generated from it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDraft } from '../../../src/author/draft.ts'
import { writeLabPage } from '../../../src/author/lab-page.ts'
import { traceText } from '../../../src/author/trace-text.ts'
import { traceTable } from '../../../src/author/trace.ts'
import { findLab, loadCourse } from '../../../src/course/course.ts'
import { LAB, LAB_YAML, LESSON, MUTANT, planted, told, type Planted } from './planted.ts'

let course: Planted
beforeEach(async () => {
  course = await planted()
})
afterEach(() => {
  course[Symbol.dispose]()
})

const found = async (): Promise<string[]> => told(await course.defects())

describe('requirements', () => {
  it('one that no check verifies', async () => {
    course.edit(LESSON, '- **R2** At', '- **R2** echo MUST be fast.\n- **R3** At')
    course.edit(LAB_YAML, 'requirement: R2', 'requirement: R3')
    expect(await found()).toEqual([`${course.place(LESSON, '- **R2**')} No check verifies R2.`])
  })

  it('a check that cites none of the lesson', async () => {
    course.edit(LAB_YAML, 'requirement: R2', 'requirement: R7')
    const lines = await found()
    expect(lines).toContain(`${course.place(LESSON, '- **R2**')} No check verifies R2.`)
    expect(lines[1]).toMatch(/lab\.yaml:\d+ The check read\/end cites R7, which the lesson does not have\.$/)
  })

  it.each([
    ['- **R2** At', '- **R1** At', 'There are two requirements R1.'],
    ['- **R2** At', '- **R3** At', 'R3 follows R1: numbers are consecutive.'],
    ['- **R2** At', '- R2 At', 'This is not read as a requirement'],
    ['A loop.', 'A loop (R9).', 'The lesson cites R9, which its Contract does not have.'],
    ['A loop.', '- **R3** A loop.', 'R3 is not in the section Contract.'],
  ])('%s → %s', async (from, to, what) => {
    course.edit(LESSON, from, to)
    expect((await found()).join('\n')).toContain(what)
  })
})

describe('mutants', () => {
  it.each([
    ['Requirement: R1', 'Requirement: R9', ':4 It breaks R9, which the lesson does not have.'],
    ['Requirement: R1\n', '', ':1 The header has no Requirement.'],
    ['Bug: says nothing\n', '', ':1 The header has no Bug.'],
    ['Kills: read/line', 'Kills: read/lines', ':5 Kills names read/lines, which is no check of the lab.'],
    ['Kills: read/line', 'Kills: read/line, read/line', ':5 Kills names read/line twice.'],
    ['Solution: go', 'Solution: rust', ':3 It is made from the solution in rust, which lab.yaml does not offer.'],
  ])('%s → %s', async (from, to, what) => {
    course.edit(MUTANT, from, to)
    expect(await found()).toEqual([`${MUTANT}${what}`])
  })
})

async function draft() {
  const loaded = await loadCourse(course.root, { cacheDir: false })
  return (await readDraft(loaded, findLab(loaded, LAB))).draft
}

describe('the table', () => {
  const trace = async () => {
    const table = traceTable(await draft())
    if (table === undefined) throw new Error('no table')
    return table
  }

  it('has a row for each requirement', async () => {
    const { lab, rows } = await trace()
    expect(lab).toBe(LAB)
    expect(
      rows.map(({ requirement, checks, mutants }) => [
        requirement.id,
        checks.map(({ id, oracles }) => [id, oracles]),
        mutants.map(({ name }) => name),
      ]),
    ).toEqual([
      ['R1', [['read/line', ['cat']]], ['silent']],
      ['R2', [['read/end', []]], []],
    ])
  })

  it('as text fits into 80 columns, and into 40', async () => {
    expect(traceText(await trace())).toBe(`linux/echo · A program that repeats
  2 requirements · 2 checks · 1 mutant

R1   echo MUST write each line that it reads.
    read/line  cat
    broken by  silent

R2   At end-of-file echo MUST exit.
    read/end   reference-calibrated
    broken by  no mutant

  No real tool runs  read/end
`)
    const narrow = traceText(await trace(), 40).split('\n')
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(40)
  })
})

describe('the page', () => {
  it('names what no real tool runs, and has the sections of a page', () => {
    const page = readFileSync(join(course.root, 'docs/labs/linux-echo.md'), 'utf8')
    expect(page).toContain('| `read/end` | 1 | 1 | says what it has read | none: reference-calibrated |')
    expect(page).toContain('- `read/end`: not yet')
    for (const name of ['Purpose', 'Prerequisites', 'Validation']) expect(page).toContain(`\n## ${name}\n`)
  })

  it('is stale when what it is made from has changed', async () => {
    course.edit(MUTANT, 'says nothing', 'says too little')
    expect(await course.defects()).toMatchObject([
      {
        lab: LAB,
        what: 'The page is older than what it is made from.',
        remedy: `lab author verify ${LAB}   writes it`,
      },
    ])
  })

  it('is missing', async () => {
    course.put('docs/labs/linux-echo.md', undefined)
    expect(await course.defects()).toMatchObject([
      { where: 'docs/labs/linux-echo.md', what: 'The lab has no page docs/labs/linux-echo.md yet.' },
    ])
    expect(writeLabPage(await draft())).toBe(true)
    expect(await course.defects()).toEqual([])
    expect(writeLabPage(await draft())).toBe(false)
  })
})
