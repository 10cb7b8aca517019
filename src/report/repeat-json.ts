/** What `lab check --repeat` prints as data, and what its screen is drawn from. */
import type { CheckResult, Fault, Verdict } from '../protocol/index.ts'
import type { RunJson } from './json.ts'

/** One run of a check. */
export interface Try {
  seed: string
  verdict: Verdict
  /** of the check, ms */
  ms: number
  /** of deadlines */
  factor: number
  /** ms by which the engine's heartbeat was late at most */
  late: number
  /** programs that wanted to run, for each processor */
  load: number
  /** the machine was not itself: it kept programs waiting for long, or crowded them out */
  stalled: boolean
  /** why it could not be graded */
  fault?: Fault
}

/**
 * What makes a check flaky. `none`: it is not, it passed or failed every time. `undecided`: there were too few runs;
 * `repeat` would do, and `learners` says whether the component may still be it. `unknown`: there was no reference.
 */
export type Attribution =
  | { to: 'none' | 'check' }
  | { to: 'component'; /** that a component as good as the reference fares so by luck */ chance: number }
  | {
      to: 'machine'
      /** that failures fall into stalled runs so by luck; absent where nothing but errors was seen */ chance?: number
    }
  | { to: 'undecided'; learners: boolean; repeat: number }
  | { to: 'unknown'; why: string }

export interface RepeatedCheck {
  check: string
  step: number
  requirement: string
  claim: string
  points: number
  passed: number
  of: number
  tries: Try[]
  /** whole, of the first run that did not pass */
  first?: CheckResult & { seed: string }
  /** ran because the check was flaky */
  reference?: { name: string; passed: number; of: number; tries: Try[] }
  attribution: Attribution
}

export type RepeatJson = Omit<RunJson, 'results'> & {
  repeat: number
  /** of the runs that took place */
  seeds: string[]
  checks: RepeatedCheck[]
}
