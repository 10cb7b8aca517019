/** Proves a lab: part by part, the cheapest first, and tells all that is wrong and not only the first. */
import type { Course, Lab } from '../course/model.ts'
import type { Engine } from '../targets/target.ts'
import type { Defect, Part } from './defect.ts'
import type { Draft } from './draft.ts'
import { readManifest, type Manifest } from './manifest.ts'
import { Parts } from './parts.ts'
import { digestsOf, type Digests } from './proof/digests.ts'
import { makeProof } from './proof/make-proof.ts'
import { changedSince, otherTools, readProof, staleDefect, writeProof, type Proof } from './proof/proof.ts'
import { toolsOf, type Tools } from './proof/tools.ts'
import type { Pool } from './truth/pool.ts'

export interface VerifyOptions {
  course: Course
  lab: Lab
  /** path of the lab's bundled checkers, and the engine's program */
  checkers: string
  engine: string
  /** folders that no component may see */
  hidden: string[]
  engines: () => Promise<readonly Engine[]>
  /** where they are, as it was asked for: `auto`, or a target's name */
  target: string
  /** what was read of the lab, and what is wrong with its form: looked at for all labs at once */
  form: () => Promise<{ draft: Draft | undefined; defects: readonly Defect[] }>
  /** what is wrong with its diagrams, whose parser may still have to be installed */
  diagrams: () => Promise<readonly Defect[]>
  /** how many engines there are: trials at once */
  jobs: number
  /** one part alone; nothing is written then, but that another target has the verdicts of the proof */
  only: Part | undefined
  /** runs of each reference and mutant, each with a seed of its own; 1: no more than the proof needs */
  repeat: number
  /** every processor is kept busy meanwhile */
  load: boolean
  /** write the failure texts as they are now */
  record: boolean
  /** whether what was proved before, and trials that were kept, count */
  cached: boolean
  /** nothing is written, and a proof that is stale is a defect */
  frozen: boolean
  /** how long subjects of a proof that holds are tried again, ms */
  sample: number
  seed: string
  signal: AbortSignal
  onPart?: ((part: Part) => void) | undefined
  onPlan?: ((total: number, kept: number) => void) | undefined
  progress?: Pick<Pool, 'onBegin' | 'onDone'> | undefined
}

export interface Verified {
  lab: string
  /** `held`: the proof that was there holds, nothing was tried */
  state: 'proved' | 'held' | 'sampled' | 'not proved' | 'looked at'
  defects: Defect[]
  /** what is worth knowing and no defect */
  remarks: string[]
  proof: Proof | undefined
  /** the target of which the proof says now that everything has the same verdicts there */
  elsewhere?: string
  /** ms of each part that was looked at */
  parts: Partial<Record<Part, number>>
}

/** Whether the proof that is there belongs to what is there; and what it was made with here and now. */
export interface Standing {
  manifest: Manifest
  digests: Digests
  tools: Tools
  before: Proof | undefined
  holds: boolean
}

export async function standingOf({
  course,
  lab,
  checkers,
}: Pick<VerifyOptions, 'course' | 'lab' | 'checkers'>): Promise<Standing> {
  const manifest = readManifest(checkers)
  const digests = digestsOf(course, lab, manifest)
  const before = readProof(lab)
  const tools = await toolsOf(course, lab)
  const same = before !== undefined && changedSince(before, digests).length === 0
  return { manifest, digests, tools, before, holds: same && otherTools(before, tools).length === 0 }
}

/** Throws Problem when this machine can't prove it, and the signal's reason after an abort. */
export async function verifyLab(options: VerifyOptions): Promise<Verified> {
  const { course, lab, only, frozen, cached, record, repeat } = options
  const { manifest, digests, tools, before, holds } = await standingOf(options)
  const verified: Verified = { lab: lab.id, state: 'held', defects: [], remarks: [], proof: before, parts: {} }
  const parts = new Parts(options, verified, manifest)
  if (holds && cached && only === undefined && !record && repeat === 1) {
    return options.sample > 0 ? sampled(options, parts, verified) : verified
  }
  await parts.form()
  await parts.trace()
  await parts.truth()
  await parts.lessons()
  await parts.diagrams()
  await parts.steadiness()
  const stale = frozen && only === undefined ? staleDefect(lab, before, digests) : undefined
  if (stale !== undefined) verified.defects.push(stale)
  if (only !== undefined) return { ...verified, state: 'looked at', ...elsewhere(options, parts, verified, digests) }
  if (verified.defects.length > 0) return { ...verified, state: 'not proved' }
  // Recording and the lab's page have changed what was there at first.
  const now = digestsOf(course, lab, manifest)
  const same = before !== undefined && changedSince(before, now).length === 0
  const proof = makeProof({
    lab,
    tried: parts.tried,
    digests: now,
    tools,
    lesson: parts.lesson,
    elsewhere: same ? before.elsewhere : undefined,
  })
  if (!frozen) writeProof(lab, proof)
  return { ...verified, state: 'proved', proof }
}

/** Writes into the proof that everything has the same verdicts on another target, where that was tried and is so. */
function elsewhere(
  { lab, only, frozen, target }: VerifyOptions,
  { tried }: Parts,
  { proof: before, defects, remarks }: Verified,
  digests: Digests,
): Partial<Verified> {
  if (only !== 'truth' || frozen || target === 'auto' || defects.length > 0) return {}
  const changed = before === undefined ? ['there is no proof'] : changedSince(before, digests)
  if (before === undefined || changed.length > 0) {
    remarks.push(
      `Nothing was written of ${target} into proof.json: it is not of what was tried (${changed.join(', ')}).`,
    )
    return {}
  }
  // Kept trials took their time on another day: it is theirs that is told, one after the other.
  const seconds = Math.round(tried.reduce((sum, { trial }) => sum + trial.ms, 0) / 1000)
  const proof = { ...before, elsewhere: { ...before.elsewhere, [target]: { seconds } } }
  writeProof(lab, proof)
  return { proof, elsewhere: target }
}

async function sampled(options: VerifyOptions, parts: Parts, verified: Verified): Promise<Verified> {
  const { tried, of } = await parts.sample(options.sample)
  const remarks = [...verified.remarks, `its proof holds; ${tried} of ${of} trials were made again`]
  return { ...verified, state: verified.defects.length > 0 ? 'not proved' : 'sampled', remarks }
}
