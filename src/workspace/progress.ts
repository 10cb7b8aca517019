/** Progress is a fold over the journal's events: pure functions of a lab and what happened. */
import type { Lab } from '../course/model.ts'
import { renamed } from '../course/find-lab.ts'
import type { Verdict } from '../protocol/index.ts'
import type { Checked, JournalEvent, Stamp } from './events.ts'

export interface LastVerdict {
  verdict: Verdict
  /** ISO time */
  at: string
  run: string
}

export interface LabProgress {
  started: boolean
  /** of the last start */
  track: string | undefined
  /** the step being worked on, 1-based; one past the last when there is none left */
  step: number
  /** once finished, a lab stays finished, whatever is added to it */
  finished: boolean
  /** it was finished, and its component put back to the start: it is being done again */
  again: boolean
  /** when the solution was shown before the end (ISO time) */
  gaveUpAt: string | undefined
  /** how often it was checked */
  attempts: number
  /** check → its last verdict */
  last: Map<string, LastVerdict>
  /** check → when it first passed (ISO time), at whatever contract */
  everPassed: Map<string, string>
  firstAt: string | undefined
  lastAt: string | undefined
  /** points of the lab's checks that have ever passed */
  points: number
  /** time spent: gaps between events, none counted with more than 15 minutes */
  timeMs: number
  /** checks that never passed while the lab is finished: they came later */
  newChecks: string[]
}

type Renames = Readonly<Record<string, string>>
type LabSteps = Pick<Lab, 'id' | 'steps'>

/** A longer gap between two events was not all work, ms. */
const LONGEST_GAP = 15 * 60_000

/** `events` are in the journal's order, which counts: clocks jump. `renames` are the course's. */
export function progressOf(lab: LabSteps, events: readonly JournalEvent[], renames: Renames = {}): LabProgress {
  const end = lab.steps.length + 1
  const progress: LabProgress = {
    started: false,
    track: undefined,
    step: 1,
    finished: false,
    again: false,
    gaveUpAt: undefined,
    attempts: 0,
    last: new Map(),
    everPassed: new Map(),
    firstAt: undefined,
    lastAt: undefined,
    points: 0,
    timeMs: timeIn(lab.id, events, renames),
    newChecks: [],
  }
  const aside: Aside = new Map()
  for (const event of events) {
    if (labOf(event, renames) !== lab.id) continue
    progress.started = true
    progress.firstAt ??= event.at
    progress.lastAt = event.at
    if (event.type === 'lab-started') progress.track = event.track
    if (event.type === 'checked') addChecked(progress, event, renames)
    if (event.type === 'advanced') {
      const past = event.step > (event.of ?? lab.steps.length) || event.step >= end
      if (past) [progress.finished, progress.again] = [true, false]
      progress.step = Math.min(event.step, end)
    }
    if (event.type === 'gave-up') progress.gaveUpAt ??= event.at
    if (event.type === 'component-reset') exchange(progress, aside, event.saved, undefined)
    if (event.type === 'component-restored') exchange(progress, aside, event.replaced, event.saved)
  }
  const checks = lab.steps.flatMap((step) => step.checks)
  const passed = checks.filter((check) => progress.everPassed.has(check.id))
  progress.points = passed.reduce((sum, check) => sum + check.points, 0)
  if (progress.finished) progress.newChecks = checks.filter((c) => !progress.everPassed.has(c.id)).map((c) => c.id)
  return progress
}

function addChecked(progress: LabProgress, event: Stamp & Checked, renames: Renames): void {
  progress.attempts++
  for (const result of event.results) {
    const check = renamed(renames, result.check)
    progress.last.set(check, { verdict: result.verdict, at: event.at, run: event.run })
    if (result.verdict === 'passed' && !progress.everPassed.has(check)) progress.everPassed.set(check, event.at)
  }
}

/** name of a saved copy → what was known of the component that it is a copy of */
type Aside = Map<string, Pick<LabProgress, 'step' | 'last' | 'again'>>

/**
 * The component's folder was saved as `saved`, and a starter or the copy `restored` took its place. Points stay: they
 * were earned. The step and the last verdicts are about the component that is there: a starter begins at step 1 with
 * none, a copy that comes back has those that it had.
 */
function exchange(progress: LabProgress, aside: Aside, saved: string | undefined, restored: string | undefined): void {
  const { step, last, again, finished } = progress
  const back =
    restored === undefined ? { step: 1, last: new Map<string, LastVerdict>(), again: finished } : aside.get(restored)
  if (saved !== undefined) aside.set(saved, { step, last, again })
  // Of a copy that a reset left without an entry in the journal nothing else is known than what is known now.
  if (back !== undefined) Object.assign(progress, { ...back, last: new Map(back.last) })
}

/** ms between events, each gap given to the lab of the later event: what was done before a check was done for it. */
function timeIn(lab: string, events: readonly JournalEvent[], renames: Renames): number {
  let sum = 0
  let before: number | undefined
  for (const event of events) {
    const now = Date.parse(event.at)
    const worked = event.type !== 'lab-started' && labOf(event, renames) === lab
    if (worked && before !== undefined) sum += Math.min(Math.max(now - before, 0), LONGEST_GAP)
    before = now
  }
  return sum
}

/** The lab that the learner turned to last. */
export function currentLab(events: readonly JournalEvent[], renames: Renames = {}): string | undefined {
  const last = events.findLast((event) => event.type === 'lab-started')
  return last && labOf(last, renames)
}

/** Whether every check of step `n` passed when it was last run; false when there is no such step. */
export function stepPassed(lab: Pick<Lab, 'steps'>, progress: Pick<LabProgress, 'last'>, n: number): boolean {
  const step = lab.steps[n - 1]
  return step !== undefined && step.checks.every((check) => progress.last.get(check.id)?.verdict === 'passed')
}

/** The step that is next when the one being worked on passes: the first after it that does not pass yet; 1-based, one past the last when there is none. */
export function nextStep(lab: Pick<Lab, 'steps'>, progress: Pick<LabProgress, 'last' | 'step'>): number {
  let next = progress.step + 1
  while (stepPassed(lab, progress, next)) next++
  return next
}

function labOf(event: JournalEvent, renames: Renames): string | undefined {
  return event.type === 'workspace-created' ? undefined : renamed(renames, event.lab)
}
