/** What there is to do when a run has passed: the step it completed, and where lab next goes. */
import type { Lab } from '../../course/model.ts'
import { nextStep, stepPassed, type LabProgress } from '../../workspace/progress.ts'

/** Undefined when the step is not done, or the lab was finished before. `before`, `after`: the run. */
export function stepDone(lab: Lab, before: LabProgress, after: LabProgress): string | undefined {
  const { step } = after
  if (!stepPassed(lab, after, step) || (before.finished && !before.again)) return undefined
  const next = nextStep(lab, after)
  const title = lab.steps[next - 1]?.title
  const then = title === undefined ? 'ends the lab' : `goes on to step ${next}: ${title}`
  const done = next === step + 1 ? `Step ${step} is done.` : `Steps ${step} to ${next - 1} are done.`
  return `  ${done}   lab next   ${then}`
}
