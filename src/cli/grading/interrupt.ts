/** Ctrl-C and its kin: the first one asks the run to stop and tell what it has, a second one ends the program at once. */

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
export type Interrupting = keyof typeof CODES

export class Interrupt implements Disposable {
  readonly #abort = new AbortController()
  #received: Interrupting | undefined
  readonly #handlers = (Object.keys(CODES) as Interrupting[]).map((name) => [name, () => this.#receive(name)] as const)

  constructor() {
    for (const [name, handler] of this.#handlers) process.on(name, handler)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** What was received, and the exit code for it. */
  get received(): { name: Interrupting; code: number } | undefined {
    return this.#received && { name: this.#received, code: CODES[this.#received] }
  }

  #receive(name: Interrupting): void {
    if (this.#received === undefined) {
      this.#received = name
      this.#abort.abort()
      return
    }
    // The engine tears down by itself when its input closes.
    this[Symbol.dispose]()
    process.kill(process.pid, name)
  }

  [Symbol.dispose](): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler)
  }
}
