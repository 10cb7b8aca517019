/** What `lab author verify` catches: in a lab that is right, one thing is made wrong at a time, and the defect is named. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { build, Folder, run } from '../cli/built.ts'

const LAB = 'first/steps'
const folder = new Folder()
const course = join(folder.path, 'course')
const kept = join(folder.path, 'kept')
const CHECKS = `checkers/${LAB}/hello.ts`
const LESSON = `labs/${LAB}/README.md`
const YAML = `labs/${LAB}/lab.yaml`
const FIRST_WORD = `labs/${LAB}/mutants/first-word-only.patch`
const WITHOUT = `labs/${LAB}/mutants/success-without-a-name.patch`

interface Defect {
  part: string
  where?: string
  what: string
  why?: string
  remedy: string
}

const author = (...args: string[]) => run(['author', ...args, '--course', course], { cwd: folder.path })

async function verify(...args: string[]): Promise<{ defects: Defect[]; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await author('verify', LAB, '--json', ...args)
  expect(stderr).toBe('')
  const { labs } = JSON.parse(stdout) as { labs: { defects: Defect[] }[] }
  return { defects: labs.flatMap(({ defects }) => defects), exitCode }
}

/** Replaces a text that must be there. */
function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(course, file)
  const text = readFileSync(path, 'utf8')
  const edited = text.replace(from, to)
  expect(edited, `${file} does not hold ${String(from)}`).not.toBe(text)
  writeFileSync(path, edited)
}

beforeAll(async () => {
  await build()
  expect(await author('new', LAB, '--title', 'First steps')).toMatchObject({ exitCode: 0 })
  const proved = await author('verify', LAB, '--record')
  expect(proved.exitCode, proved.stdout).toBe(0)
  cpSync(course, kept, { recursive: true })
}, 300_000)
afterEach(() => {
  rmSync(course, { recursive: true })
  cpSync(kept, course, { recursive: true })
})
afterAll(() => folder[Symbol.dispose]())

it('finds a lab that is proved within a second', async () => {
  const begin = performance.now()
  const { stdout, exitCode } = await author('verify')
  expect(performance.now() - begin).toBeLessThan(process.env['CI'] === undefined ? 2000 : 4000)
  expect(stdout).toContain('is proved: nothing has changed')
  expect(exitCode).toBe(0)
})

/** part of the proof, what is made wrong, and words of the defect that has to come of it */
const WRONG: [string, string, () => void, RegExp][] = [
  ['form', 'an id that differs', () => edit(CHECKS, "'hello/name'", "'hello/nam'"), /hello\/nam\b/],
  [
    'form',
    'a broken link',
    () => edit(LESSON, '## The problem', '## The problem\n\n[gone](nowhere.md)'),
    /nowhere\.md/,
  ],
  ['form', 'a broken diagram', () => edit(LESSON, 'flowchart LR', 'flowchart XX\n  a -->'), /diagram/i],
  ['form', 'a stray file', () => writeFileSync(join(course, 'labs', LAB, 'notes.txt'), 'x'), /notes\.txt/],
  ['trace', 'an untraced requirement', () => edit(LESSON, '- **R2**', '- **R3** greet MUST sing.\n- **R2**'), /R3/],
  [
    'lessons',
    'a command whose output changed',
    () => edit(LESSON, '```expect\nhello Ada', '```expect\nhallo Ada'),
    /./,
  ],
  ['truth', 'a mutant that survives', () => harmless(), /first-word-only survives: every check passes/],
  [
    'truth',
    'a mutant that another check rejects',
    () => edit(WITHOUT, 'Kills: hello/no-name', 'Kills: hello/name'),
    /success-without-a-name is (?:not rejected by hello\/name|rejected also by hello\/no-name)/,
  ],
  ['truth', 'a mutant that breaks everything', () => breaksAll(), /first-word-only breaks everything/],
  [
    'truth',
    'a check that always passes',
    () => edit(CHECKS, /const running = await run\(context, \[\]\)[\s\S]*?outcome\(running\)\)/, ''),
    /hello\/no-name is the first to reject no mutant/,
  ],
  [
    'truth',
    'a check that always fails',
    () => edit(CHECKS, 'refused, expected,', 'false, expected,'),
    /hello\/no-name rejects the solution in Go, which is right/,
  ],
  [
    'truth',
    'a check that passes when the component is absent',
    () => edit(CHECKS, "    await expectGreeting(context, 'Ada')\n", ''),
    /hello\/no-name passes on a component that is not there/,
  ],
  [
    'texts',
    'a failure text that is not as recorded',
    () => edit(CHECKS, 'prints nothing on standard output and', 'prints nothing at all and'),
    /failure text of hello\/no-name .* is not as recorded/,
  ],
]

