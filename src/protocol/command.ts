/** Commands: what the CLI asks of an engine, one JSON line each. */
import * as v from 'valibot'

/** Raised when a message changes meaning; an engine of another version is refused with a clear message. */
export const PROTOCOL = 5

const Argv = v.pipe(v.array(v.string()), v.minLength(1))

/** What `component.yaml` says, resolved: how a component is fetched, built and run. */
export const ComponentSpec = v.object({
  fetch: v.optional(Argv),
  build: v.optional(Argv),
  /** program name → argv; an element that begins with `./` names a file of the component; `main` always exists */
  run: v.record(v.string(), Argv),
})
export type ComponentSpec = v.InferOutput<typeof ComponentSpec>

/** Programs that Drydock has with it: `node` is the one that the engine runs on. */
export const BROUGHT = ['node', 'esbuild'] as const
export type Brought = (typeof BROUGHT)[number]

/** How a track's toolchain is found on the target, and what a build with it needs. From `labs/tracks/<id>/track.yaml`. */
export const Toolchain = v.object({
  /** the track's id: `go`, `python`, `rust` … */
  id: v.string(),
  /** the program looked for on PATH; or one of `brought` */
  program: v.string(),
  /** argv that prints the folder which holds the toolchain; empty where all of it is brought */
  locate: v.array(v.string()),
  /** folders of programs, relative to that folder */
  paths: v.array(v.string()),
  /** environment of builds and runs; `$CACHE` stands for the build's cache folder, `$HOME_DIR` for the toolchain's folder */
  env: v.record(v.string(), v.string()),
  /** programs that Drydock brings and hosts show */
  brought: v.array(v.picklist(BROUGHT)),
  /** the smallest install command, for a person */
  install: v.string(),
  /** programs that builds call besides (a linker) → the install command of each, for a person */
  needs: v.record(v.string(), v.string()),
  /** variable of `fetch` → argv that prints its value where the person is; the target does not ask */
  downloads: v.optional(v.record(v.string(), Argv)),
})
export type Toolchain = v.InferOutput<typeof Toolchain>

/** A person's settings for downloads: variable → value; null: `fetch` has it not, although builds have. */
export const Downloads = v.record(v.string(), v.nullable(v.string()))
export type Downloads = v.InferOutput<typeof Downloads>

export const SourceFile = v.object({ path: v.string(), mode: v.number(), /** base64 */ data: v.string() })
export type SourceFile = v.InferOutput<typeof SourceFile>

/** The only file of a `put` of bundled checkers. */
export const CHECKERS_FILE = 'checkers.cjs'

/** One check to run; it is skipped unless every check in `needs` has passed in this run. */
export const PlannedCheck = v.object({ id: v.string(), needs: v.array(v.string()) })
export type PlannedCheck = v.InferOutput<typeof PlannedCheck>

/** A program text for `sh`; `id` is unique among those of its command. */
export const Script = v.object({ id: v.string(), text: v.string() })
export type Script = v.InferOutput<typeof Script>

/** What a run of any kind stands on. */
const Base = {
  run: v.string(),
  lab: v.string(),
  /** sha256 of the lab's bundled checkers, which were `put` as one file */
  checkers: v.string(),
  /** folders of the target that no component may see (course, workspace, home); those that are not there are no matter */
  hidden: v.array(v.string()),
  component: v.object({
    source: v.string(),
    spec: ComponentSpec,
    toolchain: v.optional(Toolchain),
    /** for `fetch` alone */
    downloads: v.optional(Downloads),
    /** names the build's cache folder; components that must not influence each other have different ones */
    cache: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  }),
}

export const Command = v.variant('type', [
  v.object({ type: v.literal('hello'), protocol: v.number() }),
  /** keeps files under their digest for as long as the engine lives: a component's source, a lab's checkers */
  v.object({ type: v.literal('put'), digest: v.string(), files: v.array(SourceFile) }),
  v.object({
    ...Base,
    type: v.literal('run'),
    checks: v.array(PlannedCheck),
    seed: v.string(),
    /** share of the usual patience, above 0 and up to 1; default 1. For proofs: what a mutant lacks does not come later. */
    patience: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1))),
    /** checks run at once; default: two for each processor of the target, and one, since checks wait more than they compute */
    jobs: v.optional(v.number()),
    /**
     * a check that does not pass (`failed`), or also one that does (`always`), is held: its host stays as it is, after
     * `held`, until the run is cancelled
     */
    hold: v.optional(v.picklist(['failed', 'always'])),
  }),
  /** runs scripts one after the other in one host, as a person would who reads a lesson */
  v.object({
    ...Base,
    type: v.literal('script'),
    scripts: v.array(Script),
    /** programs that the scripts run → the install command of each, for a person */
    tools: v.record(v.string(), v.string()),
    /** name of the environment variable that holds the path of the component's program */
    variable: v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]*$/)),
    /** how long each script may take, ms on a fast laptop */
    limit: v.number(),
  }),
  v.object({ type: v.literal('cancel'), run: v.string() }),
  v.object({ type: v.literal('bye') }),
])
export type Command = v.InferOutput<typeof Command>
export type RunCommand = Extract<Command, { type: 'run' }>
export type ScriptCommand = Extract<Command, { type: 'script' }>
