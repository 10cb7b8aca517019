/** Waits for what a fault was to do. That it did not is never the component's: the check can't go on, and says so. */
import type { CheckContext } from '../check.ts'
import { EnvironmentFault, type ExpectationFailed } from '../outcome.ts'

/** ms on a fast laptop */
const SOON = 5000

/** As `eventually`, but throws EnvironmentFault when patience ends. */
export async function tookEffect<T>(
  { eventually }: Pick<CheckContext, 'eventually'>,
  what: string,
  probe: () => T | Promise<T>,
  isRight: (value: T) => boolean,
  observed: (last: T) => string,
  detail: { within?: number; over?: () => boolean; remedy?: string } = {},
): Promise<T> {
  const { within = SOON, over, remedy } = detail
  try {
    return await eventually(what, probe, isRight, observed, { within, ...(over && { over }) })
  } catch (error) {
    if (!isUnmet(error)) throw error
    throw new EnvironmentFault(`it did not come about that ${what}`, {
      why: error.observed,
      ...(remedy === undefined ? {} : { remedy }),
    })
  }
}

/** Whether it is what `eventually` fails with. That is the engine's, whose classes are others than those of a lab's bundle. */
export const isUnmet = (error: unknown): error is ExpectationFailed =>
  error instanceof Error && error.name === 'ExpectationFailed'
