/** Notices an engine that says nothing any more: one that lives sends `alive` each second, whatever else it does. */

const TICK = 500

/**
 * Calls `onSilent` when for so long nothing was heard. Time is counted in ticks of this process: what was not counted
 * while it was itself stopped or the machine slept is not held against the engine.
 */
export class Silence implements Disposable {
  readonly #timer: NodeJS.Timeout
  #ticks = 0

  /** `most`: ms, asked again at each tick */
  constructor(most: () => number, onSilent: () => void) {
    this.#timer = setInterval(() => {
      this.#ticks += 1
      if (this.#ticks * TICK >= most()) onSilent()
    }, TICK)
    this.#timer.unref()
  }

  heard(): void {
    this.#ticks = 0
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
