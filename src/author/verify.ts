/** Proves a lab: part by part, the cheapest first, and tells all that is wrong and not only the first. */
import type { Course, Lab } from '../course/model.ts'
import type { Engine } from '../targets/target.ts'
import type { Defect, Part } from './defect.ts'
import { readManifest } from './manifest.ts'
import { digestsOf } from './proof/digests.ts'
import { makeProof } from './proof/make-proof.ts'
import { changedSince, otherTools, readProof, staleDefect, writeProof, type Proof } from './proof/proof.ts'
import { toolsOf } from './proof/tools.ts'
import { goldenDefects, record, ruleDefects, type Varies } from './texts/texts.ts'
import { nearMisses } from './truth/near-misses.ts'
import { KeptTrials } from './truth/kept.ts'
import type { Tried } from './truth/judge.ts'
import type { Pool } from './truth/pool.ts'
import { trials, truths, type TruthOptions } from './truth/truth.ts'

export interface VerifyOptions {
  course: Course
  lab: Lab
  /** path of the lab's bundled checkers, and the engine's program */
  checkers: string
  engine: string
  /** folders that no component may see */
  hidden: string[]
  engines: () => Promise<readonly Engine[]>
  /** one part alone; nothing is written then */
  only: Part | undefined
  /** write the failure texts as they are now */
  record: boolean
  /** whether what was proved before, and trials that were kept, count */
  cached: boolean
  /** nothing is written, and a proof that is stale is a defect */
  frozen: boolean
  seed: string
  signal: AbortSignal
  onPart?: ((part: Part) => void) | undefined
  onPlan?: ((total: number, kept: number) => void) | undefined
  progress?: Pick<Pool, 'onBegin' | 'onDone'> | undefined
}

export interface Verified {
  lab: string
  /** `held`: the proof that was there holds, nothing was tried */
  state: 'proved' | 'held' | 'not proved' | 'looked at'
  defects: Defect[]
  /** what is worth knowing and no defect */
  remarks: string[]
  proof: Proof | undefined
  /** ms of each part that was looked at */
  parts: Partial<Record<Part, number>>
}

export async function verifyLab(options: VerifyOptions): Promise<Verified> {
  const { course, lab, only, frozen, cached } = options
  const manifest = readManifest(options.checkers)
  const digests = digestsOf(course, lab, manifest)
  const before = readProof(lab)
  const tools = await toolsOf(course, lab)
  const holds = before !== undefined && changedSince(before, digests).length === 0
  const others = before === undefined ? [] : otherTools(before, tools)
  const verified: Verified = { lab: lab.id, state: 'held', defects: [], remarks: [], proof: before, parts: {} }
  if (holds && others.length === 0 && cached && only === undefined && !options.record) return verified

  const varies: Varies = (check) => (manifest.checks[check]?.varies ?? []).map((source) => new RegExp(source))
  const work = new Work(options, verified, varies, new Set(aloneOf(manifest)))
  await work.form()
  await work.trace()
  await work.truth()
  await work.lessons()
  const stale = frozen ? staleDefect(lab, before, digests) : undefined
  if (stale !== undefined) verified.defects.push(stale)
  if (only !== undefined) return { ...verified, state: 'looked at' }
  if (verified.defects.length > 0) return { ...verified, state: 'not proved' }
  const proof = makeProof({
    lab,
    tried: work.tried,
    digests: digestsOf(course, lab, manifest),
    tools,
    lesson: work.lesson,
  })
  if (!frozen) writeProof(lab, proof)
  return { ...verified, state: 'proved', proof }
}

const aloneOf = ({ checks }: ReturnType<typeof readManifest>): string[] =>
  Object.entries(checks).flatMap(([id, { alone }]) => (alone ? [id] : []))

/** The parts, and what one leaves to the next. */
class Work {
  tried: Tried[] = []
  lesson: Proof['lesson']
  readonly #options: VerifyOptions
  readonly #verified: Verified
  readonly #varies: Varies
  readonly #alone: ReadonlySet<string>

  constructor(options: VerifyOptions, verified: Verified, varies: Varies, alone: ReadonlySet<string>) {
    this.#options = options
    this.#verified = verified
    this.#varies = varies
    this.#alone = alone
  }

  form(): Promise<void> {
    return this.#part('form', () => Promise.resolve([]))
  }

  trace(): Promise<void> {
    return this.#part('trace', () => Promise.resolve([]))
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

  lessons(): Promise<void> {
    return this.#part('lessons', () => Promise.resolve([]))
  }

  /** With two seeds more, for the checks alone that reject a mutant. */
  async #record(asked: TruthOptions): Promise<Defect[]> {
    const rounds: Tried[][] = [this.tried]
    for (const n of [2, 3]) {
      const work = this.tried
        .filter(({ subject }) => subject.kind === 'mutant')
        .map(({ subject, trial }) => {
          const checks = trial.results.filter(({ verdict }) => verdict !== 'passed').map(({ check }) => check)
          return { subject, checks, seed: `${asked.seed}-${n}` }
        })
      rounds.push(await trials(asked, work))
    }
    return record(this.#options.lab, rounds, this.#varies)
  }

  #truthOptions(): TruthOptions {
    const { course, lab, checkers, hidden, seed, engines, signal, progress, onPlan, cached, engine } = this.#options
    const ground = { lab: lab.id, checkers, hidden }
    const kept = cached ? new KeptTrials([checkers, engine]) : undefined
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
