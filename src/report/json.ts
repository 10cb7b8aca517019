/** What `--json` prints: the same data as the screens, without their words. */
import type { ProblemText } from '../problem.ts'
import type { CheckResult, Fault } from '../protocol/index.ts'

export interface ErrorJson {
  error: ProblemText & { exitCode: number; stack?: string }
}

export function errorJson({
  code,
  text,
  stack,
}: {
  code: number
  text: ProblemText
  stack?: string | undefined
}): ErrorJson {
  return { error: { exitCode: code, ...text, ...(stack === undefined ? {} : { stack }) } }
}

export interface RunJson {
  lab: string
  contract: number
  step: number
  run: string
  seed: string
  target: string
  /** of deadlines */
  factor: number
  /** sha256 of the component's source */
  source: string
  course: string
  ms: number
  exitCode: number
  /** the signal that cut the run short */
  interrupted?: string
  build?: {
    state: 'done' | 'cached' | 'failed'
    ms: number
    step?: 'fetch' | 'build' | 'run'
    command?: string
    ended?: string
    output?: string
    remedy?: string
  }
  fault?: Fault
  /** the engine was lost on the way; the results are those so far */
  error?: ErrorJson['error']
  /** folder of the evidence */
  evidence: string
  points: { earned: number; of: number }
  /** in the order of the plan */
  results: (CheckResult & { step: number; requirement: string; claim: string; points: number })[]
}
