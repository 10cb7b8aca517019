/** When checks of several gradings may run: those that measure time while nothing else does, the others side by side. */

export class Turns {
  #beside = 0
  #alone = false
  readonly #waiting: { alone: boolean; go: () => void }[] = []

  /** Runs `work` beside others of its kind. Rejects with what it rejects with. */
  beside<T>(work: () => Promise<T>): Promise<T> {
    return this.#turn(false, work)
  }

  /** Runs `work` while nothing else runs. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#turn(true, work)
  }

  async #turn<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting.push({ alone, go })
      this.#next()
    })
    try {
      return await work()
    } finally {
      if (alone) this.#alone = false
      else this.#beside -= 1
      this.#next()
    }
  }

  /** In the order of asking, so that those who want to be alone are not kept from it for ever. */
  #next(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (this.#alone || (first.alone && this.#beside > 0)) return
      this.#waiting.shift()
      if (first.alone) this.#alone = true
      else this.#beside += 1
      first.go()
    }
  }
}
