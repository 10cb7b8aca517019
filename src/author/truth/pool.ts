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

/** A piece as it runs: those of its checks that may run beside others, and those that run while nothing else does. */
export function halves({ checks, ...piece }: Work, alone: ReadonlySet<string>): Work[] {
  const beside = checks.filter((id) => !alone.has(id))
  const by = checks.filter((id) => alone.has(id))
  return [beside, by].filter((half) => half.length > 0).map((half) => ({ ...piece, checks: half }))
}

/**
 * One trial for each of such halves, told by `onDone` as it ends. First what may run beside others, spread over the engines,
 * those pieces first that wait longest; then the others, one at a time. Throws Problem when an engine is lost, and the
 * signal's reason after an abort.
 */
export async function tryAll(pool: Pool, work: readonly Work[]): Promise<void> {
  const isAlone = ({ checks }: Work): boolean => checks.some((id) => pool.alone.has(id))
  await spread(
    pool,
    pool.engines,
    work.filter((piece) => !isAlone(piece)),
  )
  await spread(pool, pool.engines.slice(0, 1), work.filter(isAlone))
}

async function spread(pool: Pool, engines: readonly Engine[], work: readonly Work[]): Promise<void> {
  const waiting = [...work].sort((a, b) => waits(b) - waits(a))
  const builds = new FirstBuilds()
  const serve = async (engine: Engine): Promise<void> => {
    while (waiting.length > 0) {
      pool.signal.throwIfAborted()
      const at = waiting.findIndex(({ subject }) => builds.may(subject.built))
      const [piece] = at < 0 ? [] : waiting.splice(at, 1)
      if (piece === undefined) {
        await builds.over()
        continue
      }
      const built = builds.begin(piece.subject.built)
      pool.onBegin?.(piece)
      const trial = await tryOn(engine, pool.ground, piece.subject.built, {
        checks: piece.checks,
        seed: piece.seed,
        jobs: 1,
        patience: piece.patience,
        signal: pool.signal,
        onEvent: (event) => {
          if (event.type === 'build' && event.state !== 'started') built()
        },
      }).finally(built)
      pool.signal.throwIfAborted()
      pool.onDone?.(piece, trial)
    }
  }
  await Promise.all(engines.map(serve))
}

/** How many checks of a piece wait until their patience ends, as far as that is known: what a mutant fails, it mostly never does. */
const waits = ({ subject, checks }: Work): number =>
  subject.kind === 'absent' ? checks.length : (subject.mutant?.kills.length ?? 0)

/** The trials of the halves of a piece as one, with the results in the order that was asked for. */
export function joined({ checks, seed }: Work, there: readonly Trial[]): Trial {
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
