/** Grades one lab of a workspace: an engine of its own, a build from nothing, every check of every step. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { languageVersion } from '../../author/proof/tools.ts'
import { readManifest } from '../../author/manifest.ts'
import { readLesson } from '../../course/lesson.ts'
import { requirementLines } from '../../course/requirements.ts'
import type { Check, Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { CheckResult, Event } from '../../protocol/index.ts'
import type { GradedLab, Reason } from '../../report/grade/report.ts'
import type { Engine, RunRequest } from '../../targets/target.ts'
import type { Workspace } from '../../workspace/model.ts'
import { checkersOf } from '../grading/checkers.ts'
import { connectFor } from '../grading/connect-for.ts'
import { real } from '../place.ts'
import { checkersDigest } from './digests.ts'
import { gradedCheck, reasonOf, sumPoints } from './outcome.ts'
import { readSubmission, Unreadable, type Submission } from './submission.ts'
import type { Turns } from './turns.ts'

export interface LabGrading {
  course: Course
  /** the package's folder */
  root: string
  workspace: Workspace
  lab: Lab
  /** points that were asked for */
  required: number | undefined
  seed: string
  target: string
  /** checks at once; default: two for each processor of the target, and one */
  jobs: number | undefined
  /** where several gradings run at once: when a check may run */
  turns: Turns | undefined
  signal: AbortSignal
  /** why it was aborted */
  cut: () => Reason
  /** folders that no component may see, besides the usual ones */
  hidden: readonly string[]
  note: (text: string) => void
  onEvent?: ((event: Event) => void) | undefined
}

type Found = Pick<GradedLab, 'state' | 'checks'> & Partial<GradedLab>

export async function gradeLab(grading: LabGrading): Promise<GradedLab> {
  const { lab, workspace, required } = grading
  const began = performance.now()
  const started = Object.hasOwn(workspace.labs, lab.id)
  const found = started ? await gradeStarted(grading) : withReason(grading, 'not-started', undefined)
  const { earned } = sumPoints(found.checks)
  return {
    lab: lab.id,
    title: lab.title,
    contract: lab.contract,
    points: { earned, of: lab.points },
    ...(required !== undefined && { required }),
    met: required === undefined || earned >= required,
    tools: {},
    ...found,
    ms: Math.round(performance.now() - began),
  }
}

const checksOf = (lab: Lab): Check[] => lab.steps.flatMap(({ checks }) => checks)

/** No check ran, all for the same reason. */
function withReason({ lab }: LabGrading, state: GradedLab['state'], reason: Reason | undefined): Found {
  if (reason === undefined) return { state, checks: [] }
  const lines = linesOf(lab)
  const own = { cause: reason.cause, what: reason.what }
  return { state, reason, checks: checksOf(lab).map((check) => gradedCheck(check, lines.get(check.requirement), own)) }
}

const linesOf = (lab: Lab): Map<string, number> => requirementLines(readLesson(lab).markdown)

async function gradeStarted(grading: LabGrading): Promise<Found> {
  const { course, workspace, lab, signal, cut } = grading
  let submission: Submission
  try {
    submission = await readSubmission(course, workspace, lab)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return withReason(grading, error.reason.cause === 'submission' ? 'unreadable' : 'not-graded', error.reason)
  }
  const { track, source, path, entry, lesson } = submission
  const known = {
    ...(track && { track: track.id, tools: { [track.id]: await languageVersion(course, track.id) } }),
    component: {
      path,
      digest: source.digest,
      ...(entry !== undefined && { entry }),
      ...(lesson !== undefined && { lesson }),
    },
  }
  if (signal.aborted) return { ...withReason(grading, 'not-graded', cut()), ...known }
  try {
    const checkers = await checkersOf(lab.id, course.root, grading.root)
    const found = await onEngine(grading, submission, checkers)
    return { ...known, checkers: checkersDigest(checkers), ...found }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { ...withReason(grading, 'not-graded', reasonOfProblem(error)), ...known }
  }
}

