/** A target is how an engine is reached. What it hands back is the same for all of them. */
import type { ComponentSpec, Event, PlannedCheck, SourceFile, TargetFacts, Toolchain } from '../protocol/index.ts'

export interface RunRequest {
  lab: string
  /** path of the lab's bundled checkers on this machine */
  checkers: string
  checks: PlannedCheck[]
  seed: string
  source: { digest: string; files: SourceFile[] }
  spec: ComponentSpec
  toolchain: Toolchain | undefined
  /** names the build's cache folder: `[a-z0-9-]+`; workspaces that must not influence each other have different ones */
  cache: string
  /** folders of this machine that no component may see */
  hidden: string[]
  jobs?: number | undefined
}

export interface Engine extends AsyncDisposable {
  /** `local`, `uml`, `lima` */
  readonly target: string
  /** one line for a person: "this machine (Linux 6.1, root)" */
  readonly description: string
  readonly facts: TargetFacts
  readonly factor: number
  /**
   * Runs checks and yields the engine's events until `run-done` (included). Aborting cancels the run: the engine tears
   * down, and the events end with `run-done` of a cancelled run.
   * Throws Problem when the engine is lost or breaks the protocol.
   */
  run(request: RunRequest, signal?: AbortSignal): AsyncIterable<Event>
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
  /** prints a note of the engine */
  onNote?: (text: string) => void
}
