/**
 * What `lab grade` found, as data: the one value that every reporter is drawn from, and what `--replay` reads.
 * docs/schemas/grade.json is generated from it.
 */
import * as v from 'valibot'
import { Failure, OutputLine, TimelineEntry } from '../../protocol/index.ts'

/** Raised when a field changes meaning. New fields do not raise it: readers leave alone what they do not know. */
export const GRADE_FORMAT = 1

const Text = v.string()
const Ms = v.pipe(v.number(), v.minValue(0))
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** sha256, hex */
const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

export const Points = v.object({ earned: Count, of: Count })
export type Points = v.InferOutput<typeof Points>

/**
 * `error`: ours or the environment's. `not-run`: time was up, or the component was not built. Only `passed` earns points.
 */
export const GradeVerdict = v.picklist(['passed', 'failed', 'timeout', 'error', 'not-run'])
export type GradeVerdict = v.InferOutput<typeof GradeVerdict>

/**
 * Why a lab, or a check, has no verdict of its own. `submission`: the component's files, or its build; `time`: `--timeout` was up;
 * `interrupted`: a signal; `environment` and `bug` are not the component's, and make the report incomplete.
 */
export const Reason = v.object({
  cause: v.picklist(['submission', 'time', 'interrupted', 'environment', 'bug']),
  what: Text,
  why: v.optional(Text),
  remedy: v.optional(Text),
  /** a stack, or the last lines that a build printed: raw */
  detail: v.optional(Text),
})
export type Reason = v.InferOutput<typeof Reason>

export const GradedCheck = v.object({
  check: Text,
  step: Count,
  requirement: Text,
  claim: Text,
  points: Points,
  verdict: GradeVerdict,
  ms: Ms,
  /** of deadlines, while it ran */
  factor: v.number(),
  /** line of the requirement in the lesson, 1-based */
  line: v.optional(Count),
  failure: v.optional(Failure),
  reason: v.optional(Reason),
  timeline: v.array(TimelineEntry),
  /** what the component wrote, raw: the first and the last lines */
  output: v.array(OutputLine),
  outputLines: Count,
  notes: v.array(Text),
})
export type GradedCheck = v.InferOutput<typeof GradedCheck>

export const GradedLab = v.object({
  lab: Text,
  title: Text,
  contract: Count,
  /**
   * `graded`: its checks ran; `not-started`: the workspace does not list it; `not-built` and `unreadable`: the component's fault;
   * `not-graded`: not the component's
   */
  state: v.picklist(['graded', 'not-started', 'not-built', 'unreadable', 'not-graded']),
  points: Points,
  /** points that were asked for */
  required: v.optional(Count),
  /** not required, or so many points were earned */
  met: v.boolean(),
  reason: v.optional(Reason),
  track: v.optional(Text),
  /** paths are relative to the workspace */
  component: v.optional(
    v.object({ path: Text, digest: v.optional(Digest), entry: v.optional(Text), lesson: v.optional(Text) }),
  ),
  /** of the lab's bundled checks */
  checkers: v.optional(Digest),
  /** versions of what built and ran it: language → version, as its own tool says it */
  tools: v.record(Text, Text),
  machine: v.optional(
    v.object({
      target: Text,
      kernel: Text,
      arch: Text,
      node: Text,
      cpus: Count,
      root: v.boolean(),
      bounds: Text,
      /** of deadlines, at the start */
      factor: v.number(),
    }),
  ),
  ms: Ms,
  /** in the order of the lesson */
  checks: v.array(GradedCheck),
})
export type GradedLab = v.InferOutput<typeof GradedLab>

export const GradeReport = v.object({
  format: v.literal(GRADE_FORMAT),
  program: v.object({ name: Text, version: Text }),
  course: v.object({ title: Text, version: Text, digest: Digest }),
  /** name of its folder */
  workspace: Text,
  /** what the command was asked; `--replay` asks the same */
  asked: v.object({
    /** none: those that are started */
    labs: v.array(Text),
    required: v.record(Text, Count),
    target: Text,
    timeoutMs: v.optional(Ms),
  }),
  seed: Text,
  /** ISO 8601, UTC */
  began: v.pipe(v.string(), v.isoTimestamp()),
  ms: Ms,
  /** of the labs that are started or required */
  points: Points,
  /** false: part of it could not be graded, and the points may be too few; not a grade to record */
  complete: v.boolean(),
  /** `--timeout` was up before the end */
  timedOut: v.boolean(),
  /** the signal that cut it short */
  interrupted: v.optional(Text),
  /** 0 all that is required is met, 1 not, 3 the environment could not grade, 4 a bug */
  exitCode: Count,
  labs: v.array(GradedLab),
})
export type GradeReport = v.InferOutput<typeof GradeReport>
