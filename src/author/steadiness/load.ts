/** Keeps every processor busy while something else runs: what a check does on a machine that has no time for it. */
import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'

/** Threads of this process, so that they end with it, whatever ends it. */
export class Load implements AsyncDisposable {
  readonly #workers: Worker[]

  constructor(count = cpus().length) {
    this.#workers = Array.from({ length: count }, () => new Worker('for (;;);', { eval: true }))
    for (const worker of this.#workers) worker.unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}
