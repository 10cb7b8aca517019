/** Lets the first build with each toolchain end before others with it begin: it fills the cache that all of them read. */
import type { Built } from './trial.ts'

type Tools = Pick<Built, 'toolchain'>

export class FirstBuilds {
  /** toolchain → whether its first build is over */
  readonly #begun = new Map<string, boolean>()
  #waiting: (() => void)[] = []

  /** Whether a build of this kind may begin now. */
  may({ toolchain }: Tools): boolean {
    return toolchain === undefined || this.#begun.get(toolchain.id) !== false
  }

  /** Call what it returns when this build, or all that it was for, is over; more than once is harmless. */
  begin({ toolchain }: Tools): () => void {
    if (toolchain === undefined || this.#begun.has(toolchain.id)) return () => undefined
    this.#begun.set(toolchain.id, false)
    return () => {
      this.#begun.set(toolchain.id, true)
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  /** Resolves when a first build that runs now is over. */
  async over(): Promise<void> {
    if (![...this.#begun.values()].includes(false)) return
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
