/** What trials say of a lab's checks. Pure: each rule of a proof is one function from trials to defects. */
import type { Check, Lab } from '../../course/model.ts'
import type { CheckResult } from '../../protocol/index.ts'
import type { Defect } from '../defect.ts'
import type { Subject } from './subjects.ts'
import { rejected, type Trial } from './trial.ts'

export interface Tried {
  subject: Subject
  trial: Trial
}

export interface Truth {
  lab: Lab
  tried: readonly Tried[]
}

const checksOf = (lab: Lab): Check[] => lab.steps.flatMap((step) => step.checks)

/** All rules that look at one subject at a time. What has one cause on many of them is one defect. */
export function subjectDefects(truth: Truth): Defect[] {
  const broken = new Map(truth.tried.map((tried) => [tried, errors(truth, tried)]))
  const judged = truth.tried.flatMap((tried) => {
    if ((broken.get(tried) ?? []).length > 0) return []
    switch (tried.subject.kind) {
      case 'absent':
        return absentDefects(truth, tried)
      case 'starter':
        return starterDefects(truth, tried)
      case 'solution':
      case 'oracle':
        return rightDefects(truth, tried)
      case 'mutant':
        return mutantDefects(truth, tried)
    }
  })
  return [...byCause([...broken.values()].flat()), ...judged]
}

/** Without a tool that the checks need, say, none of them comes to a verdict on any program: that is said once. */
function byCause(defects: readonly Defect[]): Defect[] {
  const causes = new Map<string, Defect[]>()
  for (const defect of defects) {
    const cause = `${defect.why ?? ''}\n${defect.remedy ?? ''}`
    causes.set(cause, [...(causes.get(cause) ?? []), defect])
  }
  return [...causes.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    if (others.length === 0) return [first]
    return [{ ...first, what: `${first.what} It is the same with ${others.length} more of check and program.` }]
  })
}

/** An error is no verdict: nothing is proved while there is one. */
function errors({ lab }: Truth, { subject, trial }: Tried): Defect[] {
  const base = { part: 'truth' as const, lab: lab.id }
  if (trial.buildFailed !== undefined) {
    const what = `${subject.title} does not build.`
    const why = trial.buildFailed
    return [{ ...base, where: placeOf(lab, subject), what, why, remedy: 'Mend it: a wrong program has to run, too.' }]
  }
  return trial.results
    .filter(({ verdict }) => verdict === 'error')
    .map(({ check, fault }) => ({
      ...base,
      what: `${check} came to no verdict on ${subject.title}.`,
      why: [fault?.what, fault?.why, fault?.detail].filter((line) => line !== undefined).join('\n'),
      remedy: fault?.remedy ?? again(lab, subject, check, trial),
    }))
}

function absentDefects({ lab }: Truth, { subject, trial }: Tried): Defect[] {
  return trial.results
    .filter(({ verdict }) => verdict === 'passed')
    .map(({ check }) => ({
      part: 'truth' as const,
      lab: lab.id,
      what: `${check} passes on ${subject.title}.`,
      why: 'A program that exits 127 at once did what the check asks for: it asserts an absence and proves no presence.',
      remedy: `Let ${check} first see the component do its work. Again: lab author run ${lab.id} ${check} --with false`,
    }))
}

function starterDefects({ lab }: Truth, { subject, trial }: Tried): Defect[] {
  const first = lab.steps[0]
  if (first === undefined || trial.results.some(({ check, verdict }) => isOf(first, check) && verdict !== 'passed'))
    return []
  return [
    {
      part: 'truth',
      lab: lab.id,
      where: placeOf(lab, subject),
      what: `${subject.title} passes step 1, ${first.title}.`,
      why: 'A learner would begin with nothing to do.',
      remedy: 'Take out of the starter what step 1 asks for, or let the checks of step 1 look closer.',
    },
  ]
}

const isOf = ({ checks }: Lab['steps'][number], id: string): boolean => checks.some((check) => check.id === id)

/** What is right passes every check; of a real tool only those were asked that apply to it. */
function rightDefects({ lab }: Truth, { subject, trial }: Tried): Defect[] {
  return trial.results
    .filter(({ verdict }) => verdict !== 'passed')
    .map((result) => ({
      part: 'truth',
      lab: lab.id,
      where: placeOf(lab, subject),
      what: `${result.check} rejects ${subject.title}, which is right.`,
      why: told(result),
      remedy: again(lab, subject, result.check, trial),
    }))
}

