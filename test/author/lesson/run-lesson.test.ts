/** Blocks of a lesson on a real host, with a solution in place: what is right passes, and what goes wrong is told. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readLesson } from '../../../src/author/lesson/blocks.ts'
import { runDefects } from '../../../src/author/lesson/prove-lesson.ts'
import { runnable } from '../../../src/author/lesson/rules.ts'
import { runLesson, toolsIn, variableOf, type LessonOn } from '../../../src/author/lesson/run-lesson.ts'
import { loadCourse } from '../../../src/course/course.ts'
import { loadLab } from '../../../src/course/lab.ts'
import type { Lab } from '../../../src/course/model.ts'
import { Problem } from '../../../src/problem.ts'
import { connect } from '../../../src/targets/connect.ts'
import type { Engine } from '../../../src/targets/target.ts'
import { PACKAGE as root } from '../../cli/built.ts'

let engine: Engine
let lab: Lab
beforeAll(async () => {
  lab = await loadLab(await loadCourse(root), 'linux/init')
  engine = await connect({ root, target: 'local', requires: ['namespaces'] })
})
afterAll(() => engine.close())

/** A lesson of these blocks: what is run, and what is expected of it. */
const lessonOf = (...blocks: [run: string, expected: string][]): string =>
  `# T\n${blocks.map(([run, expected]) => `\`\`\`sh run host\n${run}\n\`\`\`\n\`\`\`expect\n${expected}\n\`\`\`\n`).join('')}`

/** Runs them beside the solution in Python; `where what why` of each defect. */
async function told(markdown: string, options: Partial<LessonOn> = {}): Promise<string[]> {
  const blocks = runnable(readLesson(markdown))
  const checkers = join(root, 'dist/checkers/linux/init.cjs')
  const on = { engine, course: { root }, lab, checkers, hidden: [root], ...options }
  const run = await runLesson(blocks, 'python', on)
  expect(run.buildFailed).toBeUndefined()
  return runDefects(blocks, [run], { lab: lab.id, file: 'README.md' }).map(({ where, what, why }) =>
    [where, what, why].join('\n'),
  )
}

/** Whether a process of this machine has the word in its command line. */
const runs = (word: string): boolean =>
  readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)
    } catch {
      return false // it has ended meanwhile
    }
  })

it('runs blocks in order in one folder, each in a shell of its own, beside the component', async () => {
  const blocks: Parameters<typeof lessonOf> = [
    ["cat > note <<'EOF'\nkept $HOME\nEOF\nname=lost; cd /; pwd", '/'],
    ['cat note; echo "${name:-none}"; ls; pwd', 'kept $HOME\nnone\nnote\n/root/lesson'],
    ['echo out; echo err >&2; echo out >&2; printf "no newline"', 'out\nerr\nout\nno newline'],
    ['wc -c; exit 3', '0'],
    ['echo "$INIT"; unshare -pf --kill-child --mount-proc "$INIT" -- sh -c "exit 7"; echo $?', '{{/.+}}\n7'],
  ]
  expect(await told(lessonOf(...blocks))).toEqual([])
})

it('tells an output that changed, and goes on', async () => {
  const found = await told(lessonOf(['echo 1; echo 2', '1\n3'], ['echo right', 'right'], ['echo 4', '5']))
  expect(found).toEqual([
    `README.md:7
The block in line 2 does not print what the lesson says (with every solution).
expected -, printed +:
    1
  - 3
  + 2`,
    `README.md:19
The block in line 15 does not print what the lesson says (with every solution).
expected -, printed +:
  - 5
  + 4`,
  ])
})

it('ends a block that never ends, with what it started, and goes on', async () => {
  const found = await told(lessonOf(['echo begun; sleep 87654321', 'x'], ['pgrep -x sleep || echo none', 'none']), {
    limit: 300,
  })
  expect(found, found.join()).toHaveLength(1)
  expect(found[0]).toMatch(
    /^README.md:2\nThe block in line 2 did not end in its time, and was ended .*\nIt had .*:\n {2}\+ begun$/,
  )
  expect(runs('87654321')).toBe(false)
})

it('ends a block that floods its output, long before its time', async () => {
  const began = performance.now()
  const found = await told(lessonOf(['yes', 'y'], ["tr '\\0' x < /dev/zero", 'x'], ['echo on', 'on']))
  expect(found.map((text) => text.split(',')[0])).toEqual([
    'README.md:2\nThe block in line 2 printed too much',
    'README.md:8\nThe block in line 8 printed too much',
  ])
  expect(performance.now() - began).toBeLessThan(30_000)
})

it('does not wait for what a block leaves in the background, lets later blocks find it, and ends it with the host', async () => {
  const left: Parameters<typeof lessonOf> = [
    ['sleep 76543210 & setsid sleep 76543211 & (printf left &)', 'left'],
    ['until [ "$(pgrep -cx sleep)" -eq 2 ]; do :; done; echo both', 'both'],
  ]
  expect(await told(lessonOf(...left))).toEqual([])
  expect(runs('7654321')).toBe(false)
})

it('names the tools that the machine lacks, with what installs them', async () => {
  const lacking = { ...lab, tools: { 'no-such-tool': 'is for this test', strace: 'is not used here' } }
  const error: unknown = await told(lessonOf(['no-such-tool', 'x']), { lab: lacking }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Problem)
  const { text } = error as Problem
  expect(text.what).toBe('there is no no-such-tool, which the lesson of linux/init runs')
  expect(text.remedy).toContain('install')
})

it('stops when it is told to', async () => {
  const stop = new AbortController()
  const error = told(lessonOf(['sleep 65432109', 'x']), { signal: stop.signal }).catch((thrown: unknown) => thrown)
  await expect.poll(() => runs('65432109'), { timeout: 30_000 }).toBe(true)
  stop.abort()
  expect(((await error) as Problem).text.what).toContain('it was cancelled')
  expect(runs('65432109')).toBe(false)
})

it('knows tools and names', () => {
  const tools = { ps: 'a', pgrep: 'b', strace: 'c' }
  expect(Object.keys(toolsIn([{ text: 'x=$(pgrep sleep); grep a | ps' }], tools))).toEqual(['ps', 'pgrep'])
  expect(['init', 'proc-lens'].map(variableOf)).toEqual(['INIT', 'PROC_LENS'])
})