describe('a defect is named, with what mends it', () => {
  it.each(WRONG)('%s: %s', async (part, _, plant, words) => {
    plant()
    const { defects, exitCode } = await verify('--only', part)
    const found = defects.filter((defect) => defect.part === part && words.test(defect.what))
    expect(found, JSON.stringify(defects, null, 1)).not.toEqual([])
    for (const { remedy } of found) expect(remedy).not.toBe('')
    expect(exitCode).toBe(1)
  })

  it('a proof that is stale, which --frozen leaves as it is', async () => {
    edit(YAML, 'claim: ', 'claim: now ')
    const before = readFileSync(join(course, 'labs', LAB, 'proof.json'), 'utf8')
    const { defects, exitCode } = await verify('--frozen')
    expect(defects.map(({ what }) => what)).toContain(`The proof of ${LAB} is stale.`)
    expect(exitCode).toBe(1)
    expect(readFileSync(join(course, 'labs', LAB, 'proof.json'), 'utf8')).toBe(before)
  })

  it('a flaky check, with seeds of both kinds', async () => {
    const flaky = "context.expect(context.random.integer(0, 1) === 0, 'greet is lucky', 'it is not')"
    edit(CHECKS, "await expectGreeting(context, 'Ada')\n", `await expectGreeting(context, 'Ada')\n    ${flaky}\n`)
    const { defects } = await verify('--repeat', '5', '--seed', 'flaky')
    const [found] = defects.filter(
      ({ part, what }) => part === 'steadiness' && what.includes('hello/no-name on the solution'),
    )
    expect(found?.why).toMatch(/passed with the seeds flaky-\d/)
    expect(found?.why).toMatch(/did not with flaky-\d/)
  })

  it('a text that varies can not be recorded', async () => {
    edit(CHECKS, 'and does not exit 0', 'and does not exit 0, word ${context.random.word()}')
    edit(CHECKS, /(const expected = )'(without .*)'/, '$1`$2`')
    const { defects } = await verify('--record')
    expect(defects.map(({ what }) => what).join('\n')).toMatch(/text of hello\/no-name .* differs between seeds/)
  })
})

/** A patch that changes a word for nobody. */
function harmless(): void {
  replacePatch(FIRST_WORD, 'usage: ', 'Usage: ')
}

/** A patch with which every check fails. */
function breaksAll(): void {
  replacePatch(FIRST_WORD, '"hello ', '"bye ')
  edit(FIRST_WORD, /^Kills: .*$/m, 'Kills: hello/name, hello/no-name')
}

/** Makes the patch anew: one line of the solution in Go, in which `from` becomes `to`. */
function replacePatch(file: string, from: string, to: string): void {
  const text = readFileSync(join(course, file), 'utf8')
  const head = text.slice(0, text.indexOf('diff --git'))
  const [, blob = ''] = /^index ([0-9a-f]{40})/m.exec(text) ?? []
  const lines = readFileSync(join(course, 'labs', LAB, 'solutions/go/main.go'), 'utf8').split('\n')
  const at = lines.findIndex((line) => line.includes(from))
  expect(at).toBeGreaterThan(-1)
  const line = lines[at] ?? ''
  const hunk = `@@ -${at},3 +${at},3 @@\n ${lines[at - 1] ?? ''}\n-${line}\n+${line.replace(from, to)}\n ${lines[at + 1] ?? ''}\n`
  const names = '--- a/main.go\n+++ b/main.go\n'
  writeFileSync(
    join(course, file),
    `${head}diff --git a/main.go b/main.go\nindex ${blob}..${'1'.repeat(40)} 100644\n${names}${hunk}`,
  )
}
