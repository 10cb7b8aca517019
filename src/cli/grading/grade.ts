/** Runs checks of one lab on an engine: gathers what it says, writes the evidence, and enters the run in the journal. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { loadTrack } from '../../course/track.ts'
import type { Check, Track } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { CheckResult, Event, Fault } from '../../protocol/index.ts'
import type { Engine, RunRequest } from '../../targets/target.ts'
import { COMPONENT_FILE, readComponent } from '../../workspace/component.ts'
import { isWorkspace } from '../../workspace/find.ts'
import { appendEvents } from '../../workspace/journal.ts'
import { packSource } from '../../workspace/source.ts'
import { real, type LabInHand } from '../place.ts'
import { checkersOf } from './checkers.ts'
import { RunFolder } from './evidence.ts'
import { forEngine } from './plan.ts'

export type BuildEvent = Extract<Event, { type: 'build' }>

export interface GradeOptions {
  place: LabInHand
  /** the package's folder */
  root: string
  engine: Engine
  checks: readonly Check[]
  /** the step that is worked on */
  step: number
  seed: string
  jobs?: number | undefined
  signal: AbortSignal
  /** keeps the host of a check that does not pass, or also of one that does, until `signal` aborts */
  hold?: RunRequest['hold']
  /** asked when the run was cancelled: nobody wants to know what it came to */
  discard?: (() => boolean) | undefined
  /** called with every event, for the screen */
  onEvent?: ((event: Event, graded: Graded) => void) | undefined
  /** called when all that the run needs was read, before it begins */
  onBegin?: (() => void) | undefined
}

export interface Graded {
  folder: RunFolder
  seed: string
  /** the target's name */
  target: string
  /** its hosts can not be entered */
  noEntry?: boolean | undefined
  factor: number
  /** sha256 of the component's source */
  source: string
  /** in the order of the plan; those that were cut off are missing */
  results: CheckResult[]
  build?: BuildEvent | undefined
  /** where the build's output is */
  buildOutput?: string | undefined
  /** what ended the run before its verdicts */
  fault?: Fault | undefined
  /** the engine was lost on the way */
  problem?: Problem | undefined
  ms: number
  /** the checks that this run came to, as the journal has them */
  events: LabInHand['events']
  /** of the journal, for a person */
  notes: string[]
}

/** What the engine is asked to run: the learner's component, the lab's checkers, and what no component may see. */
export async function requestFor(
  options: Pick<GradeOptions, 'place' | 'root' | 'checks' | 'seed' | 'jobs' | 'hold'>,
): Promise<RunRequest> {
  const { place, checks, seed } = options
  const { course, workspace, lab, component } = place
  const [{ track, spec }, source, checkers] = await Promise.all([
    readComponent(component),
    packSource(component),
    checkersOf(lab.id, course.root, options.root),
  ])
  const language = track ?? workspace.labs[lab.id]?.track
  const toolchain = language === undefined ? undefined : (await trackOf(options, language)).toolchain()
  return {
    lab: lab.id,
    checkers,
    checks: forEngine(checks),
    seed,
    source,
    spec,
    toolchain,
    cache: `ws-${createHash('sha256').update(real(workspace.dir)).digest('hex').slice(0, 12)}`,
    hidden: [...new Set([options.root, course.root, workspace.dir, homedir()].map(real))],
    jobs: options.jobs,
    hold: options.hold,
  }
}

/** A run that has just begun. */
export function nothingYet(
  { place, engine, seed }: Pick<GradeOptions, 'engine' | 'seed'> & { place: Pick<LabInHand, 'events'> },
  { source }: Pick<RunRequest, 'source'>,
  folder: RunFolder,
): Graded {
  const { target, factor } = engine
  const noEntry = engine.noEntry !== undefined
  const nothing = { results: [], ms: 0, events: place.events, notes: [] }
  return { folder, seed, target, noEntry, factor, source: source.digest, ...nothing }
}

/** Runs the request and puts what comes of it into `graded`, the results in the order of the checks. */
export async function gather(
  request: RunRequest,
  graded: Graded,
  { engine, checks, signal, onEvent }: Pick<GradeOptions, 'engine' | 'checks' | 'signal' | 'onEvent'>,
): Promise<void> {
  const began = performance.now()
  try {
    for await (const event of engine.run(request, signal)) {
      take(event, graded)
      onEvent?.(event, graded)
    }
  } catch (error) {
    // What was found so far is still told.
    if (!(error instanceof Problem)) throw error
    graded.problem = error
  }
  graded.ms = performance.now() - began
  const order = new Map(checks.map((check, i) => [check.id, i]))
  graded.results.sort((a, b) => (order.get(a.check) ?? 0) - (order.get(b.check) ?? 0))
}

