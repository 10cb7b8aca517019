/** The built CLI, cut short by SIGKILL before each of its calls that change files, one after the other. */
import { join } from 'node:path'
import type { Made } from './made.ts'

const HOOK = join(import.meta.dirname, 'kill-at.cjs')

/** How many runs are made at once. */
const LANES = 2

/**
 * For each such call: a copy of `model`, a run that ends right before the call, then `verify`. Ends when a run
 * comes to its end. Resolves to the number of runs that were killed.
 */
export async function killedEverywhere(
  model: Made,
  args: (made: Made) => string[],
  verify: (made: Made, call: number) => Promise<void>,
): Promise<number> {
  let call = 0
  let killed = 0
  let done = false
  const lane = async (): Promise<void> => {
    while (!done) {
      const mine = ++call
      using made = model.copy()
      const env = { NODE_OPTIONS: `--require ${HOOK}`, KILL_AT: String(mine) }
      const { exitCode, signal, stderr } = await made.node(args(made), env)
      if (signal === 'SIGKILL') killed++
      else if (exitCode === 0) done = true
      else throw new Error(`call ${String(mine)}: exit ${String(exitCode)}: ${stderr}`)
      await verify(made, mine)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return killed
}