/** Rejected by exactly the checks that it names, the first of which verifies the requirement that it breaks. */
function mutantDefects(truth: Truth, { subject, trial }: Tried): Defect[] {
  const { mutant } = subject
  if (mutant === undefined) return []
  const { lab } = truth
  const base = { part: 'truth' as const, lab: lab.id, where: placeOf(lab, subject) }
  const by = rejected(trial)
  const all = checksOf(lab).map(({ id }) => id)
  const remedy = `lab author mutant ${lab.id} ${mutant.name}   puts it into a workspace, to be tried by hand`
  if (by.length === 0) {
    const why = `It should be rejected by ${mutant.kills.join(', ')}: ${mutant.bug}`
    return [{ ...base, what: `The mutant ${mutant.name} survives: every check passes on it.`, why, remedy }]
  }
  if (by.length === all.length) {
    const what = `The mutant ${mutant.name} breaks everything: no check passes on it.`
    return [
      { ...base, what, why: 'It shows nothing about any single check.', remedy: 'Make it less wrong, or remove it.' },
    ]
  }
  const missed = mutant.kills.filter((id) => !by.includes(id))
  const also = by.filter((id) => !mutant.kills.includes(id))
  const defects: Defect[] = []
  if (missed.length > 0) {
    const what = `The mutant ${mutant.name} is not rejected by ${missed.join(', ')}, as its Kills: says.`
    defects.push({ ...base, what, why: `It is rejected by ${by.join(', ')}.`, remedy })
  }
  if (also.length > 0) {
    const results = trial.results.filter(({ check }) => also.includes(check))
    defects.push({
      ...base,
      what: `The mutant ${mutant.name} is rejected also by ${also.join(', ')}, which its Kills: does not list.`,
      why: results.map(told).join('\n'),
      remedy: `Where that is right, write it: Kills: ${all.filter((id) => by.includes(id)).join(', ')}`,
    })
  }
  const first = checksOf(lab).find(({ id }) => by.includes(id))
  if (first !== undefined && first.requirement !== mutant.requirement) {
    defects.push({
      ...base,
      what: `The mutant ${mutant.name} names ${mutant.requirement}, but ${first.id}, the first to reject it, verifies ${first.requirement}.`,
      remedy: `Write Requirement: ${first.requirement}, or let it keep ${first.requirement}.`,
    })
  }
  return defects
}

/** Rules about all subjects together. */
export function labDefects(truth: Truth): Defect[] {
  return [...idleChecks(truth), ...uncalibrated(truth), ...tooFewSolutions(truth)]
}

/** Each check is the first, in course order, to reject some mutant. */
function idleChecks({ lab, tried }: Truth): Defect[] {
  const mutants = tried.filter(({ subject }) => subject.kind === 'mutant')
  const first = new Set(mutants.map(({ trial }) => rejected(trial)[0]))
  return checksOf(lab)
    .filter(({ id }) => !first.has(id))
    .map(({ id }) => {
      const ever = mutants.filter(({ trial }) => rejected(trial).includes(id)).map(({ subject }) => subject.name)
      return {
        part: 'truth',
        lab: lab.id,
        what: `${id} is the first to reject no mutant.`,
        why:
          ever.length === 0
            ? 'It passes on every mutant: nothing shows that it can fail.'
            : `Checks before it reject each of ${ever.join(', ')} already.`,
        remedy: `Write a mutant that every check before ${id} accepts, or remove the check.`,
      }
    })
}

/** A check that no real tool passes says where its author's belief was tested, and such checks are few. */
function uncalibrated({ lab, tried }: Truth): Defect[] {
  const without = withoutOracle(lab, tried)
  const all = checksOf(lab)
  const defects = all.flatMap((check): Defect[] => {
    const needed = without.includes(check.id)
    if (needed === (check.calibration !== undefined)) return []
    const what = needed
      ? `No real tool passes ${check.id}, and lab.yaml does not say on what it was calibrated.`
      : `${check.id} has a calibration: in lab.yaml, though a real tool passes it.`
    const remedy = needed
      ? `Let somebody build the component from the lesson alone, then write calibration: in the entry of ${check.id}.`
      : 'Take it out.'
    return [{ part: 'truth', lab: lab.id, what, remedy }]
  })
  if (without.length * 3 <= all.length) return defects
  const what = `${without.length} of ${all.length} checks are passed by no real tool; at most a third may be.`
  return [
    ...defects,
    { part: 'truth', lab: lab.id, what, why: without.join(', '), remedy: 'Find a tool, or an adapter.' },
  ]
}

/** ids of the checks that no real tool passed: known from references alone */
export function withoutOracle(lab: Lab, tried: readonly Tried[]): string[] {
  const passed = new Set(
    tried
      .filter(({ subject }) => subject.kind === 'oracle')
      .flatMap(({ trial }) => trial.results.filter(({ verdict }) => verdict === 'passed').map(({ check }) => check)),
  )
  return checksOf(lab)
    .map(({ id }) => id)
    .filter((id) => !passed.has(id))
}

function tooFewSolutions({ lab, tried }: Truth): Defect[] {
  const count = tried.filter(({ subject }) => subject.kind === 'solution').length
  if (count >= 2) return []
  const what = `The lab has ${count === 0 ? 'no solution' : 'one solution'}; two in different languages are the least.`
  return [
    {
      part: 'truth',
      lab: lab.id,
      what,
      why: 'A contract that was met once may be one language.',
      remedy: 'Write one.',
    },
  ]
}

export function told({ check, failure, verdict, ms }: CheckResult): string {
  if (failure === undefined) return `${check} ${verdict} after ${Math.round(ms)} ms`
  return `${check}\n  Expected  ${failure.expected}\n  Observed  ${failure.observed}`
}

/** How one check is run again on one subject. */
export function again(lab: Lab, { kind, name }: Subject, check: string, { seed }: Pick<Trial, 'seed'>): string {
  const which = kind === 'absent' ? '--with false' : `--${kind} ${name}`
  return `Again: lab author run ${lab.id} ${check} ${which} --seed ${seed}`
}

/** Where a subject is, relative to the course's folder. */
export function placeOf(lab: Lab, { kind, name }: Subject): string | undefined {
  const folder = `labs/${lab.id}`
  if (kind === 'mutant') return `${folder}/mutants/${name}.patch`
  if (kind === 'oracle') return `${folder}/oracles/${name}.yaml`
  if (kind === 'starter') return `${folder}/given/${name}`
  return kind === 'solution' ? `${folder}/solutions/${name}` : undefined
}
