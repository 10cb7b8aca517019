/** The end of a check or of a lesson's scripts: nothing of it is left, or that is our fault. */
import type { Fault } from '../protocol/index.ts'
import type { Host } from '../../checkers/kit/host/host.ts'

export const bug = (error: unknown): Fault => ({
  cause: 'bug',
  what: error instanceof Error ? error.message : String(error),
  ...(error instanceof Error && error.stack !== undefined ? { detail: error.stack } : {}),
})

/** Undoes what the check did, last first, ends its hosts, and looks whether anything of ours is left. */
export async function tearDown(
  undo: (() => void | Promise<void>)[],
  hosts: Host[],
  releases: (() => string[])[],
): Promise<Fault | undefined> {
  let fault: Fault | undefined
  for (const step of undo.reverse()) {
    try {
      await step()
    } catch (error) {
      fault ??= bug(error)
    }
  }
  for (const host of hosts) {
    try {
      await host.down()
    } catch (error) {
      fault ??= bug(error)
    }
  }
  const left = hosts.flatMap((host) => host.left())
  const busy = releases.flatMap((release) => release())
  if (left.length > 0)
    fault ??= { cause: 'bug', what: `processes of a host outlived it: ${left.map((p) => p.comm).join(', ')}` }
  if (busy.length > 0) fault ??= { cause: 'bug', what: `cgroups could not be removed: ${busy.join(', ')}` }
  return fault
}
