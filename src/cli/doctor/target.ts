/** Tries the target that components run on by starting its engine. */
import { EXIT, Problem } from '../../problem.ts'
import type { Gap } from './gap.ts'

export interface TargetOptions {
  /** the package's folder */
  root: string
  target: string
  /** what the lab requires of it */
  requires: string[]
  onNote: (text: string) => void
}

export async function targetGaps({ root, target, requires, onNote }: TargetOptions): Promise<Gap[]> {
  const { connect } = await import('../../targets/connect.ts')
  const name = `target ${target}`
  try {
    await using engine = await connect({ root, target, requires, onNote })
    const { facts, factor, description } = engine
    const unbounded = facts.bounds === 'rlimit'
    const bounds = unbounded ? 'rlimit (no usable cgroup; checks about memory are not graded)' : facts.bounds
    return [
      {
        name,
        state: 'present',
        text: `${description}, ${facts.cpus} processors, deadlines times ${factor.toFixed(1)}`,
      },
      { name: 'bounds', state: unbounded ? 'absent' : 'present', text: bounds },
      ...requires.map((need): Gap => {
        const has = facts.offers.includes(need)
        const text = has ? 'offered by the target' : 'the target does not offer it'
        return { name: need, state: has ? 'present' : 'missing', text }
      }),
    ]
  } catch (error) {
    if (!(error instanceof Problem) || error.exitCode !== EXIT.environment) throw error
    const { what, why, remedy } = error.text
    return [{ name, state: 'missing', text: [what, why].filter(Boolean).join(': '), remedy }]
  }
}

/** Where an engine can't be started for want of what another gap names, trying tells nothing new. */
export const notTried = (target: string): Gap => ({
  name: `target ${target}`,
  state: 'absent',
  text: 'not tried yet: first what is missing above',
})
