/** The parts of a proof, and what one leaves to the next. */
import type { Defect, Part } from './defect.ts'
import { labPageDefects, writeLabPage } from './lab-page.ts'
import { proveLesson } from './lesson/prove-lesson.ts'
import { traceDefects } from './trace-defects.ts'
import type { Manifest } from './manifest.ts'
import type { Proof } from './proof/proof.ts'
import { Load } from './steadiness/load.ts'
import { steadiness } from './steadiness/steady.ts'
import { goldenDefects, record, ruleDefects, type Varies } from './texts/texts.ts'
import { apartFromVarying } from './texts/varying.ts'
import { KeptTrials } from './truth/kept.ts'
import type { Work } from './truth/pool.ts'
import { subjectDefects, type Tried } from './truth/judge.ts'
import type { Subject } from './truth/subjects.ts'
import { rotated } from './proof/sample.ts'
import { nearMisses } from './truth/remarks.ts'
import { checksFor, patienceFor, subjectsOf, trials, truths, type TruthOptions } from './truth/truth.ts'
import { seedsOf } from '../targets/rounds.ts'
import type { Verified, VerifyOptions } from './verify.ts'

/** trials of each engine by which the sample of a day is apart from that of the day before */
const SHARE = 4

const isAmong = ({ kind, name }: Subject, those: readonly Subject[]): boolean =>
  those.some((one) => one.kind === kind && one.name === name)

export class Parts {
  tried: Tried[] = []
  lesson: Proof['lesson']
  readonly #options: VerifyOptions
  readonly #verified: Verified
  readonly #varies: Varies
  readonly #alone: ReadonlySet<string>

  /** What is found goes into `verified`. */
  constructor(options: VerifyOptions, verified: Verified, { checks }: Manifest) {
    this.#options = options
    this.#verified = verified
    this.#varies = (check) => (checks[check]?.varies ?? []).map((source) => new RegExp(source))
    this.#alone = new Set(Object.entries(checks).flatMap(([id, { alone }]) => (alone ? [id] : [])))
  }

  form(): Promise<void> {
    return this.#part('form', async () => [...(await this.#options.form()).defects])
  }

  /** Of the form too, and its end: the parser of diagrams may be installed while the lab is tried. */
  diagrams(): Promise<void> {
    return this.#part('form', async () => [...(await this.#options.diagrams())])
  }

