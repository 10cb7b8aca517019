/**
 * The journal's events. The check of a line is written by hand, because a journal may be long and every command reads
 * it: a schema library would have to be loaded for it.
 */
import type { Verdict } from '../protocol/index.ts'

/** Version of the events' format. */
export const EVENT_VERSION = 1

/** What every event carries. */
export interface Stamp {
  v: typeof EVENT_VERSION
  /** when it happened: ISO 8601, UTC */
  at: string
  /** unique; an event that occurs twice (an import, a merge) counts once */
  id: string
}

export interface WorkspaceCreated {
  type: 'workspace-created'
  /** the course's version */
  course: string
}

/** The learner turned to this lab; the last one is the current lab. */
export interface LabStarted {
  type: 'lab-started'
  lab: string
  track: string
}

/** Checks of a lab were run. */
export interface Checked {
  type: 'checked'
  lab: string
  /** the lab's contract at that time */
  contract: number
  run: string
  /** the step worked on */
  step: number
  seed: string
  target: string
  /** digest of the component's source */
  source: string
  /** the course's version */
  course: string
  /** wall time of the run */
  ms: number
  results: CheckedResult[]
}

export interface CheckedResult {
  check: string
  verdict: Verdict
  ms: number
}

/** The learner now works on step `step`; one past the last step means that the lab is finished. */
export interface Advanced {
  type: 'advanced'
  lab: string
  step: number
  /** how many steps the lab had at that time: without it, a finished lab that gains a step would count as unfinished */
  of?: number
}

/** The learner took a hint: rung 1 to 3 of a check. */
export interface HintTaken {
  type: 'hint-taken'
  lab: string
  check: string
  rung: number
}

/** The learner had the solution shown before the lab was finished. */
export interface GaveUp {
  type: 'gave-up'
  lab: string
}

/** The component was put back to its starter. What had been there is in `.lab/saved/<saved>`, where there was something. */
export interface ComponentReset {
  type: 'component-reset'
  lab: string
  saved?: string
}

/** The saved copy `saved` became the component again; what it took the place of is in `.lab/saved/<replaced>`. */
export interface ComponentRestored {
  type: 'component-restored'
  lab: string
  saved: string
  replaced?: string
}

export type EventBody =
  WorkspaceCreated | LabStarted | Checked | Advanced | HintTaken | GaveUp | ComponentReset | ComponentRestored
export type JournalEvent = Stamp & EventBody
/** An event to append; `at` and `id` are filled in unless they are given (an import). */
export type NewEvent = EventBody & Partial<Pick<Stamp, 'at' | 'id'>>

/**
 * The event that `value` is; `newer` when a newer version wrote it (an unknown type, or a higher `v`): it is kept and
 * ignored. Undefined when it is no event.
 */
export function parseEvent(value: unknown): JournalEvent | 'newer' | undefined {
  if (!isMap(value) || !isTime(value['at']) || !isText(value['id']) || !isText(value['type']) || !isCount(value['v'])) {
    return undefined
  }
  if (value['v'] > EVENT_VERSION) return 'newer'
  const check = Object.hasOwn(BODIES, value['type']) ? BODIES[value['type'] as EventBody['type']] : undefined
  if (check === undefined) return 'newer'
  return check(value) ? (value as unknown as JournalEvent) : undefined
}

type Fields = Record<string, unknown>

const BODIES: Record<EventBody['type'], (event: Fields) => boolean> = {
  'workspace-created': (e) => isText(e['course']),
  'lab-started': (e) => isText(e['lab']) && isText(e['track']),
  checked: (e) =>
    isText(e['lab']) &&
    isCount(e['contract']) &&
    isText(e['run']) &&
    isCount(e['step']) &&
    isText(e['seed']) &&
    isText(e['target']) &&
    isText(e['source']) &&
    isText(e['course']) &&
    isDuration(e['ms']) &&
    Array.isArray(e['results']) &&
    e['results'].every(isResult),
  'hint-taken': (e) => isText(e['lab']) && isText(e['check']) && isCount(e['rung']),
  advanced: (e) => isText(e['lab']) && isCount(e['step']) && (e['of'] === undefined || isCount(e['of'])),
  'gave-up': (e) => isText(e['lab']),
  'component-reset': (e) => isText(e['lab']) && isTextOrAbsent(e['saved']),
  'component-restored': (e) => isText(e['lab']) && isText(e['saved']) && isTextOrAbsent(e['replaced']),
}

const VERDICTS: readonly unknown[] = ['passed', 'failed', 'error', 'skipped', 'timeout'] satisfies Verdict[]

function isResult(value: unknown): boolean {
  return isMap(value) && isText(value['check']) && VERDICTS.includes(value['verdict']) && isDuration(value['ms'])
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || isText(value)
}

/** A whole number from 1. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isTime(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  )
}
