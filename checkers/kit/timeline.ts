import type { TimelineEntry } from '../../src/protocol/index.ts'
import { Waits } from './waits.ts'

const MOST = 500

/** What the checker did and saw, in order, and what it waited for; entries after the first 500 are counted and dropped. */
export class Timeline {
  readonly waits = new Waits()
  readonly #start = performance.now()
  readonly #entries: TimelineEntry[] = []
  #dropped = 0

  /** ms since the check began */
  now(): number {
    return performance.now() - this.#start
  }

  /** `kind` is one word: start, signal, exit, wait, saw … */
  note(kind: string, text: string): void {
    if (this.#entries.length < MOST) this.#entries.push({ at: this.now(), kind, text })
    else this.#dropped += 1
  }

  entries(): TimelineEntry[] {
    if (this.#dropped === 0) return [...this.#entries]
    return [...this.#entries, { at: this.now(), kind: 'note', text: `${this.#dropped} further entries were dropped` }]
  }
}
