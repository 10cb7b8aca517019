/** A lab enters labs/course.yaml with as little change as can be. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { EMPTY_COURSE, withEntry } from '../../../src/author/new/course-entry.ts'

const own = readFileSync(resolve(import.meta.dirname, '../../../labs/course.yaml'), 'utf8')

/** Lines of `after` that `before` does not have, and the other way round. */
function changed(before: string, after: string): { added: string[]; gone: string[] } {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return { added: b.filter((line) => !a.includes(line)), gone: a.filter((line) => !b.includes(line)) }
}

it('one line, at the end of its stage', () => {
  const { text, stage } = withEntry(own, { id: 'linux/pipes', title: 'Pipes: what fills up, and who waits' })
  expect(stage).toBe(false)
  expect(changed(own, text)).toEqual({
    added: ["      - { id: linux/pipes, title: 'Pipes: what fills up, and who waits' }"],
    gone: [],
  })
  const lines = text.split('\n')
  expect(lines[lines.findIndex((line) => line.includes('linux/pipes')) + 1]).toBe('  - id: etcd')
})

it('a stage that is not listed comes last', () => {
  const { text, stage } = withEntry(own, { id: 'first-aid/pulse', title: 'A pulse' })
  expect(stage).toBe(true)
  expect(text).toBe(
    `${own}  - id: first-aid\n    title: First aid\n    labs:\n      - { id: first-aid/pulse, title: A pulse }\n`,
  )
})

it('the smallest course', () => {
  expect(withEntry(EMPTY_COURSE, { id: 'a/b', title: 'B' }).text).toMatch(
    /^stages:\n {2}- id: a\n {4}title: A\n {4}labs:\n {6}- \{ id: a\/b, title: B \}\n$/m,
  )
})
