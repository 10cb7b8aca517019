/** Part "truth" of a proof: tries a lab's checks on everything that they must accept and on all that they must reject. */
import type { Course, Lab } from '../../course/model.ts'
import type { Engine } from '../../targets/target.ts'
import type { Defect } from '../defect.ts'
import { DoesNotApply, mutantsOf } from '../mutant.ts'
import { labDefects, subjectDefects, type Tried } from './judge.ts'
import type { KeptTrials } from './kept.ts'
import { halves, joined, tryAll, type Pool, type Work } from './pool.ts'
import { absent, mutantSubject, oracles, solutions, starters, type Subject } from './subjects.ts'
import type { Ground, Trial } from './trial.ts'

export interface TruthOptions {
  course: Course
  lab: Lab
  ground: Ground
  alone: ReadonlySet<string>
  seed: string
  /** started when they are needed: a lab whose trials are all kept needs none */
  engines: () => Promise<readonly Engine[]>
  /** undefined: every trial runs */
  kept: KeptTrials | undefined
  signal: AbortSignal
  progress?: Pick<Pool, 'onBegin' | 'onDone'> | undefined
  onPlan?: ((total: number, kept: number) => void) | undefined
  /** of these subjects alone; what holds for the lab as a whole is not asked then */
  which?: ((subject: Subject) => boolean) | undefined
}

export interface Truths {
  tried: Tried[]
  defects: Defect[]
}

/** Everything that a proof tries. What can't be made is a defect. */
export async function subjectsOf(course: Course, lab: Lab): Promise<{ subjects: Subject[]; defects: Defect[] }> {
  const subjects = [
    absent(),
    ...(await starters(course, lab)),
    ...(await solutions(course, lab)),
    ...(await oracles(course, lab)),
  ]
  const defects: Defect[] = []
  for (const mutant of mutantsOf(lab.dir)) {
    try {
      subjects.push(await mutantSubject(course, lab, mutant))
    } catch (error) {
      if (!(error instanceof DoesNotApply)) throw error
      defects.push({
        part: 'truth',
        lab: lab.id,
        where: `labs/${lab.id}/mutants/${mutant.name}.patch`,
        what: `The mutant ${mutant.name} does not apply.`,
        why: error.message,
        remedy: `lab author mutant ${lab.id} ${mutant.name} --refresh   makes the patch anew, where the change still fits`,
      })
    }
  }
  return { subjects, defects }
}

/** Throws Problem when a trial can't be run at all, and the signal's reason after an abort. */
export async function truths(options: TruthOptions): Promise<Truths> {
  const { course, lab, seed, which } = options
  const made = await subjectsOf(course, lab)
  const subjects = made.subjects.filter((subject) => which?.(subject) ?? true)
  const checks = lab.steps.flatMap((step) => step.checks.map(({ id }) => id))
  const first = lab.steps[0]?.checks.map(({ id }) => id) ?? []
  const work = subjects.map((subject) => ({
    subject,
    checks: checksFor(subject, checks, first),
    seed,
    patience: patienceFor(subject),
  }))
  const tried = await trials(options, work)
  const truth = { lab, tried }
  const whole = which === undefined ? [...made.defects, ...labDefects(truth)] : []
  return { tried, defects: [...subjectDefects(truth), ...whole] }
}

/** A starter has only step 1 before it, and what does not apply to a real tool is not asked of it. */
export function checksFor(
  { kind, except }: Subject,
  all: readonly string[],
  first: readonly string[],
): readonly string[] {
  return kind === 'starter' ? first : all.filter((check) => !Object.hasOwn(except, check))
}

/**
 * Most of a proof is waiting for what mutants never do, so a proof waits for them a part of the time that a learner's
 * component is given. `--repeat` gives them all of it, and asks for the same rejections.
 */
export const patienceFor = ({ kind }: Subject): number => (kind === 'mutant' ? 0.4 : 1)

/** Runs what is not kept, and keeps it as it ends: what is interrupted goes on from there. */
export async function trials(options: TruthOptions, work: readonly Work[]): Promise<Tried[]> {
  const { kept, ground, alone, signal, progress, onPlan } = options
  const pieces = work.map((piece) => halves(piece, alone))
  const done = new Map<Work, Trial>()
  for (const half of pieces.flat()) {
    const trial = kept?.find(half)
    if (trial !== undefined) done.set(half, trial)
  }
  const missing = pieces.flat().filter((half) => !done.has(half))
  onPlan?.(done.size + missing.length, done.size)
  const onDone = (half: Work, trial: Trial): void => {
    done.set(half, trial)
    kept?.keep(half, trial)
    progress?.onDone?.(half, trial)
  }
  if (missing.length > 0) {
    await tryAll(
      { engines: await options.engines(), ground, alone, signal, onBegin: progress?.onBegin, onDone },
      missing,
    )
    kept?.prune()
  }
  return work.map((piece, i) => {
    const there = (pieces[i] ?? []).flatMap((half) => done.get(half) ?? [])
    return { subject: piece.subject, trial: joined(piece, there) }
  })
}
