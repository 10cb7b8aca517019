/** `lab check --watch`: checks again whenever the component is saved, with one engine that stays warm. */
import { join } from 'node:path'
import type { Check } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { Engine } from '../../targets/target.ts'
import { journalPath } from '../../workspace/places.ts'
import { progressOf } from '../../workspace/progress.ts'
import { sourceSignature } from '../../workspace/source-signature.ts'
import { exitCodeOf, grade, type Graded } from '../grading/grade.ts'
import { Live } from '../grading/live.ts'
import type { Screen } from '../grading/on-screen.ts'
import { workingStep, type LabInHand } from '../place.ts'
import { Changes } from './changes.ts'
import { show, tellProblem, type Red } from './show.ts'

export interface WatchOptions {
  root: string
  screen: Screen
  /** the workspace as it is now: what was done in another terminal counts */
  open: (warn: (note: string) => void) => Promise<LabInHand>
  connect: (place: LabInHand) => Promise<Engine>
  /** the checks of a run, and the step that is worked on */
  plan: (place: LabInHand) => { checks: Check[]; step: number }
  seed: () => string
  jobs: number | undefined
  note: (text: string) => void
  /** a run as data, where data is asked for */
  data: ((json: unknown) => void) | undefined
  /** the person's Ctrl-C */
  signal: AbortSignal
}

/** Resolves, when `signal` aborts, to the exit code of the last run. */
export async function watchAndCheck(options: WatchOptions): Promise<number> {
  const { signal } = options
  let place = await options.open(options.note)
  const files = [journalPath(place.workspace.dir), join(place.workspace.dir, 'workspace.yaml')]
  await using changes = await Changes.open({ dir: place.component, files, onNote: options.note })
  let engine: Engine | undefined
  let red: Red | undefined
  let code: number = EXIT.passed
  let changedAt: number | undefined
  try {
    while (!signal.aborted) {
      const before = sourceSignature(place.component)
      let step = 0
      try {
        place = await options.open(() => undefined)
        step = workingStep(place.lab, place.progress)
        engine ??= await options.connect(place)
        const ran = await runOnce(options, { place, engine, changes, before })
        if (ran !== undefined) {
          code = exitCodeOf(ran.graded)
          red = show(options, { place, ...ran, red, changedAt })
          if (ran.graded.problem !== undefined) {
            await engine.close()
            engine = undefined
          }
          step = workingStep(place.lab, progressOf(place.lab, ran.graded.events, place.course.renames))
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        code = error.exitCode
        // What the person mends is a change, and then it is tried again.
        tellProblem(options, error)
      }
      let saved = false
      await changes.until(async () => {
        saved = sourceSignature(place.component) !== before
        if (saved) return 'folder'
        return step > 0 && (await stepNow(options)) !== step ? 'elsewhere' : undefined
      }, signal)
      changedAt = saved ? Date.now() : undefined
      await settled(place.component, signal)
    }
  } finally {
    await engine?.close()
  }
  return code
}

/** An editor saves several files one after the other: resolves when the folder has been the same for a moment. */
async function settled(dir: string, signal: AbortSignal): Promise<void> {
  for (let n = 0; n < 20 && !signal.aborted; n += 1) {
    const before = sourceSignature(dir)
    await new Promise((resolve) => setTimeout(resolve, 25))
    if (sourceSignature(dir) === before) return
  }
}

async function stepNow(options: WatchOptions): Promise<number | undefined> {
  try {
    const { lab, progress } = await options.open(() => undefined)
    return workingStep(lab, progress)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

export interface Ran {
  graded: Graded
  checks: Check[]
  step: number
}

/** Undefined when the source was saved again meanwhile, or the person has left: then nothing was entered. */
async function runOnce(
  { root, screen, plan, seed, jobs, signal }: WatchOptions,
  { place, engine, changes, before }: { place: LabInHand; engine: Engine; changes: Changes; before: string },
): Promise<Ran | undefined> {
  const { checks, step } = plan(place)
  const over = new AbortController()
  const saved = new AbortController()
  const watching = changes
    .until(
      () => (sourceSignature(place.component) === before ? undefined : 'folder'),
      AbortSignal.any([over.signal, signal]),
    )
    .then(() => {
      if (!over.signal.aborted) saved.abort()
    })
  try {
    using live = screen.quiet ? undefined : await Live.start(screen.layout.paint)
    if (live) live.of = checks.length
    const stop = AbortSignal.any([signal, saved.signal])
    const graded = await grade({
      place,
      root,
      engine,
      checks,
      step,
      seed: seed(),
      jobs,
      signal: stop,
      discard: () => stop.aborted,
      onEvent: (event) => live?.show(event),
    })
    return stop.aborted ? undefined : { graded, checks, step }
  } finally {
    over.abort()
    await watching
  }
}
