/** Grades the labs of one workspace, independent of its journal, which is neither read nor written. */
import { basename } from 'node:path'
import type { Course, Lab } from '../../course/model.ts'
import type { Event } from '../../protocol/index.ts'
import { GRADE_FORMAT, type GradedLab, type GradeReport, type Reason } from '../../report/grade/report.ts'
import type { Workspace } from '../../workspace/model.ts'
import { NAME, VERSION } from '../program.ts'
import type { Asked } from './asked.ts'
import { courseDigest } from './digests.ts'
import { gradeLab } from './grade-lab.ts'
import { counts, exitCodeOf, isComplete, sumPoints } from './outcome.ts'
import type { Turns } from './turns.ts'

export interface Grading {
  course: Course
  /** the package's folder */
  root: string
  /** every written lab, in course order */
  labs: readonly Lab[]
  workspace: Workspace
  asked: Asked
  seed: string
  jobs: number | undefined
  turns?: Turns | undefined
  /** folders that no component may see, besides the usual ones */
  hidden?: readonly string[]
  /** the person's wish to stop, and the name of the signal */
  interrupt: { signal: AbortSignal; name: () => string | undefined }
  note: (text: string) => void
  onLab?: ((lab: Lab) => void) | undefined
  onEvent?: ((event: Event) => void) | undefined
}

export async function gradeWorkspace(grading: Grading): Promise<GradeReport> {
  const { course, workspace, asked, seed, interrupt } = grading
  const began = new Date()
  const start = performance.now()
  using time = new Time(asked.timeoutMs)
  const signal = AbortSignal.any([interrupt.signal, time.signal])
  const cut = (): Reason =>
    interrupt.signal.aborted
      ? { cause: 'interrupted', what: `not run: interrupted (${interrupt.name() ?? 'by a signal'})` }
      : { cause: 'time', what: 'not run: time was up (--timeout)' }
  const labs: GradedLab[] = []
  for (const lab of wanted(grading)) {
    if (Object.hasOwn(workspace.labs, lab.id)) grading.onLab?.(lab)
    const { root, turns, jobs, note, onEvent, hidden = [] } = grading
    const required = Object.hasOwn(asked.required, lab.id) ? asked.required[lab.id] : undefined
    const { target } = asked
    const common = { course, root, workspace, turns, jobs, note, onEvent, hidden }
    labs.push(await gradeLab({ ...common, lab, required, seed, target, signal, cut }))
  }
  const reasons = labs.flatMap(({ reason, checks }) => [reason, ...checks.map((check) => check.reason)])
  const report: Omit<GradeReport, 'exitCode'> = {
    format: GRADE_FORMAT,
    program: { name: NAME, version: VERSION },
    course: { title: course.title, version: course.version, digest: courseDigest(course) },
    workspace: basename(workspace.dir),
    asked: {
      labs: asked.labs,
      required: asked.required,
      target: asked.target,
      ...(asked.timeoutMs !== undefined && { timeoutMs: asked.timeoutMs }),
    },
    seed,
    began: began.toISOString(),
    ms: Math.round(performance.now() - start),
    points: sumPoints(labs.filter(counts)),
    complete: isComplete(labs),
    timedOut: reasons.some((reason) => reason?.cause === 'time'),
    ...(reasons.some((reason) => reason?.cause === 'interrupted') && { interrupted: interrupt.name() ?? 'signal' }),
    labs,
  }
  return { ...report, exitCode: exitCodeOf(report) }
}

/** All that are written, so that a reader sees what was not started; or those that were named. */
const wanted = ({ labs, asked }: Grading): readonly Lab[] =>
  asked.labs.length === 0 ? labs : labs.filter(({ id }) => asked.labs.includes(id))

/** `--timeout`. */
class Time implements Disposable {
  readonly #abort = new AbortController()
  readonly #timer: NodeJS.Timeout | undefined

  constructor(ms: number | undefined) {
    if (ms !== undefined) this.#timer = setTimeout(() => this.#abort.abort(), ms)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}
