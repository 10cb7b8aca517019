/** One run of a lab's checks on a component that is in nobody's workspace. */
import type { CheckResult, Event } from '../../protocol/index.ts'
import { EXIT, Problem } from '../../problem.ts'
import { rounds } from '../../targets/rounds.ts'
import type { Engine, RunRequest } from '../../targets/target.ts'

export interface Trial {
  seed: string
  /** in the order of the checks that were asked for */
  results: CheckResult[]
  /** what was run, how it ended and the last lines that it printed */
  buildFailed?: string | undefined
  /** wall time of the whole run and CPU time of all that it started, ms */
  ms: number
  cpuMs: number
}

/** What a trial runs on: the component, and how it is built and run. */
export type Built = Pick<RunRequest, 'source' | 'spec' | 'toolchain' | 'cache'>
/** The lab, its bundled checkers, and what no component may see. */
export type Ground = Pick<RunRequest, 'lab' | 'checkers' | 'hidden'>

export interface Asked {
  checks: readonly string[]
  seed: string
  /** share of the usual patience */
  patience: number
  /** checks that run at once */
  jobs: number
  signal: AbortSignal
  onEvent?: ((event: Event) => void) | undefined
}

/** ids of the checks that did not pass */
export const rejected = (trial: Pick<Trial, 'results'>): string[] =>
  trial.results.filter(({ verdict }) => verdict !== 'passed').map(({ check }) => check)

/** Every check runs, whatever became of the others. Throws Problem when the engine is lost or can't run the lab at all. */
export async function tryOn(engine: Engine, ground: Ground, built: Built, asked: Asked): Promise<Trial> {
  const { checks, seed, jobs, patience, signal, onEvent } = asked
  const request = { ...ground, ...built, checks: checks.map((id) => ({ id, needs: [] })), jobs, patience }
  const trial: Trial = { seed, results: [], ms: 0, cpuMs: 0 }
  for await (const { results, build, fault, ms, cpuMs } of rounds(engine, request, [seed], { signal, onEvent })) {
    if (fault !== undefined) {
      const { what, why, remedy, cause, detail } = fault
      throw new Problem({ what, why: why ?? detail, remedy }, cause === 'bug' ? EXIT.bug : EXIT.environment)
    }
    if (build?.state === 'failed')
      trial.buildFailed = `${build.command ?? ''} ${build.ended ?? ''}\n${build.output ?? ''}`.trim()
    Object.assign(trial, { results, ms, cpuMs })
  }
  trial.results.sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check))
  return trial
}
