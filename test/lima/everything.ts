/** Every solution, real tool and wrong solution of the labs that are proved: what --full grades in the VM. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { grade, isProved, killsOf, notPassed } from './grading.ts'

const labs = join(import.meta.dirname, '../../labs')

const entries = (lab: string, folder: string, end = ''): string[] => {
  const path = join(labs, lab, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, name.length - end.length))
}

const proved = readdirSync(labs, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/[^/]+\/lab\.yaml$/.test(path))
  .map(dirname)
  .filter(isProved)
  .sort()

/** Of these the VM has no library: it is without network while a component is built. */
const FETCHED = ['linux/frames oracle ttrpc']

export function gradeEverything(): void {
  describe.each(proved)('%s, everything', (lab) => {
    const rightOnes = [
      ...entries(lab, 'solutions').map((name) => ['solution', name]),
      ...entries(lab, 'oracles', '.yaml').map((name) => ['oracle', name]),
    ].filter((subject) => !FETCHED.includes([lab, ...subject].join(' ')))
    it.each(rightOnes)('passes with the %s %s', async (kind = '', name = '') => {
      const table = await grade(lab, [`--${kind}`, name])
      expect(notPassed(table), table.said).toEqual([])
      expect(table).toMatchObject({ code: 0, target: 'lima' })
    })
    it.each(entries(lab, 'mutants', '.patch'))('fails with the mutant %s', async (name) => {
      const table = await grade(lab, ['--mutant', name])
      expect(notPassed(table).sort(), table.said).toEqual(killsOf(lab, name))
      expect(table.code).toBe(1)
    })
  })
}
