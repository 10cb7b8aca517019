/**
 * What a watch guarantees, each as a pure function over what a client saw. Names and meaning are those of etcd's robustness
 * tests (tests/robustness/validate/watch.go) and of etcd.io, "KV API guarantees", section "Watch APIs".
 */
import { WORDS, type ChangeOfKey, type Finding, type Seen, type Truth, type WatchView } from './model.ts'

export type Guarantee = (views: readonly WatchView[], truth: Truth) => Finding | undefined

const events = (view: WatchView): Seen[] => view.seen.filter((one) => one.kind === 'event')

function each(
  guarantee: string,
  check: (view: WatchView, truth: Truth) => Omit<Finding, 'guarantee' | 'view'> | undefined,
): Guarantee {
  return (views, truth) => {
    for (const view of views) {
      const found = check(view, truth)
      if (found !== undefined) return { guarantee, view, ...found }
    }
    return undefined
  }
}

/** Events come in the order of their revisions. */
export const ordered = each('Ordered', (view) => {
  let last: Seen | undefined
  for (const one of events(view)) {
    if (last !== undefined && one.revision < last.revision) {
      return {
        at: one,
        expected: `events come in the order of their revisions`,
        observed: `revision ${one.revision} of ${name(one)} came after revision ${last.revision}`,
      }
    }
    last = one
  }
  return undefined
})

/** No event comes twice: a key changes at most once at a revision. */
export const unique = each('Unique', (view) => {
  const known = new Set<string>()
  for (const one of events(view)) {
    const id = `${one.revision} ${one.key}`
    if (known.has(id))
      return {
        at: one,
        expected: 'no event comes twice',
        observed: `${name(one)} at revision ${one.revision} came again`,
      }
    known.add(id)
  }
  return undefined
})

/**
 * The changes of one transaction come together: once something of a later revision, a notification of
 * this one, or the end was seen, none is missing.
 */
export const atomic = each('Atomic', (view, truth) => {
  const seen = events(view)
  for (const [index, one] of view.seen.entries()) {
    if (one.kind !== 'event' || !isClosed(view, index, one.revision)) continue
    const all = changesAt(view, truth, one.revision)
    const came = new Set(seen.filter(({ revision }) => revision === one.revision).map(({ key }) => key))
    const missing = all.find(({ key }) => !came.has(key))
    if (missing !== undefined && came.size < all.length) {
      return {
        at: one,
        missing,
        expected: `the ${all.length} changes of revision ${one.revision} come together`,
        observed: `${came.size} of them came, and ${name(missing)} did not`,
      }
    }
  }
  return undefined
})

/** Whether nothing more of the revision may come after what was seen at `index`. */
function isClosed({ seen, open }: WatchView, index: number, revision: number): boolean {
  const next = seen[index + 1]
  if (next === undefined) return !open
  return next.kind === 'event' ? next.revision !== revision : next.revision >= revision
}

/** Nothing between two revisions that were seen is left out. */
export const reliable = each('Reliable', (view, truth) => {
  const seen = events(view)
  const [first] = seen
  const last = seen.at(-1)
  if (first === undefined || last === undefined) return undefined
  const came = new Set(seen.map(({ revision }) => revision))
  const missing = truth.find(
    ({ key, revision }) =>
      revision > first.revision && revision < last.revision && inRange(view, key) && !came.has(revision),
  )
  if (missing === undefined) return undefined
  const at = seen.find(({ revision }) => revision > missing.revision)
  return {
    at,
    missing,
    expected: `nothing between revisions ${first.revision} and ${last.revision} is left out`,
    observed: `${name(missing)} at revision ${missing.revision} never came`,
  }
})

/** A watch that starts at a revision begins with the first change from there on, and with none before. */
export const resumable = each('Resumable', (view, truth) => {
  const [first] = events(view)
  if (view.from === undefined || first === undefined) return undefined
  const from = view.from
  if (first.revision < from) {
    return {
      at: first,
      expected: `a watch from revision ${from} begins there`,
      observed: `${name(first)} at revision ${first.revision} came`,
    }
  }
  const missing = truth.find(({ key, revision }) => revision >= from && revision < first.revision && inRange(view, key))
  if (missing === undefined) return undefined
  return {
    at: first,
    missing,
    expected: `a watch from revision ${from} begins with the first change from there on`,
    observed: `it began with revision ${first.revision}, and ${name(missing)} at revision ${missing.revision} never came`,
  }
})

/** A progress notification at a revision says that everything up to it has come: nothing of it comes later. */
export const bookmarkable = each('Bookmarkable', (view, truth) => {
  const { progress } = view.words ?? WORDS
  let mark: Seen | undefined
  let last = view.from === undefined ? undefined : view.from - 1
  for (const one of view.seen) {
    if (one.kind === 'event') {
      if (mark !== undefined && one.revision <= mark.revision) {
        return {
          at: one,
          expected: `after ${progress} of revision ${mark.revision} nothing up to there comes`,
          observed: `${name(one)} at revision ${one.revision} came after it`,
        }
      }
      last = Math.max(last ?? 0, one.revision)
      continue
    }
    if (mark !== undefined && one.revision < mark.revision) {
      return {
        at: one,
        expected: `revisions do not go back from ${progress} to the next`,
        observed: `revision ${one.revision} came after ${mark.revision}`,
      }
    }
    mark = one
    const since = last
    const missing =
      since === undefined
        ? undefined
        : truth.find(({ key, revision }) => revision > since && revision <= one.revision && inRange(view, key))
    if (missing !== undefined) {
      return {
        at: one,
        missing,
        expected: `before ${progress} of revision ${one.revision} everything up to there has come`,
        observed: `${name(missing)} at revision ${missing.revision} had not come`,
      }
    }
  }
  return undefined
})

export const WATCH_GUARANTEES = { ordered, unique, atomic, reliable, resumable, bookmarkable } as const

const inRange = ({ prefix }: WatchView, key: string): boolean => key.startsWith(prefix)
const changesAt = (view: WatchView, truth: Truth, at: number): ChangeOfKey[] =>
  truth.filter(({ key, revision }) => revision === at && inRange(view, key))
const name = ({ type, key }: { type: 'put' | 'delete'; key: string } | Seen): string =>
  `${type ?? 'progress'} ${key ?? ''}`.trim()