function reasonOfProblem({ text, exitCode }: Problem): Reason {
  const { what, where, why, remedy } = text
  const told = [where, why].filter((part) => part !== undefined).join(': ')
  return {
    cause: exitCode === EXIT.bug ? 'bug' : 'environment',
    what,
    ...(told !== '' && { why: told }),
    ...(remedy !== undefined && { remedy }),
  }
}

async function onEngine(grading: LabGrading, submission: Submission, checkers: string): Promise<Found> {
  const { course, root, lab, target, note } = grading
  const { checks: manifest } = readManifest(checkers)
  // What an earlier build left could be another program than these files make.
  await using engine = await connectFor({ lab: lab.id, course: course.root, root, target, note, cache: false })
  const run = new Run(grading, engine, requestOf(grading, submission, checkers))
  const alone = checksOf(lab).filter(({ id }) => manifest[id]?.alone === true)
  const beside = checksOf(lab).filter((check) => !alone.includes(check))
  const { turns } = grading
  if (turns === undefined) await run.checks(checksOf(lab))
  else {
    await turns.beside(() => run.checks(beside))
    if (!run.over && alone.length > 0) await turns.alone(() => run.checks(alone))
  }
  return { ...run.found(), machine: machineOf(engine) }
}

function machineOf({ target, facts, factor }: Engine): NonNullable<GradedLab['machine']> {
  const { kernel, arch, node, cpus, root, bounds } = facts
  return { target, kernel, arch, node, cpus, root, bounds, factor }
}

function requestOf(grading: LabGrading, submission: Submission, checkers: string): Omit<RunRequest, 'checks'> {
  const { course, root, workspace, lab, seed, jobs, hidden } = grading
  const { source, spec, track } = submission
  const folders = [root, course.root, workspace.dir, homedir(), ...hidden]
  return {
    lab: lab.id,
    checkers,
    seed,
    source,
    spec,
    toolchain: track?.toolchain(),
    cache: `grade-${createHash('sha256').update(real(workspace.dir)).digest('hex').slice(0, 12)}`,
    hidden: [...new Set(folders.map(real))],
    jobs,
  }
}

/** One or several runs on an engine, and what they found together. */
class Run {
  readonly #results = new Map<string, CheckResult>()
  /** what ended it before its verdicts */
  #reason: Reason | undefined

  constructor(
    readonly grading: LabGrading,
    readonly engine: Engine,
    readonly request: Omit<RunRequest, 'checks'>,
  ) {}

  get over(): boolean {
    return this.#reason !== undefined || this.grading.signal.aborted
  }

  async checks(checks: readonly Check[]): Promise<void> {
    const { signal, onEvent } = this.grading
    if (checks.length === 0 || signal.aborted) return
    // Grading asks every check: none waits for another one.
    const request = { ...this.request, checks: checks.map(({ id }) => ({ id, needs: [] })) }
    try {
      for await (const event of this.engine.run(request, signal)) {
        this.#take(event)
        onEvent?.(event)
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#reason ??= reasonOfProblem(error)
    }
  }

  #take(event: Event): void {
    if (event.type === 'check-done') this.#results.set(event.result.check, event.result)
    else if (event.type === 'fault') this.#reason ??= reasonOf(event.fault)
    else if (event.type === 'missing') throw new Error(`the engine has lost the source ${event.digest}`)
    else if (event.type === 'build' && event.state === 'failed') {
      const { command = 'the build', ended = 'failed', output = '', remedy } = event
      this.#reason = {
        cause: 'submission',
        what: `${command} ${ended}`,
        ...(remedy !== undefined && { remedy }),
        ...(output !== '' && { detail: output }),
      }
    }
  }

  found(): Found {
    const { grading } = this
    const lines = linesOf(grading.lab)
    const rest = this.#reason ?? grading.cut()
    const why = { cause: rest.cause, what: rest.what }
    const checks = checksOf(grading.lab).map((check) =>
      gradedCheck(check, lines.get(check.requirement), this.#results.get(check.id) ?? why),
    )
    const state = this.#results.size > 0 ? 'graded' : rest.cause === 'submission' ? 'not-built' : 'not-graded'
    const whole = checks.every(({ check }) => this.#results.has(check))
    return { state, checks, ...(!whole && { reason: rest }) }
  }
}
