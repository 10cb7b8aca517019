/** What histories are made of. Revisions are numbers: a check does not reach 2^53 of them. */

export interface ChangeOfKey {
  type: 'put' | 'delete'
  key: string
  /** of the store, at which it happened */
  revision: number
}

/** Every change that the store made, in the order of revisions: what an undisturbed watch of the check's own saw. */
export type Truth = readonly ChangeOfKey[]

/** What came to a client: an event, or a progress notification, which has no key. `at` is ms of the timeline. */
export type Seen =
  | ({ kind: 'event'; at: number } & ChangeOfKey)
  | { kind: 'progress'; at: number; revision: number; key?: undefined; type?: undefined }

/** All that came of one watch of one client, in the order in which it came. */
export interface WatchView {
  client: string
  prefix: string
  /** the first revision that was asked for; undefined: from when the watch was made */
  from?: number
  /** more may come: what is missing at the end is no loss yet */
  open: boolean
  seen: readonly Seen[]
  /** how its timeline is told; default: those of a watch */
  words?: WatchWords
}

/** `saw` and `missed` stand before "put k at revision N", `progress` before "of revision N". */
export interface WatchWords {
  saw: string
  missed: string
  progress: string
}

export const WORDS: WatchWords = { saw: 'saw', missed: 'did not see', progress: 'a progress notification' }

/** A guarantee that did not hold, and where. */
export interface Finding {
  guarantee: string
  /** two whole sentences */
  expected: string
  observed: string
  view: WatchView
  /** the first thing that was seen wrong; undefined where there is none */
  at?: Seen | undefined
  /** what should have come and did not */
  missing?: ChangeOfKey | undefined
}
