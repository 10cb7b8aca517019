/** Runs trials on several engines, as many at once as the machine has processors, and those checks alone that must be. */
import type { Engine } from '../../targets/target.ts'
import type { Subject } from './subjects.ts'
import { FirstBuilds } from './first-builds.ts'
import { tryOn, type Ground, type Trial } from './trial.ts'

export interface Work {
  subject: Subject
  checks: readonly string[]
  seed: string
  /** share of the usual patience */
  patience: number
}

export interface Pool {
  engines: readonly Engine[]
  ground: Ground
  /** checks that run while nothing else does: they measure time, or keep a processor busy */
  alone: ReadonlySet<string>
  signal: AbortSignal
  /** called when a trial has begun and when it has ended */
  onBegin?: ((work: Work) => void) | undefined
  onDone?: ((work: Work, trial: Trial) => void) | undefined
}

/**
 * One trial for each piece of work, in its order. First every check that may run beside others, spread over the engines,
 * those pieces first that wait longest; then the others, one at a time. Throws Problem when an engine is lost, and the signal's reason after an abort.
 */
export async function tryAll(pool: Pool, work: readonly Work[]): Promise<Trial[]> {
  const { alone } = pool
  const beside = await spread(pool, pool.engines, work, (id) => !alone.has(id))
  const by = await spread(pool, pool.engines.slice(0, 1), work, (id) => alone.has(id))
  return work.map((piece, i) => joined(piece, [beside[i], by[i]]))
}

async function spread(
  pool: Pool,
  engines: readonly Engine[],
  work: readonly Work[],
  which: (check: string) => boolean,
): Promise<(Trial | undefined)[]> {
  const trials: (Trial | undefined)[] = work.map(() => undefined)
  const waiting = work.map((piece, i) => ({ piece, i })).sort((a, b) => waits(b.piece) - waits(a.piece))
  const builds = new FirstBuilds()
  const serve = async (engine: Engine): Promise<void> => {
    while (waiting.length > 0) {
      pool.signal.throwIfAborted()
      const at = waiting.findIndex(({ piece }) => builds.may(piece.subject.built))
      const [next] = at < 0 ? [] : waiting.splice(at, 1)
      if (next === undefined) {
        await builds.over()
        continue
      }
      const { piece, i } = next
      const checks = piece.checks.filter(which)
      if (checks.length === 0) continue
      const built = builds.begin(piece.subject.built)
      pool.onBegin?.(piece)
      const trial = await tryOn(engine, pool.ground, piece.subject.built, {
        checks,
        seed: piece.seed,
        jobs: 1,
        patience: piece.patience,
        signal: pool.signal,
        onEvent: (event) => {
          if (event.type === 'build' && event.state !== 'started') built()
        },
      }).finally(built)
      pool.signal.throwIfAborted()
      trials[i] = trial
      pool.onDone?.(piece, trial)
    }
  }
  await Promise.all(engines.map(serve))
  return trials
}

/** How many checks of a piece wait until their patience ends, as far as that is known: what a mutant fails, it mostly never does. */
const waits = ({ subject, checks }: Work): number =>
  subject.kind === 'absent' ? checks.length : (subject.mutant?.kills.length ?? 0)

/** The halves of one trial, with the results in the order that was asked for. */
function joined({ checks, seed }: Work, halves: readonly (Trial | undefined)[]): Trial {
  const there = halves.filter((half) => half !== undefined)
  const results = there.flatMap((half) => half.results)
  const sum = (of: (half: Trial) => number): number => there.reduce((total, half) => total + of(half), 0)
  return {
    seed,
    results: results.sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check)),
    buildFailed: there.find((half) => half.buildFailed !== undefined)?.buildFailed,
    ms: sum((half) => half.ms),
    cpuMs: sum((half) => half.cpuMs),
  }
}
