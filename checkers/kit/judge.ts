/** The three ways in which a check judges: at once (`expect`), with patience (`eventually`), over a window (`never`). */
import { ExpectationFailed, Interrupted } from './outcome.ts'
import type { Timeline } from './timeline.ts'

/** How a sentence about the observed value is made; called once, when the judgement fails. */
export type Observed<T> = string | ((last: T) => string)

export interface Waiting {
  /** deadline factor in force: how much slower than a fast laptop this machine is, at least 1 */
  factor: () => number
  /** called when a wait has lasted so long that a person wonders */
  onWaiting: (what: string) => void
  /** called with each second of a wait: the machine may be slower or faster by now, which `factor` tells soon after */
  onSecond?: () => void
  signal: AbortSignal
  timeline: Timeline
}

export interface Patience {
  /** ms on a fast laptop; scaled by the factor. Default 2000. */
  within?: number
  /** nothing can come any more (the program has ended): the value is looked at once more, and the wait ends */
  over?: () => boolean
}

export interface Judge {
  /** the deadline factor in force, for the few waits that a check writes itself */
  factor: () => number
  /** lets about a millisecond pass between two looks */
  pause: () => Promise<void>
  /** Fails now unless `right`. */
  expect: (right: boolean, expected: string, observed: string | (() => string)) => void
  /**
   * Asks `probe` until `isRight` says yes, and returns what it saw; fails when patience ends, saying what was last seen.
   * `expected` is a whole sentence for the person.
   */
  eventually: <T>(
    expected: string,
    probe: () => T | Promise<T>,
    isRight: (value: T) => boolean,
    observed: Observed<T>,
    patience?: Patience,
  ) => Promise<T>
  /**
   * Watches that `isWrong` stays false until `sentinel` (a later event that must be observed) comes true.
   * It ends on the sentinel and not on a clock: when the sentinel does not come, that is the failure.
   */
  never: <T>(
    expected: string,
    probe: () => T | Promise<T>,
    isWrong: (value: T) => boolean,
    observed: Observed<T>,
    sentinel: { what: string; seen: () => boolean; missing: () => string },
    patience?: Patience,
  ) => Promise<void>
}

/** ms between two looks: short at first, then calm */
const calm = (waited: number): number => (waited < 20 ? 1 : waited < 200 ? 4 : waited < 1000 ? 15 : 30)
/** A look that takes long (hundreds of processes) is taken less often: the component needs the processor too. */
const pause = (waited: number, looked: number): number => Math.max(calm(waited), waited < 20 ? 0 : 2 * looked)
/** ms after which a wait is shown to the person */
const SHOW_AFTER = 150
const PATIENCE = 2000
const SECOND = 1000

const say = <T>(observed: Observed<T>, last: T): string => (typeof observed === 'string' ? observed : observed(last))

/** "0.5 s", "12 ms": a duration for a person */
export const duration = (ms: number): string => (ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

export function judge(waiting: Waiting): Judge {
  const expect: Judge['expect'] = (right, expected, observed) => {
    if (!right) throw new ExpectationFailed(expected, typeof observed === 'string' ? observed : observed())
  }

  const poll: typeof look = (...asked) => waiting.timeline.waits.during('component', look(...asked))

  /**
   * Polls until `done` returns true. When patience ends first it returns how long that was, for a person. Patience is spent
   * by the factor of each moment: what was a busy machine when the wait began may be an idle one now.
   */
  async function look(expected: string, done: () => Promise<boolean>, patience: Patience): Promise<string | undefined> {
    const within = patience.within ?? PATIENCE
    const begin = performance.now()
    let before = begin
    let second = begin + SECOND
    // ms on a fast laptop
    let spent = 0
    let shown = false
    for (;;) {
      if (waiting.signal.aborted) throw new Interrupted(`while it waited for: ${expected}`)
      // The deadline is looked at before the probe, so that a late wake-up still gets one more look.
      const looking = performance.now()
      const waited = looking - begin
      spent += (looking - before) / waiting.factor()
      before = looking
      const over = spent >= within || patience.over?.() === true
      if (await done()) {
        waiting.timeline.waits.came(expected, spent / within)
        return undefined
      }
      const now = performance.now()
      if (over) {
        const factor = spent > 0 ? waited / spent : waiting.factor()
        return `(waited ${duration(now - begin)}, deadlines ×${factor.toFixed(1)})`
      }
      if (!shown && waited > SHOW_AFTER) {
        shown = true
        waiting.onWaiting(expected)
      }
      if (now >= second) {
        second = now + SECOND
        waiting.onSecond?.()
      }
      await new Promise((resolve) => setTimeout(resolve, pause(waited, now - looking)))
    }
  }

  return {
    expect,
    factor: () => waiting.factor(),
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
    async eventually(expected, probe, isRight, observed, patience = {}) {
      let last = await probe()
      if (isRight(last)) return last
      const waited = await poll(expected, async () => isRight((last = await probe())), patience)
      if (waited === undefined) return last
      waiting.timeline.note('gave up', `waiting for: ${expected}`)
      throw new ExpectationFailed(expected, `${say(observed, last)} ${waited}`)
    },
    async never(expected, probe, isWrong, observed, sentinel, patience = {}) {
      const waited = await poll(
        sentinel.what,
        async () => {
          const seen = sentinel.seen()
          const value = await probe()
          if (isWrong(value)) throw new ExpectationFailed(expected, say(observed, value))
          return seen
        },
        patience,
      )
      if (waited === undefined) return
      waiting.timeline.note('gave up', `waiting for: ${sentinel.what}`)
      throw new ExpectationFailed(sentinel.what, `${sentinel.missing()} ${waited}`)
    },
  }
}
