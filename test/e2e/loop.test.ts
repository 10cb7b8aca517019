/** Red, green, next: what a learner does, with the built lab over real hosts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import { Checkout, root } from './checkout.ts'

const opened: Checkout[] = []
const checkout = (user: 'root' | 'ordinary'): Checkout => {
  const made = new Checkout(user)
  opened.push(made)
  return made
}
afterEach(() => {
  for (const one of opened.splice(0)) one.remove()
})

const STEPS = 7

/** Every language that the lab offers; a toolchain in root's home is not another user's. */
const { tracks } = await loadLab(await loadCourse(root), 'linux/init')
const offered = tracks.map(({ id }) => id)
const tracksOf = (user: 'root' | 'ordinary'): string[] =>
  offered.filter((id) => user === 'root' || id !== 'rust' || existsSync('/usr/bin/cargo'))

/** Root makes the ordinary user too, so the tests are for root; another user tests itself. */
const users = process.getuid?.() === 0 ? (['root', 'ordinary'] as const) : (['root'] as const)

describe.each(users)('as %s', (user) => {
  it.each(tracksOf(user))('red, green and next in %s', { timeout: 240_000 }, async (track) => {
    const lab = checkout(user)
    const started = await lab.lab('start', 'linux/init', '--track', track)
    expect(started.out + started.err).toContain("init -- sh -c 'exit 7' exits 7")
    expect(started.code).toBe(0)
    expect(existsSync(join(lab.workspace, 'init', 'LESSON.md'))).toBe(true)

    const red = await lab.lab('check')
    expect(red.code).toBe(1)
    expect(red.out).toMatch(/2 failed/)
    const early = await lab.lab('next')
    expect(early.code).toBe(1)
    expect(early.out + early.err).toContain('exit-status/code')

    lab.put(`labs/linux/init/solutions/${track}`)
    for (let step = 1; step < 4; step += 1) {
      const green = await lab.lab('check')
      expect(green.code, green.out + green.err).toBe(0)
      expect(green.out).toContain(`Step ${step} is done.   lab next   goes on to step ${step + 1}`)
      const next = await lab.lab('next')
      expect(next.code, next.out + next.err).toBe(0)
    }
    const all = await lab.lab('check', '--all')
    expect(all.out).toMatch(/16 passed/)
    expect(all.out).toContain(`Steps 4 to ${STEPS} are done.   lab next   ends the lab`)
    expect(all.code).toBe(0)
    const end = await lab.lab('next')
    expect(end.out, end.err).toContain('finished')
    const status = JSON.parse((await lab.lab('status', '--json')).out) as unknown
    expect(JSON.stringify(status)).toContain('linux/init')
    const journal = readFileSync(join(lab.workspace, '.lab', 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(journal.filter((line) => line.includes('"advanced"'))).toHaveLength(4)
  })
})
