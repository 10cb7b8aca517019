import type { ComponentSpec } from '../../src/protocol/index.ts'

/** The learner's component as it lies in a host: built, read-only, at /component. */
export class Component {
  readonly #run: ComponentSpec['run']

  constructor(run: ComponentSpec['run']) {
    this.#run = run
  }

  /** argv of one of its programs with arguments; `./x` names a file of the component. */
  argv(program: string, args: string[]): string[] {
    const argv = this.#run[program] ?? this.#run['main'] ?? []
    return [...argv.map((word) => (word.startsWith('./') ? `/component/${word.slice(2)}` : word)), ...args]
  }
}