  trace(): Promise<void> {
    return this.#part('trace', async () => {
      const { draft } = await this.#options.form()
      if (draft === undefined) return []
      if (!this.#options.frozen) writeLabPage(draft)
      return [...traceDefects(draft), ...labPageDefects(draft)]
    })
  }

  /** The texts come from the same trials. */
  async truth(): Promise<void> {
    const { lab, only } = this.#options
    if (only !== undefined && only !== 'truth' && only !== 'texts') return
    const asked = this.#truthOptions()
    await this.#part(only === 'texts' ? 'texts' : 'truth', async () => {
      const { tried, defects } = await truths({
        ...asked,
        which: only === 'texts' ? ({ kind }) => kind === 'mutant' : undefined,
      })
      this.tried = tried
      this.#verified.remarks.push(...nearMisses(tried))
      return only === 'texts' ? [] : defects
    })
    await this.#part('texts', async () => {
      const rules = ruleDefects(lab, this.tried, this.#varies)
      const recorded = this.#options.record ? await this.#record(asked) : []
      return [...rules, ...recorded, ...goldenDefects(lab, this.tried, this.#varies)]
    })
  }

  /**
   * Tries subjects of a proof that holds again, others each day, until the time (ms) is over: at least one round of them.
   * Returns how many there were, and of how many.
   */
  async sample(ms: number): Promise<{ tried: number; of: number }> {
    const { lab } = this.#options
    const options = { ...this.#truthOptions(), kept: undefined }
    const { subjects } = await subjectsOf(options.course, lab)
    // One for each engine between two looks at the clock: in a throw-away kernel one takes a minute or two.
    const { length: round } = await options.engines()
    const order = rotated(subjects, Date.now(), round * SHARE)
    const end = performance.now() + ms
    let tried = 0
    do {
      const now = order.slice(tried, tried + round)
      await this.#part('truth', async () => {
        const found = await truths({ ...options, which: (subject) => isAmong(subject, now) })
        return [...found.defects, ...(await this.#changed(options, found.tried))]
      })
      tried += now.length
    } while (tried < order.length && performance.now() < end)
    return { tried, of: order.length }
  }

  /** Texts that are not as recorded; one that is so with another seed was not changed since, and is a remark. */
  async #changed(options: TruthOptions, tried: readonly Tried[]): Promise<Defect[]> {
    const golden = (those: readonly Tried[]): Defect[] => goldenDefects(options.lab, those, this.#varies)
    const first = golden(tried)
    if (first.length === 0) return first
    const changed = tried.filter((one) => golden([one]).length > 0)
    const rounds: Defect[][] = []
    for (const n of [2, 3])
      rounds.push(golden(await trials(options, this.#rejectedAgain(changed, `${options.seed}-${n}`))))
    const { defects, remarks } = apartFromVarying(first, rounds)
    this.#verified.remarks.push(...remarks)
    return defects
  }

  lessons(): Promise<void> {
    return this.#part('lessons', async () => {
      const { course, lab, checkers, hidden, signal } = this.#options
      const engines = await this.#options.engines()
      const { defects, blocks, runnable } = await proveLesson({ course, lab, checkers, hidden, signal, engines })
      this.lesson = { blocks, run: runnable }
      return defects
    })
  }

  /** Every run of it is real, whatever was kept. */
  steadiness(): Promise<void> {
    const { lab, repeat, seed, load } = this.#options
    if (repeat === 1) return Promise.resolve()
    return this.#part('steadiness', async () => {
      await using _ = load ? new Load() : undefined
      const options = { ...this.#truthOptions(), kept: undefined }
      const { subjects } = await subjectsOf(options.course, lab)
      const all = lab.steps.flatMap((step) => step.checks.map(({ id }) => id))
      const again = subjects.filter(({ kind }) => kind !== 'absent' && kind !== 'starter')
      const seeds = seedsOf(seed, repeat)
      const work = seeds.flatMap((seed) =>
        again.map((subject) => ({ subject, checks: checksFor(subject, all, []), seed, patience: 1 })),
      )
      const tried = await trials(options, work)
      const rounds = seeds.map((_, n) => tried.slice(n * again.length, (n + 1) * again.length))
      const { defects, remarks } = steadiness(lab, rounds)
      this.#verified.remarks.push(...remarks, ...nearMisses(tried))
      const first = { lab, tried: rounds[0] ?? [] }
      return [...defects, ...subjectDefects(first)]
    })
  }

  /** With two seeds more, for the checks alone that reject a mutant. */
  async #record(asked: TruthOptions): Promise<Defect[]> {
    const rounds: Tried[][] = [this.tried]
    for (const n of [2, 3]) {
      const mutants = this.tried.filter(({ subject }) => subject.kind === 'mutant')
      rounds.push(await trials(asked, this.#rejectedAgain(mutants, `${asked.seed}-${n}`)))
    }
    return record(this.#options.lab, rounds, this.#varies)
  }

  /** The checks that rejected a mutant, with another seed. */
  #rejectedAgain(tried: readonly Tried[], seed: string): Work[] {
    return tried.map(({ subject, trial }) => {
      const checks = trial.results.filter(({ verdict }) => verdict !== 'passed').map(({ check }) => check)
      return { subject, checks, seed, patience: patienceFor(subject) }
    })
  }

  #truthOptions(): TruthOptions {
    const { course, lab, checkers, hidden, seed, engines, signal, progress, onPlan, cached, engine, target } =
      this.#options
    const ground = { lab: lab.id, checkers, hidden }
    const kept = new KeptTrials([checkers, engine], target, { fresh: !cached })
    return { course, lab, ground, alone: this.#alone, seed, engines, kept, signal, progress, onPlan }
  }

  async #part(part: Part, look: () => Promise<Defect[]>): Promise<void> {
    const { only, onPart, signal } = this.#options
    if (only !== undefined && only !== part) return
    signal.throwIfAborted()
    onPart?.(part)
    const begin = performance.now()
    this.#verified.defects.push(...(await look()))
    this.#verified.parts[part] = (this.#verified.parts[part] ?? 0) + performance.now() - begin
  }
}
