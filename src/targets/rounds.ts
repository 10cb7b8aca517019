/** Runs checks many times on one warm engine, each time with a seed of its own. Knows nothing of screens. */
import type { CheckResult, Event, Fault } from '../protocol/index.ts'
import type { Engine, RunRequest } from './target.ts'

type BuildEvent = Extract<Event, { type: 'build' }>
type Evidence = Extract<Event, { type: 'evidence' }>

/** `7f3a91-1`, `7f3a91-2` …: each can be given to `--seed`. */
export function seedsOf(base: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${base}-${i + 1}`)
}

/** One run of all the checks. */
export interface Round {
  seed: string
  /** those that were cut off are missing */
  results: CheckResult[]
  evidence: Evidence[]
  build?: BuildEvent
  /** what ended the run before its verdicts */
  fault?: Fault
  /** wall time of the run and CPU time of all that it started, ms */
  ms: number
  cpuMs: number
}

/** Whether checks could run at all in it. */
export const isLost = ({ build, fault }: Round): boolean => build?.state === 'failed' || fault !== undefined

/**
 * Yields a round for each seed, in order; none after an abort, nor after one that is lost. Checks do not wait for each
 * other: each has a rate of its own. Throws Problem when the engine is lost.
 */
export async function* rounds(
  engine: Engine,
  request: Omit<RunRequest, 'seed'>,
  seeds: Iterable<string>,
  { signal, onEvent }: { signal: AbortSignal; onEvent?: ((event: Event) => void) | undefined },
): AsyncGenerator<Round> {
  const checks = request.checks.map(({ id }) => ({ id, needs: [] }))
  for (const seed of seeds) {
    if (signal.aborted) return
    const round: Round = { seed, results: [], evidence: [], ms: 0, cpuMs: 0 }
    for await (const event of engine.run({ ...request, checks, seed }, signal)) {
      if (event.type === 'build' && event.state !== 'started') round.build = event
      else if (event.type === 'check-done') round.results.push(event.result)
      else if (event.type === 'evidence') round.evidence.push(event)
      else if (event.type === 'fault') round.fault = event.fault
      else if (event.type === 'run-done') Object.assign(round, { ms: event.ms, cpuMs: event.cpuMs })
      else if (event.type === 'missing') throw new Error(`the engine has lost the source ${event.digest}`)
      onEvent?.(event)
    }
    yield round
    if (isLost(round)) return
  }
}
