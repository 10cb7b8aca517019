/** What is told when the same blocks were run with several solutions. */
import { expect, it } from 'vitest'
import { readLesson } from '../../../src/author/lesson/blocks.ts'
import { runDefects } from '../../../src/author/lesson/prove-lesson.ts'
import type { LessonRun } from '../../../src/author/lesson/run-lesson.ts'
import type { ScriptResult } from '../../../src/protocol/index.ts'

const blocks = readLesson('# T\n```sh run host\nx\n```\n```expect\na\n```\n')[0]?.blocks ?? []
const where = { lab: 'linux/x', file: 'labs/linux/x/README.md' }

const ran = (track: string, output: string[], more: Partial<ScriptResult> = {}): LessonRun => {
  const result = { script: 'line-2', code: 0, ms: 1, factor: 1, output, outputLines: output.length, notes: [], ...more }
  return { track, results: new Map([[2, result]]), buildFailed: undefined, ms: 1 }
}

const told = (...runs: LessonRun[]): string[] => runDefects(blocks, runs, where).map(({ what }) => what)
const DIFFERS = 'The block in line 2 does not print what the lesson says'

it('has nothing against what is right', () => expect(told(ran('go', ['a']), ran('rust', ['a']))).toEqual([]))

it('tells once what is the same with every solution, and names the solutions where it is not', () => {
  expect(told(ran('go', ['b']), ran('rust', ['b']))).toEqual([`${DIFFERS} (with every solution).`])
  expect(told(ran('go', ['b']), ran('rust', ['a']))).toEqual([`${DIFFERS} (with the solution in go).`])
  expect(told(ran('go', ['b']), ran('rust', ['c']), ran('ts', ['a']))).toEqual([
    `${DIFFERS} (with the solution in go).`,
    `${DIFFERS} (with the solution in rust).`,
  ])
})

it('tells which bounds of the host a block met, where it failed', () => {
  const [defect] = runDefects(blocks, [ran('go', [], { notes: ['the host had no memory'] })], where)
  expect(defect?.why).toContain('the host had no memory')
})

it('tells that a solution could not be built, and judges with the others', () => {
  const broken: LessonRun = { track: 'go', results: new Map(), buildFailed: 'go build exited 1', ms: 1 }
  const found = runDefects(blocks, [broken, ran('rust', ['b'])], where)
  expect(found).toMatchObject([
    { where: 'labs/linux/x/solutions/go', why: 'go build exited 1' },
    { where: 'labs/linux/x/README.md:6', what: `${DIFFERS} (with every solution).` },
  ])
})
