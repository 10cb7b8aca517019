/** Proves labs one after the other, with engines that are started when the first trial needs them. */
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'
import type { Part } from '../../author/defect.ts'
import { verifyLab, type Verified } from '../../author/verify.ts'
import { findLab } from '../../course/find-lab.ts'
import { loadLab } from '../../course/lab.ts'
import type { Course } from '../../course/model.ts'
import { connect } from '../../targets/connect.ts'
import type { Engine } from '../../targets/target.ts'
import { checkersOf } from '../grading/checkers.ts'
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
  }
  signal: AbortSignal
  screen: Screen
  note: (text: string) => void
}

/** The same seed each time, so that a proof differs from the last one by what has changed. `--repeat` takes others. */
const SEED = 'proof'

export async function* verifyLabs({
  course,
  root,
  labs,
  flags,
  signal,
  screen,
  note,
}: VerifyLabs): AsyncGenerator<Verified> {
  const ids = labs.length > 0 ? labs : course.labs.filter(({ planned }) => !planned).map(({ id }) => id)
  const seed = checkedSeed(flags.seed ?? SEED)
  const jobs = flags.jobs ?? cpus().length
  await using pool = new Engines(jobs, root, note)
  for (const id of ids) {
    if (signal.aborted) return
    const lab = await loadLab(course, findLab(course, id).id)
    using progress = await Progress.start(lab.id, screen)
    try {
      yield await verifyLab({
        course,
        lab,
        checkers: await checkersOf(lab.id, course.root, root),
        engine: join(root, 'dist', 'engine.cjs'),
        hidden: [...new Set([root, course.root, homedir()].map(real))],
        engines: () => pool.open(),
        only: flags.only as Part | undefined,
        record: flags.record,
        repeat: flags.repeat,
        load: flags.load,
        cached: flags.cache,
        frozen: flags.frozen,
        sample: (flags.sample ?? 0) * 60_000,
        jobs,
        seed,
        signal,
        onPart: (part) => progress.part(part),
        onPlan: (total, kept) => progress.plan(total, kept),
        progress: {
          onBegin: ({ subject }) => progress.begin(subject.title),
          onDone: ({ subject }) => progress.end(subject.title),
        },
      })
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
  }
}

/** One engine for each trial that runs at once, all of them ended together. */
class Engines implements AsyncDisposable {
  #engines: Promise<Engine[]> | undefined
  readonly #count: number
  readonly #root: string
  readonly #note: (text: string) => void

  constructor(count: number, root: string, note: (text: string) => void) {
    this.#count = count
    this.#root = root
    this.#note = note
  }

  open(): Promise<Engine[]> {
    const one = (): Promise<Engine> =>
      connect({ root: this.#root, target: 'local', requires: ['namespaces'], onNote: this.#note })
    return (this.#engines ??= Promise.all(Array.from({ length: this.#count }, one)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const engines = await this.#engines?.catch(() => [])
    await Promise.all((engines ?? []).map((engine) => engine.close()))
  }
}
