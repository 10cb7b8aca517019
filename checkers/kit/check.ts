/** What a check is, and what it is given. */
import type { Component } from './component.ts'
import type { Host } from './host/host.ts'
import type { Judge } from './judge.ts'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'

export interface CheckContext extends Judge {
  /** a host of this check's own, already up */
  host: Host
  /** brings up a further host */
  anotherHost: () => Promise<Host>
  /** the component that the lab is about */
  component: Component
  random: Random
  /** what the target offers: `cgroup2`, `clock` … */
  offers: readonly string[]
  timeline: Timeline
  /** aborted when the run is cancelled or the check's limit is over */
  signal: AbortSignal
  /** runs at teardown, last registered first, also after a failure */
  defer: (undo: () => void | Promise<void>) => void
  /** adds a remark to the result that costs nothing */
  remark: (text: string) => void
}

export type Act = (context: CheckContext) => Promise<void>

export interface CheckCode {
  act: Act
  /** runs while no other check does: it measures time, or keeps a processor busy */
  alone: boolean
  /** overall limit, ms on a fast laptop */
  limit: number
  /**
   * what differs in its failure texts from run to run: each a regular expression whose groups are that. Times, pids and
   * paths need not be named.
   */
  varies: readonly RegExp[]
}

const LIMIT = 20_000

/** Code by check id. A bare function is a check with the usual limit that runs beside others. */
export function checks(code: Record<string, Act | (Partial<CheckCode> & { act: Act })>): Record<string, CheckCode> {
  return Object.fromEntries(
    Object.entries(code).map(([id, check]) => [
      id,
      { alone: false, limit: LIMIT, varies: [], ...(typeof check === 'function' ? { act: check } : check) },
    ]),
  )
}

/** All that the engine needs of a lab: what a bundle of checkers exports by default. */
export interface LabCheckers {
  /** what the target must offer: `namespaces`, `root`, `net` …; `cgroup2` gives each host a cgroup tree of its own */
  requires: string[]
  /** programs of the checks, by name; hosts see them under /lab */
  programs: Record<string, string>
  checks: Record<string, CheckCode>
}

export function lab(parts: {
  requires: string[]
  programs?: Record<string, string>
  steps: Record<string, CheckCode>[]
}): LabCheckers {
  return {
    requires: parts.requires,
    programs: parts.programs ?? {},
    checks: Object.assign({}, ...parts.steps) as Record<string, CheckCode>,
  }
}
