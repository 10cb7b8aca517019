/** `lab check --repeat N`: repeats, keeps the evidence of first failures, enters the journal, and reports. */
import type { Check } from '../../course/model.ts'
import type { Problem } from '../../problem.ts'
import type { CheckResult, Event } from '../../protocol/index.ts'
import type { RepeatedCheck, RepeatJson } from '../../report/repeat-json.ts'
import { buildLine } from '../../report/tty/build.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { isLearners } from '../../report/tty/repeat.ts'
import { runHeader } from '../../report/tty/run-header.ts'
import type { Engine } from '../../targets/target.ts'
import { progressOf } from '../../workspace/progress.ts'
import { wrap } from '../../report/tty/wrap.ts'
import type { LabInHand } from '../place.ts'
import { connectFor } from './connect-for.ts'
import { RunFolder } from './evidence.ts'
import { enter, nothingYet, requestFor } from './grade.ts'
import { Interrupt } from './interrupt.ts'
import { investigate, type Investigation } from './investigate.ts'
import { Live } from './live.ts'
import { findReferences } from './reference.ts'
import { seedsOf, type Round } from '../../targets/rounds.ts'
import { runJson } from './run-json.ts'
import { checkedSeed } from './seed.ts'
import { repeatExitCode, tellRepeat } from './tell-repeat.ts'

export interface RepeatCheckOptions {
  place: LabInHand
  /** `auto` or a target's name */
  target: string
  /** the package's folder */
  root: string
  checks: Check[]
  /** the step that is worked on */
  step: number
  /** the base of the runs' seeds */
  seed: string
  repeat: number
  jobs: number | undefined
  /** undefined with `--json` */
  screen: { say: (text?: string) => void; layout: Layout } | undefined
  note: (text: string) => void
}

/** Throws Problem when the engine is lost, once all that was found is told. */
export async function repeatCheck(options: RepeatCheckOptions): Promise<RepeatJson> {
  const { place, root, checks, step, seed, repeat, screen, note } = options
  const { lab } = place
  const seeds = seedsOf(seed, repeat)
  checkedSeed(seeds.at(-1) ?? seed)
  using interrupt = new Interrupt()
  await using engine = await connectFor({ lab: lab.id, course: place.course.root, root, target: options.target, note })
  const request = await requestFor({ ...options, checks })
  const folder = RunFolder.create(place.workspace.dir)
  const graded = nothingYet({ place, engine, seed }, request, folder)
  const began = performance.now()
  header(options, engine, seeds)
  const investigation = await watched(options, interrupt, async (live) =>
    investigate({
      engine,
      request,
      seeds,
      signal: interrupt.signal,
      references: () => findReferences(place, request.toolchain?.id),
      onRound: keepFirst(folder),
      ...live,
    }),
  )
  graded.ms = performance.now() - began
  Object.assign(graded, { build: investigation.build, fault: investigation.fault, problem: investigation.problem })
  if (graded.build?.state === 'failed') graded.buildOutput = folder.keep('build.txt', graded.build.output ?? '')
  const repeated = checks.map((check) => repeatedCheck(check, investigation))
  graded.results = repeated.flatMap((check) => entry(check, repeat) ?? [])
  await enter({ place, engine, step }, graded)
  const { points } = progressOf(lab, graded.events, place.course.renames)
  const interrupted = interrupt.received
  const exitCode = interrupted?.code ?? repeatExitCode(repeated, graded)
  screen?.say(`\n${tellRepeat({ lab, step, checks, repeated, graded, points, before: place.events }, screen.layout)}`)
  if (interrupted) {
    screen?.say(`\n  interrupted (${interrupted.name}) after ${investigation.seeds.length} of ${repeat} runs`)
  }
  graded.notes.forEach(note)
  throwLater(screen && graded.problem)
  const { results: _, ...run } = runJson({
    lab,
    checks,
    step,
    graded,
    target: engine.target,
    course: place.course.version,
    points,
    exitCode,
    interrupted: interrupted?.name,
  })
  return { ...run, repeat, seeds: investigation.seeds, checks: repeated }
}

/** With `--json` it is part of the data. */
function throwLater(problem: Problem | undefined): void {
  if (problem) throw problem
}

