/** For whom a check waited, and how near it came to giving up: what a check costs, and how steady it is. */
import type { Waited } from '../../src/protocol/index.ts'

/**
 * `component`: until the component, or the kernel on its behalf, did something; `contract`: a time that the contract
 * itself names (a TTL, a grace period). What is left of a check's time is the checker's own.
 */
export type WaitFor = 'component' | 'contract'

export class Waits {
  readonly #ms = { component: 0, contract: 0 }
  readonly #open = { component: 0, contract: 0 }
  #since = 0
  #nearest: Waited['nearest']

  /** Call what it returns when the wait is over. Waits that overlap count once, and as contract where one of them is. */
  begin(waitFor: WaitFor): () => void {
    this.#settle()
    this.#open[waitFor] += 1
    let over = false
    return () => {
      if (over) return
      over = true
      this.#settle()
      this.#open[waitFor] -= 1
    }
  }

  async during<T>(waitFor: WaitFor, promise: Promise<T>): Promise<T> {
    const end = this.begin(waitFor)
    try {
      return await promise
    } finally {
      end()
    }
  }

  /** What was waited for came when this share of its deadline was over: 0 to 1. */
  came(what: string, share: number): void {
    if (share > (this.#nearest?.share ?? 0)) this.#nearest = { what, share }
  }

  total(): Waited {
    this.#settle()
    return { ...this.#ms, ...(this.#nearest && { nearest: this.#nearest }) }
  }

  #settle(): void {
    const now = performance.now()
    const kind = this.#open.contract > 0 ? 'contract' : this.#open.component > 0 ? 'component' : undefined
    if (kind !== undefined) this.#ms[kind] += now - this.#since
    this.#since = now
  }
}
