/** A target is how an engine is reached. What it hands back is the same for all of them. */
import type { Problem } from '../problem.ts'
import type {
  ComponentSpec,
  Event,
  HeldPlace,
  PlannedCheck,
  Script,
  SourceFile,
  TargetFacts,
  Toolchain,
} from '../protocol/index.ts'

/** What a run of any kind stands on. */
interface Request {
  lab: string
  /** path of the lab's bundled checkers on this machine */
  checkers: string
  source: { digest: string; files: SourceFile[] }
  spec: ComponentSpec
  toolchain: Toolchain | undefined
  /** names the build's cache folder: `[a-z0-9-]+`; workspaces that must not influence each other have different ones */
  cache: string
  /** folders of this machine that no component may see */
  hidden: string[]
}

export interface RunRequest extends Request {
  checks: PlannedCheck[]
  seed: string
  /** share of the usual patience; see the protocol */
  patience?: number | undefined
  jobs?: number | undefined
  /** a check that does not pass, or also one that does, is held after a `held` event, until the run is cancelled */
  hold?: 'failed' | 'always' | undefined
}

/** Scripts that run one after the other in one host, each in a shell of its own, beside the component. */
export interface ScriptRequest extends Request {
  scripts: Script[]
  /** programs that the scripts run → the install command of each, for a person */
  tools: Record<string, string>
  /** name of the environment variable that holds the path of the component's program: `[A-Z][A-Z0-9_]*` */
  variable: string
  /** how long each script may take, ms on a fast laptop */
  limit: number
}

/** How a held host is entered, by this process or another one of the same user. */
export interface Entry {
  /** enters the namespaces; the argv of what is to run there follows */
  argv: string[]
  /** a shell reads what follows the argv (ssh): each word is to be quoted for it */
  quote?: boolean
  /** the whole environment of what runs there */
  environment: Record<string, string>
  /** path of the component's program inside */
  component: string
}

export interface Engine extends AsyncDisposable {
  /** `local`, `uml`, `lima` */
  readonly target: string
  /** one line for a person: "this machine (Linux 6.1, root)" */
  readonly description: string
  readonly facts: TargetFacts
  readonly factor: number
  /** cgroups that killed engines left on this machine, and this one removed */
  readonly removed: readonly string[]
  /**
   * Runs checks and yields the engine's events until `run-done` (included). Aborting cancels the run: the engine tears
   * down, and the events end with `run-done` of a cancelled run.
   * Throws Problem when the engine is lost or breaks the protocol.
   */
  run(request: RunRequest, signal?: AbortSignal): AsyncIterable<Event>
  /** Runs scripts: events, cancelling and problems as with `run`. One at a time, and none beside a run of checks. */
  script(request: ScriptRequest, signal?: AbortSignal): AsyncIterable<Event>
  /** why nobody can enter a host of this target, where that is so */
  readonly noEntry: Problem | undefined
  /** How to enter a host that the engine holds. Throws Problem when it is gone, and `noEntry`. */
  entryTo(place: HeldPlace): Entry
  /** Ends the engine; resolves when everything inside is torn down. */
  close(): Promise<void>
}

export interface ConnectOptions {
  /** the package's folder, which holds the built engine */
  root: string
  /** `auto` or a target's name */
  target: string
  /** what the labs to run require, for example `namespaces` */
  requires: string[]
  /** the languages of components: a target that shows no home is lent those that are in one */
  toolchains?: () => Promise<readonly Toolchain[]>
  /** whether builds may use what earlier ones left (default); lima keeps its own in any case */
  cache?: boolean
  /** prints a note of the engine */
  onNote?: (text: string) => void
}
