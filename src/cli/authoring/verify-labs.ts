/** Proves labs one after the other, with engines that are started when the first trial needs them. */
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'
import type { Defect, Part } from '../../author/defect.ts'
import type { Draft } from '../../author/draft.ts'
import { formOf, type WholeForm } from '../../author/form/form.ts'
import { trustDefect, writeTrust } from '../../author/proof/trust.ts'
import { verifyLab, type Verified } from '../../author/verify.ts'
import { findLab } from '../../course/find-lab.ts'
import { loadLab } from '../../course/lab.ts'
import type { Course } from '../../course/model.ts'
import { Problem } from '../../problem.ts'
import type { Engine } from '../../targets/target.ts'
import { checkersOf } from '../grading/checkers.ts'
import { connectFor } from '../grading/connect-for.ts'
import type { Screen } from '../grading/on-screen.ts'
import { checkedSeed } from '../grading/seed.ts'
import { real } from '../place.ts'
import { Progress } from './progress.ts'

export interface VerifyLabs {
  course: Course
  /** the package's folder */
  root: string
  /** ids; none: every lab that is written */
  labs: readonly string[]
  flags: {
    only?: string | undefined
    jobs?: number | undefined
    record: boolean
    repeat: number
    load: boolean
    seed?: string | undefined
    cache: boolean
    frozen: boolean
    sample?: number | undefined
    target?: string | undefined
  }
  signal: AbortSignal
  screen: Screen
  note: (text: string) => void
}

/** Trials for each processor: checks wait more than they compute, most of all those that fail. */
const AT_ONCE = 3

/**
 * Engines that are worth it on a target. A throw-away kernel computes where a machine waits: a start of a program costs it ten
 * times as much; and of its caches of builds there are as many as processors, so that one more compiles all anew.
 */
export const enginesOn = (target: string, processors = cpus().length): number =>
  target === 'uml' ? processors : processors * AT_ONCE

/** The same seed each time, so that a proof differs from the last one by what has changed. `--repeat` takes others. */
const SEED = 'proof'

/** The course as a whole first, where something is wrong with it; then each lab. */
export async function* verifyLabs(asked: VerifyLabs): AsyncGenerator<Verified> {
  const { course, root, flags, signal } = asked
  const written = course.labs.filter(({ planned }) => !planned).map(({ id }) => id)
  const ids = asked.labs.length === 0 ? written : asked.labs.map((id) => findLab(course, id).id)
  await using pool = new Engines(
    (target) => flags.jobs ?? enginesOn(target),
    (lab) => connectFor({ lab, course: course.root, root, target: flags.target ?? 'auto', note: asked.note }),
  )
  const form = once(() =>
    formOf(course.root, { labs: ids, program: root, checkersOf: (lab) => checkersOf(lab, course.root, root) }),
  )
  if (flags.frozen) yield* ofTheCourse(trustOf(course, flags.only), await form())
  let anew = false
  for (const id of ids) {
    if (signal.aborted) return
    try {
      const one = await verifyOne(id, asked, pool, form)
      anew ||= one.state === 'proved' || one.elsewhere !== undefined
      yield one
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
  }
  if (anew && !flags.frozen) writeTrust(course)
  if (!form.asked) return
  const { defects, diagrams } = await form()
  const drawn = await diagrams
  if (flags.frozen) {
    yield* ofTheCourse([], { defects: drawn })
    return
  }
  yield* ofTheCourse(trustOf(course, flags.only), { defects: [...defects, ...drawn] })
}

/** What is wrong with the page about the proofs, where these are looked at. */
function trustOf(course: Course, only: string | undefined): Defect[] {
  const defect = only === undefined ? trustDefect(course) : undefined
  return defect === undefined ? [] : [defect]
}

/** What is wrong with pages and files that belong to no lab. */
function* ofTheCourse(trust: readonly Defect[], form: { defects: readonly Defect[] }): Generator<Verified> {
  const defects = [...form.defects.filter(({ lab }) => lab === undefined), ...trust]
  if (defects.length === 0) return
  yield { lab: 'the course', state: 'not proved', defects, remarks: [], proof: undefined, parts: {} }
}

async function verifyOne(
  id: string,
  asked: VerifyLabs,
  pool: Engines,
  form: () => Promise<WholeForm>,
): Promise<Verified> {
  const { course, root, flags, signal, screen } = asked
  const lab = await loadLab(course, id).catch((error: unknown) => {
    if (error instanceof Problem) return undefined
    throw error
  })
  const own = async (): Promise<{ draft: Draft | undefined; defects: Defect[] }> => {
    const { defects, drafts } = await form()
    return { draft: drafts.find((draft) => draft.id === id), defects: defects.filter((one) => one.lab === id) }
  }
  if (lab === undefined) {
    const { defects } = await own()
    return { lab: id, state: 'not proved', defects, remarks: [], proof: undefined, parts: {} }
  }
  using progress = await Progress.start(id, screen)
  return await verifyLab({
    course,
    lab,
    checkers: await checkersOf(id, course.root, root),
    engine: join(root, 'dist', 'engine.cjs'),
    hidden: [...new Set([root, course.root, homedir()].map(real))],
    engines: () => pool.open(id),
    target: flags.target ?? 'auto',
    jobs: flags.jobs ?? enginesOn(flags.target ?? 'auto'),
    form: own,
    diagrams: async () => (await (await form()).diagrams).filter((one) => one.lab === id),
    only: flags.only as Part | undefined,
    record: flags.record,
    repeat: flags.repeat,
    load: flags.load,
    cached: flags.cache,
    frozen: flags.frozen,
    sample: (flags.sample ?? 0) * 60_000,
    seed: checkedSeed(flags.seed ?? SEED),
    signal,
    onPart: (part) => progress.part(part),
    onPlan: (total, kept) => progress.plan(total, kept),
    progress: {
      onBegin: ({ subject }) => progress.begin(subject.title),
      onDone: ({ subject }) => progress.end(subject.title),
    },
  })
}

/** Asked once, however often it is asked for. */
function once<T>(ask: () => Promise<T>): (() => Promise<T>) & { readonly asked: boolean } {
  let answer: Promise<T> | undefined
  return Object.defineProperty(() => (answer ??= ask()), 'asked', { get: () => answer !== undefined }) as never
}

/** One engine for each trial that runs at once, for one lab after the other, since another one may need another target. */
class Engines implements AsyncDisposable {
  #engines: Promise<Engine[]> | undefined
  #lab: string | undefined
  /** trials at once, on the target that an engine has turned out to be on */
  readonly #count: (target: string) => number
  readonly #connect: (lab: string) => Promise<Engine>

  constructor(count: (target: string) => number, connect: (lab: string) => Promise<Engine>) {
    this.#count = count
    this.#connect = connect
  }

  async open(lab: string): Promise<Engine[]> {
    if (this.#lab !== lab) await this[Symbol.asyncDispose]()
    this.#lab = lab
    return (this.#engines ??= this.#all(lab))
  }

  async #all(lab: string): Promise<Engine[]> {
    const first = await this.#connect(lab)
    const others = await Promise.allSettled(
      Array.from({ length: this.#count(first.target) - 1 }, () => this.#connect(lab)),
    )
    const started = [first, ...others.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))]
    const failed = others.find((one) => one.status === 'rejected')
    if (failed === undefined) return started
    await Promise.all(started.map((engine) => engine.close()))
    throw failed.reason
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const engines = await this.#engines?.catch(() => [])
    this.#engines = undefined
    await Promise.all((engines ?? []).map((engine) => engine.close()))
  }
}