function header(
  { place, step, screen, checks, seed, repeat }: RepeatCheckOptions,
  engine: Engine,
  seeds: string[],
): void {
  if (screen === undefined) return
  const { lab } = place
  const title = lab.steps[step - 1]?.title ?? ''
  const { target, factor } = engine
  screen.say(
    runHeader(
      { lab: lab.id, step: { number: step, title, of: lab.steps.length }, target, seed, factor },
      screen.layout,
    ),
  )
  const one = `lab check ${checks[0]?.id ?? 'CHECK'} --seed ${seeds.at(-1) ?? seed}`
  const text = `each check ${repeat} times, run by run with the seeds ${seed}-1 to ${seeds.at(-1) ?? seed}; one of them again: ${one}`
  for (const line of wrap(text, screen.layout.width - 2)) screen.say(screen.layout.paint.dim(`  ${line}`))
}

type Watching = Pick<Parameters<typeof investigate>[0], 'onEvent' | 'onReference'>

/** Shows on a terminal what runs. */
async function watched<T>(
  { screen, checks, repeat }: RepeatCheckOptions,
  interrupt: Interrupt,
  use: (watching: Watching) => Promise<T>,
): Promise<T> {
  using live = screen && (await Live.start(screen.layout.paint))
  if (live) live.of = checks.length * repeat
  interrupt.signal.addEventListener('abort', () => live?.show('stopping'))
  const say = (text: string): void => {
    if (live) live.say(text)
    else screen?.say(text)
  }
  let built = false
  const onEvent = (event: Event): void => {
    // Each run asks for its build anew; only the first is worth a word.
    if (event.type !== 'build') live?.show(event)
    else if (!built) live?.show(event)
    if (event.type !== 'build' || event.state === 'started') return
    if (!built && screen && event.state !== 'failed') say(buildLine(event.state, event.ms, screen.layout))
    built = true
  }
  const onReference = (name: string, ids: readonly string[], times: number): void => {
    if (live) live.of += ids.length * times
    if (!screen) return
    const which = ids.length === 1 ? `${ids[0] ?? ''} is` : `${ids.length} checks are`
    say(screen.layout.paint.dim(`  ${which} flaky; ${name} runs for comparison, up to ${times} times`))
  }
  return use({ onEvent, onReference })
}

/** Of each check only the first failing run is kept: a run folder for each run would push out all others. */
function keepFirst(folder: RunFolder): (round: Round) => void {
  const kept = new Set<string>()
  return ({ results, evidence }) => {
    for (const result of results) {
      if (result.verdict === 'passed' || kept.has(result.check)) continue
      kept.add(result.check)
      const inside = `${result.check.replaceAll('/', '-')}/`
      for (const { path, text } of evidence) if (path.startsWith(inside)) folder.keep(path, text)
      folder.keepResult(result)
    }
  }
}

function repeatedCheck({ id, step, requirement, claim, points }: Check, { checks }: Investigation): RepeatedCheck {
  const { tries, first, reference, attribution } = checks.get(id) ?? { tries: [], attribution: { to: 'none' as const } }
  const passed = (those: { verdict: string }[]): number => those.filter(({ verdict }) => verdict === 'passed').length
  return {
    check: id,
    step,
    requirement,
    claim,
    points,
    passed: passed(tries),
    of: tries.length,
    tries,
    ...(first && { first }),
    ...(reference && {
      reference: { ...reference, passed: passed(reference.tries), of: reference.tries.length },
    }),
    attribution,
  }
}

const WORST = ['failed', 'timeout', 'error'] as const

/**
 * A check's verdict for the journal: passed when it passed every time; what is not the component's is an error, which
 * costs no points. Undefined when it passed so far and the run was cut short.
 */
export function entry(
  { check, passed, of, tries, attribution }: RepeatedCheck,
  repeat: number,
): CheckResult | undefined {
  if (of === 0 || (passed === of && of < repeat)) return undefined
  const worst = WORST.find((verdict) => tries.some((one) => one.verdict === verdict))
  const verdict = worst === undefined ? 'passed' : isLearners(attribution) ? worst : 'error'
  const shown = tries.find((one) => one.verdict === worst) ?? tries[0]
  const { ms = 0, factor = 1, late = 0, load = 0 } = shown ?? {}
  return { check, verdict, ms, factor, late, load, timeline: [], output: [], outputLines: 0, notes: [] }
}