export async function grade(options: GradeOptions): Promise<Graded> {
  const { place } = options
  const request = await requestFor(options)
  const folder = RunFolder.create(place.workspace.dir)
  options.onBegin?.()
  const graded = nothingYet(options, request, folder)
  await gather(request, graded, options)
  try {
    if (options.discard?.() === true) folder.remove()
    else await enter(options, graded)
  } catch (error) {
    // The verdicts are told, though they are not kept.
    if (!(error instanceof Problem)) throw error
    graded.problem ??= error
  }
  return graded
}

/** An unknown track is the fault of the file that names it. */
async function trackOf({ place }: Pick<GradeOptions, 'place'>, id: string): Promise<Track> {
  try {
    return await loadTrack(place.course, id)
  } catch (error) {
    if (!(error instanceof Problem) || error.exitCode !== EXIT.usage) throw error
    const own = place.workspace.labs[place.lab.id]?.track ?? ''
    throw new Problem({
      ...error.text,
      where: join(place.component, COMPONENT_FILE),
      remedy: `Name the track that it is written in, for example: track: ${own}`,
    })
  }
}

/** A file that can't be written costs the evidence, not the verdict. */
function keeping(graded: Graded, keep: () => void): void {
  try {
    keep()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    graded.problem ??= error
  }
}

function take(event: Event, graded: Graded): void {
  const { folder } = graded
  switch (event.type) {
    case 'build':
      if (event.state === 'started') return
      graded.build = event
      if (event.state === 'failed')
        keeping(graded, () => (graded.buildOutput = folder.keep('build.txt', event.output ?? '')))
      return
    case 'held':
    case 'check-done':
      graded.results.push(event.result)
      keeping(graded, () => folder.keepResult(event.result))
      return
    case 'evidence':
      keeping(graded, () => folder.keep(event.path, event.text))
      return
    case 'fault':
      graded.fault = event.fault
      return
    case 'missing':
      throw new Error(`the engine has lost the source ${event.digest}`)
    case 'hello':
    case 'stored':
    case 'check-started':
    case 'script-done':
    case 'waiting':
    case 'run-done':
    case 'note':
    case 'received':
    case 'alive':
      return
  }
}

/** Nothing was checked, nothing is entered: a build that failed is no verdict. */
export async function enter(
  { place, engine, step }: Pick<GradeOptions, 'place' | 'engine' | 'step'>,
  graded: Graded,
): Promise<void> {
  const { course, workspace, lab } = place
  const { results, folder, seed, source, ms } = graded
  if (results.length === 0) return
  // A workspace that was removed meanwhile is not made again.
  if (!isWorkspace(workspace.dir)) {
    throw new Problem({
      what: 'The run could not be entered in the journal.',
      where: workspace.dir,
      why: 'The workspace was removed while its component was checked.',
      remedy: `Bring it back, or begin again with: lab start ${lab.id}`,
    })
  }
  const { events, notes } = await appendEvents(workspace, [
    {
      type: 'checked',
      lab: lab.id,
      contract: lab.contract,
      run: folder.number,
      step,
      seed,
      target: engine.target,
      source,
      course: course.version,
      ms: Math.round(ms),
      results: results.map(({ check, verdict, ms }) => ({ check, verdict, ms: Math.round(ms) })),
    },
  ])
  graded.events = [...place.events, ...events]
  graded.notes = notes
}

/** 4 goes before 3 before 1. */
export function exitCodeOf({
  results,
  build,
  fault,
  problem,
}: Pick<Graded, 'results' | 'build' | 'fault' | 'problem'>): number {
  const faults = [fault, ...results.map((result) => result.fault)].filter((f) => f !== undefined)
  const unexplained = results.some(({ verdict, fault }) => verdict === 'error' && fault === undefined)
  if (unexplained || faults.some((f) => f.cause === 'bug')) return EXIT.bug
  if (problem !== undefined) return problem.exitCode
  if (faults.length > 0) return EXIT.environment
  if (build?.state === 'failed') return EXIT.failed
  const bad = results.some(({ verdict }) => verdict === 'failed' || verdict === 'timeout' || verdict === 'skipped')
  return bad ? EXIT.failed : EXIT.passed
}
