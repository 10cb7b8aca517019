/** Events: what an engine says, one JSON line each, numbered from 1 after the sync line. */
import * as v from 'valibot'
import { CheckResult, Fault } from './verdict.ts'

/** The stream begins with this line, because ssh and sudo may print before it. */
export const SYNC = '--drydock-engine-1--'

/** What the target is and offers. */
export const TargetFacts = v.object({
  kernel: v.string(),
  arch: v.string(),
  node: v.string(),
  /** true root (not root of a user namespace) */
  root: v.boolean(),
  cpus: v.number(),
  /** how memory and processes are bounded */
  bounds: v.picklist(['cgroup2', 'cgroup1', 'rlimit']),
  /** what labs may require and this target has: `namespaces`, `root`, `net` … */
  offers: v.array(v.string()),
})
export type TargetFacts = v.InferOutput<typeof TargetFacts>

/** What became of a script. */
export const ScriptResult = v.object({
  script: v.string(),
  /** how its shell ended: one of the two, unless it was cut short */
  code: v.optional(v.number()),
  signal: v.optional(v.string()),
  /** it was ended because it took longer than its limit, or wrote more than anybody reads */
  cut: v.optional(v.picklist(['time', 'output'])),
  ms: v.number(),
  /** deadline factor that was in force */
  factor: v.number(),
  /** lines of standard output and standard error in the order in which they came; the first and the last when there were many */
  output: v.array(v.string()),
  /** lines that it wrote in all */
  outputLines: v.number(),
  /** bounds of the host that it met, in words */
  notes: v.array(v.string()),
})
export type ScriptResult = v.InferOutput<typeof ScriptResult>

/** Where a held host is entered: the namespaces of a process, and what a shell there needs to know. */
export const HeldPlace = v.object({
  /** in the engine's pid namespace: a component that still runs, else process 1 of the host */
  pid: v.number(),
  /** what that process is, for a person: `init`, `host1` */
  name: v.string(),
  environment: v.record(v.string(), v.string()),
  /** it is process 1 in a user namespace of its own, which its pid and mount namespaces belong to */
  confined: v.boolean(),
  /** path of the component's program inside */
  component: v.string(),
})
export type HeldPlace = v.InferOutput<typeof HeldPlace>

const Base = { seq: v.number() }

export const Event = v.variant('type', [
  v.object({
    ...Base,
    type: v.literal('hello'),
    protocol: v.number(),
    facts: TargetFacts,
    factor: v.number(),
    /** cgroups of engines that were killed, which this one removed before it began */
    removed: v.optional(v.array(v.string()), []),
  }),
  v.object({ ...Base, type: v.literal('stored'), digest: v.string() }),
  /** the source or the checkers asked for are unknown: send `put` first */
  v.object({ ...Base, type: v.literal('missing'), run: v.string(), digest: v.string() }),
  v.object({
    ...Base,
    type: v.literal('build'),
    run: v.string(),
    state: v.picklist(['started', 'done', 'cached', 'failed']),
    ms: v.number(),
    /** with `failed`: the part of component.yaml, what was run, how it ended, the last lines it printed, what mends it */
    step: v.optional(v.picklist(['fetch', 'build', 'run'])),
    command: v.optional(v.string()),
    ended: v.optional(v.string()),
    output: v.optional(v.string()),
    remedy: v.optional(v.string()),
  }),
  v.object({ ...Base, type: v.literal('check-started'), run: v.string(), check: v.string() }),
  v.object({ ...Base, type: v.literal('waiting'), run: v.string(), check: v.string(), what: v.string() }),
  v.object({ ...Base, type: v.literal('check-done'), run: v.string(), result: CheckResult }),
  v.object({ ...Base, type: v.literal('script-done'), run: v.string(), result: ScriptResult }),
  /** a check did not pass, and its host stays as it is until the run is cancelled; no `check-done` follows */
  v.object({ ...Base, type: v.literal('held'), run: v.string(), result: CheckResult, place: HeldPlace }),
  /** a long text that belongs into a file of the run's folder, named relative to it */
  v.object({ ...Base, type: v.literal('evidence'), run: v.string(), path: v.string(), text: v.string() }),
  v.object({
    ...Base,
    type: v.literal('run-done'),
    run: v.string(),
    ms: v.number(),
    /** CPU time of everything that the run started, ms */
    cpuMs: v.number(),
    cancelled: v.boolean(),
  }),
  /** something that ends a run, or the engine, before a verdict */
  v.object({ ...Base, type: v.literal('fault'), run: v.optional(v.string()), fault: Fault }),
  /** a word for the person, of no consequence for verdicts */
  v.object({ ...Base, type: v.literal('note'), text: v.string() }),
  /** so many bytes of commands were read; said where the line holds few and loses what is more, as a serial line does */
  v.object({ ...Base, type: v.literal('received'), bytes: v.number() }),
  /** sent each second, whatever else there is to say: an engine from which nothing comes is lost */
  v.object({ ...Base, type: v.literal('alive') }),
])
export type Event = v.InferOutput<typeof Event>
/** An event before the stream has numbered it. */
export type Unnumbered = Event extends infer E ? (E extends { seq: number } ? Omit<E, 'seq'> : never) : never
