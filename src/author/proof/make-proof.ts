/** Makes a proof of what was tried. Pure. */
import type { Lab } from '../../course/model.ts'
import { rejected } from '../truth/trial.ts'
import type { Tried } from '../truth/judge.ts'
import type { Digests } from './digests.ts'
import type { Proof } from './proof.ts'
import type { Tools } from './tools.ts'

export interface Made {
  lab: Lab
  tried: readonly Tried[]
  digests: Digests
  tools: Tools
  lesson: Proof['lesson']
  /** of the proof before, where it was of the same */
  elsewhere: Proof['elsewhere']
}

export function makeProof({ lab, tried, digests, tools, lesson, elsewhere }: Made): Proof {
  const of = (kind: string): Tried[] => tried.filter(({ subject }) => subject.kind === kind)
  const mutants = of('mutant').map(({ subject, trial }) => ({ subject, kills: rejected(trial) }))
  const checks = lab.steps.flatMap((step) => step.checks)
  return {
    format: 1,
    lab: lab.id,
    digests,
    tools,
    checks: Object.fromEntries(
      checks.map(({ id, requirement }) => {
        const first = mutants.filter(({ kills }) => kills[0] === id).map(({ subject }) => subject.name)
        return [id, { requirement, first, cost: dearest(of('solution'), id) }]
      }),
    ),
    solutions: of('solution').map(({ subject }) => subject.name),
    oracles: Object.fromEntries(of('oracle').map(({ subject }) => [subject.name, Object.keys(subject.except)])),
    mutants: Object.fromEntries(
      mutants.map(({ subject, kills }) => [subject.name, { requirement: subject.mutant?.requirement ?? '', kills }]),
    ),
    ...(elsewhere && { elsewhere }),
    ...(lesson && { lesson }),
  }
}

/** Of the solutions that one on which the check takes longest. */
function dearest(solutions: readonly Tried[], id: string): Proof['checks'][string]['cost'] {
  const results = solutions.flatMap(({ trial }) => trial.results.filter(({ check }) => check === id))
  const worst = results.sort((a, b) => b.ms - a.ms)[0]
  const { component = 0, contract = 0 } = worst?.waited ?? {}
  return { ms: Math.round(worst?.ms ?? 0), component: Math.round(component), contract: Math.round(contract) }
}
