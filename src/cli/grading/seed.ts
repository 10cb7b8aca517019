/** A run's seed: every random choice of the run comes from it. */
import { randomBytes } from 'node:crypto'
import { EXIT, Problem } from '../../problem.ts'

export function newSeed(): string {
  return randomBytes(3).toString('hex')
}

/** Throws Problem (wrong usage). */
export function checkedSeed(seed: string): string {
  if (/^[\w-]{1,64}$/.test(seed)) return seed
  throw new Problem(
    {
      what: `"${seed}" is not a seed.`,
      why: 'A seed is up to 64 letters, digits and dashes.',
      remedy: 'lab check --seed 7f3a91',
    },
    EXIT.usage,
  )
}
