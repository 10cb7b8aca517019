/** A finding as a timeline that a person can follow: what was seen before and after it, and which fault came in between. */
import type { TimelineEntry } from '../../../src/protocol/index.ts'
import type { CheckContext } from '../check.ts'
import { duration } from '../judge.ts'
import { ExpectationFailed } from '../outcome.ts'
import { LOCK_GUARANTEES, type LockEvent, type LockFinding } from './lock.ts'
import { WORDS, type Finding, type Seen, type Truth, type WatchView } from './model.ts'
import { WATCH_GUARANTEES } from './watch.ts'

export const FAULT = 'fault'

/** What the client had seen before and after what is wrong; of something that never came, by revision. */
function around({ view, at, missing }: Finding): { before: Seen | undefined; after: Seen | undefined } {
  if (missing !== undefined) {
    // A progress notification of its revision says that it has come: that is after it.
    const isAfter = ({ kind, revision }: Seen): boolean =>
      kind === 'progress' ? revision >= missing.revision : revision > missing.revision
    const after = view.seen.findIndex(isAfter)
    const before = view.seen.slice(0, after < 0 ? undefined : after).findLast((one) => one.revision <= missing.revision)
    return { before, after: view.seen[after] }
  }
  const index = at === undefined ? -1 : view.seen.indexOf(at)
  return { before: view.seen[index - 1], after: at }
}

/** Faults between two moments; without the first one from the begin on, without the last one up to the end. */
const faultsBetween = (timeline: readonly TimelineEntry[], from = -Infinity, to = Infinity): TimelineEntry[] =>
  timeline.filter(({ kind, at }) => kind === FAULT && at >= from && at <= to)

/** One line for each thing that happened, in order. Pure. */
export function tellWatch(finding: Finding, timeline: readonly TimelineEntry[]): string[] {
  const { view, missing } = finding
  const { client, words = WORDS } = view
  const { before, after } = around(finding)
  const saw = (one: Seen): string => `${client} ${words.saw} ${describeSeen(one, words.progress)}`
  const lines: { at: number; text: string }[] = []
  if (before !== undefined) lines.push({ at: before.at, text: saw(before) })
  for (const { at, text } of faultsBetween(timeline, before?.at, after?.at)) lines.push({ at, text: `fault: ${text}` })
  if (missing !== undefined) {
    lines.push({
      at: NaN,
      text: `${client} ${words.missed} ${missing.type} ${missing.key} at revision ${missing.revision}`,
    })
  }
  if (after !== undefined) lines.push({ at: after.at, text: saw(after) })
  return lines.map(line)
}

/** The same of a lock. Pure. */
export function tellLock({ before, after }: LockFinding, timeline: readonly TimelineEntry[]): string[] {
  return [
    { at: before.at, text: describeLock(before) },
    ...faultsBetween(timeline, before.at, after.at).map(({ at, text }) => ({ at, text: `fault: ${text}` })),
    { at: after.at, text: describeLock(after) },
  ].map(line)
}

/** Fails with the first guarantee that does not hold, and its timeline. */
export function judgeWatches(
  { timeline }: Pick<CheckContext, 'timeline'>,
  views: readonly WatchView[],
  truth: Truth,
  guarantees = Object.values(WATCH_GUARANTEES),
): void {
  for (const guarantee of guarantees) {
    const finding = guarantee(views, truth)
    if (finding !== undefined) reportWatch({ timeline }, finding)
  }
}

/** Fails with what did not hold, and its timeline. */
export function reportWatch({ timeline }: Pick<CheckContext, 'timeline'>, finding: Finding): never {
  fail(finding, tellWatch(finding, timeline.entries()))
}

/** The same of a lock. */
export function judgeLock(
  { timeline }: Pick<CheckContext, 'timeline'>,
  events: readonly LockEvent[],
  guarantees = Object.values(LOCK_GUARANTEES),
): void {
  for (const guarantee of guarantees) {
    const finding = guarantee(events)
    if (finding !== undefined) fail(finding, tellLock(finding, timeline.entries()))
  }
}

function fail({ guarantee, expected, observed }: Finding | LockFinding, told: string[]): never {
  throw new ExpectationFailed(`${expected} (${guarantee})`, [observed, ...told].join('\n'))
}

const line = ({ at, text }: { at: number; text: string }): string =>
  `${(Number.isNaN(at) ? '' : duration(at)).padStart(8)}  ${text}`

const describeSeen = (one: Seen, progress: string): string =>
  one.kind === 'progress'
    ? `${progress} of revision ${one.revision}`
    : `${one.type} ${one.key} at revision ${one.revision}`

const describeLock = (one: LockEvent): string => {
  if (one.kind === 'acquired') return `${one.holder} acquired the lock with token ${one.token}`
  return `the resource ${one.accepted ? 'accepted' : 'refused'} a write of ${one.holder} with token ${one.token}`
}
