/** What a run of any kind ends with: its costs. */
import { readFileSync } from 'node:fs'
import type { Unnumbered } from '../protocol/index.ts'

/** Does `act`, and says what it took with `run-done`. A throw of `act` goes through, and nothing is said. */
export async function untilDone(
  run: string,
  tools: { signal: AbortSignal; send(event: Unnumbered): void },
  act: () => Promise<void>,
): Promise<void> {
  const begin = performance.now()
  const before = cpuMs()
  await act()
  const ms = performance.now() - begin
  tools.send({ type: 'run-done', run, ms, cpuMs: cpuMs() - before, cancelled: tools.signal.aborted })
}

/** CPU time of this process and of all that it has waited for, ms: proc(5), utime stime cutime cstime in ticks of 10 ms. */
function cpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0)
}
