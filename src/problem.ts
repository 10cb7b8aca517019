/**
 * A problem that a person can mend: what happened, where, why, and the command or edit that mends it.
 * The CLI prints it without a stack; everything else that is thrown is our own bug (exit code 4).
 */

/** Exit codes: 0 passed, 1 failed, 2 wrong usage, 3 the environment can't run it, 4 our own bug; 4 goes before 3 before 1. */
export const EXIT = { passed: 0, failed: 1, usage: 2, environment: 3, bug: 4 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export interface ProblemText {
  /** one sentence: what happened, to what */
  what: string
  /** file, line and column, or what else locates it */
  where?: string | undefined
  why?: string | undefined
  /** the command or the edit that mends it */
  remedy?: string | undefined
}

export class Problem extends Error {
  override readonly name = 'Problem'
  constructor(
    readonly text: ProblemText,
    readonly exitCode: ExitCode = EXIT.environment,
    options?: ErrorOptions,
  ) {
    super(text.what, options)
  }
}
