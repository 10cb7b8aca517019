/** Which checks a run runs, in which order. */
import { findCheck } from '../../course/lab.ts'
import type { Check, Lab } from '../../course/model.ts'
import { nearest } from '../../course/nearest.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { PlannedCheck } from '../../protocol/index.ts'

export interface Selection {
  /** ids; these alone */
  checks: readonly string[]
  /** this step alone */
  step?: number | undefined
  all: boolean
}

/**
 * Without a choice: the checks of `step`, the one that is worked on, then those of earlier steps, so that a regression
 * is seen. Throws Problem (wrong usage) for a check or a step that the lab does not have.
 */
export function planChecks(
  lab: Pick<Lab, 'id' | 'steps'>,
  step: number,
  { checks, step: only, all }: Selection,
): Check[] {
  if (checks.length > 0 && only !== undefined) throw bothChosen(checks, only)
  if (checks.length > 0) return [...new Set(checks)].map((id) => findCheck(lab, id))
  if (only !== undefined) return stepOf(lab, only).checks
  const others = all ? lab.steps.filter(({ number }) => number !== step) : lab.steps.slice(0, step - 1)
  return [...stepOf(lab, step).checks, ...others.flatMap((other) => other.checks)]
}

function bothChosen(checks: readonly string[], step: number): Problem {
  return new Problem(
    {
      what: 'Checks by their ids and --step exclude each other.',
      why: `${checks.join(', ')} would run alone, and so would step ${step}.`,
      remedy: `lab check ${checks.join(' ')}`,
    },
    EXIT.usage,
  )
}

/** Throws Problem (wrong usage). */
export function stepOf(lab: Pick<Lab, 'id' | 'steps'>, number: number): Lab['steps'][number] {
  const step = lab.steps[number - 1]
  if (step) return step
  throw new Problem(
    {
      what: `Lab ${lab.id} has no step ${number}.`,
      why: `It has ${lab.steps.length} steps: ${lab.steps.map((s) => `${s.number} ${s.title}`).join(', ')}.`,
      remedy: `lab check --step ${lab.steps.length}`,
    },
    EXIT.usage,
  )
}

/** The step with that number or name (`forward`). Throws Problem (wrong usage) that names the nearest. */
export function stepNamed(lab: Pick<Lab, 'id' | 'steps'>, said: string): Lab['steps'][number] {
  if (/^\d+$/.test(said)) return stepOf(lab, Number(said))
  const step = lab.steps.find(({ id }) => id === said)
  if (step) return step
  const ids = lab.steps.map(({ id }) => id)
  const near = nearest(said, ids)
  throw new Problem(
    {
      what: `Lab ${lab.id} has no step ${said}.`,
      why: near === undefined ? `Its steps are ${ids.join(', ')}.` : `Did you mean ${near}?`,
      remedy: `lab check --step ${near ?? ids[0] ?? '1'}`,
    },
    EXIT.usage,
  )
}

/** What the engine is told: a check waits only for checks of the same run. */
export function forEngine(checks: readonly Check[]): PlannedCheck[] {
  const planned = new Set(checks.map((check) => check.id))
  return checks.map(({ id, needs }) => ({ id, needs: needs.filter((need) => planned.has(need)) }))
}
