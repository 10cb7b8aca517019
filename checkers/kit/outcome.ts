/** How a check ends early. The engine tells these apart by `name`, since each lab's bundle has a copy of its own. */
import type { Fault } from '../../src/protocol/index.ts'

/** The component did not do what the contract says: the verdict is `failed`. Both sentences are whole and carry units. */
export class ExpectationFailed extends Error {
  override readonly name = 'ExpectationFailed'
  constructor(
    readonly expected: string,
    readonly observed: string,
  ) {
    super(`expected ${expected}; observed ${observed}`)
  }
}

/** The surroundings can't carry the check: the verdict is `error`, which costs no points and names the mending command. */
export class EnvironmentFault extends Error {
  override readonly name = 'EnvironmentFault'
  readonly fault: Fault
  constructor(what: string, detail: { why?: string; remedy?: string } = {}) {
    super(what)
    this.fault = { cause: 'environment', what, ...detail }
  }
}

/** The run was cancelled or the check hit its limit while it waited. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
