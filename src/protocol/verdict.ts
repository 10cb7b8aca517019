/**
 * Verdicts and the evidence that comes with them: what the engine reports about one check.
 * `failed` is the learner's; `error` is ours or the environment's and costs no points; `skipped` names what it
 * waits for; `timeout` is a check's overall limit.
 */
import * as v from 'valibot'

export const Verdict = v.picklist(['passed', 'failed', 'error', 'skipped', 'timeout'])
export type Verdict = v.InferOutput<typeof Verdict>

/** One thing that the checker did or saw; `at` is in ms since the check began. */
export const TimelineEntry = v.object({ at: v.number(), kind: v.string(), text: v.string() })
export type TimelineEntry = v.InferOutput<typeof TimelineEntry>

/** One line that the component wrote. `at` in ms since the check began; `text` is raw and must be escaped for a terminal. */
export const OutputLine = v.object({ at: v.number(), stream: v.picklist(['out', 'err']), text: v.string() })
export type OutputLine = v.InferOutput<typeof OutputLine>

/** Why a check did not pass, in the learner's terms: both sentences are complete and carry their units. */
export const Failure = v.object({ expected: v.string(), observed: v.string() })
export type Failure = v.InferOutput<typeof Failure>

/**
 * Why something could not be graded. `environment`: the machine lacks something, `remedy` mends it (exit code 3);
 * `bug`: ours (exit code 4), `detail` is the stack.
 */
export const Fault = v.object({
  cause: v.picklist(['environment', 'bug']),
  what: v.string(),
  why: v.optional(v.string()),
  remedy: v.optional(v.string()),
  detail: v.optional(v.string()),
})
export type Fault = v.InferOutput<typeof Fault>

/** What a check waited for, ms; overlapping waits count once. The rest of its time is the checker's own. */
export const Waited = v.object({
  component: v.number(),
  /** times that the contract itself names */
  contract: v.number(),
  /** the wait that came nearest to its deadline: the share of the deadline that was over, 0 to 1 */
  nearest: v.optional(v.object({ what: v.string(), share: v.number() })),
})
export type Waited = v.InferOutput<typeof Waited>

export const CheckResult = v.object({
  check: v.string(),
  verdict: Verdict,
  /** wall time of the check, ms, without build and host set-up */
  ms: v.number(),
  /** deadline factor that was in force */
  factor: v.number(),
  /** ms by which the engine's own heartbeat was late at most while the check ran: what the machine took from everybody */
  late: v.number(),
  /** programs of the whole machine that wanted to run while the check ran: for each processor, on average */
  load: v.number(),
  /** absent when it never ran */
  waited: v.optional(Waited),
  failure: v.optional(Failure),
  fault: v.optional(Fault),
  /** ids of the checks that a skipped check waits for */
  waitsFor: v.optional(v.array(v.string())),
  timeline: v.array(TimelineEntry),
  /** the component's output, bounded: the first and the last lines */
  output: v.array(OutputLine),
  /** lines that the component wrote in all */
  outputLines: v.number(),
  /** things worth knowing that cost nothing (a leak that no requirement forbids) */
  notes: v.array(v.string()),
})
export type CheckResult = v.InferOutput<typeof CheckResult>
