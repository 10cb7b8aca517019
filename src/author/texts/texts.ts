/** Part "texts" of a proof: each failure text is as recorded, obeys the rules, and tells its mutant from the others. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../../course/model.ts'
import type { CheckResult, Failure } from '../../protocol/index.ts'
import type { Defect } from '../defect.ts'
import type { Tried } from '../truth/judge.ts'
import { readTexts, writeTexts, type Texts } from './golden.ts'
import { lintText } from './lint.ts'
import { normalised } from './normalise.ts'

/** check id → the patterns of what varies in its texts */
export type Varies = (check: string) => readonly RegExp[]

const failing = ({ trial }: Tried): (CheckResult & { failure: Failure })[] =>
  trial.results.flatMap((result) =>
    result.failure !== undefined && result.verdict !== 'passed' ? [{ ...result, failure: result.failure }] : [],
  )

export function textsOf(tried: Tried, varies: Varies): Texts {
  return new Map(failing(tried).map(({ check, failure }) => [check, normalised(failure, varies(check))]))
}

/** Everything but the comparison with what is recorded. */
export function ruleDefects(lab: Lab, tried: readonly Tried[], varies: Varies): Defect[] {
  const mutants = tried.filter(({ subject }) => subject.kind === 'mutant')
  const seen = new Set<string>()
  const lint = mutants.flatMap((one) =>
    failing(one).flatMap(({ check, failure }) =>
      lintText(failure).flatMap((wrong): Defect[] => {
        if (seen.has(`${check} ${wrong}`)) return []
        seen.add(`${check} ${wrong}`)
        const why = `On the mutant ${one.subject.name}\n  Expected  ${failure.expected}\n  Observed  ${failure.observed}`
        const remedy = `Write the text anew, in checkers/${lab.id}/.`
        return [{ part: 'texts', lab: lab.id, what: `The failure text of ${check} ${wrong}.`, why, remedy }]
      }),
    ),
  )
  return [...lint, ...twins(lab, mutants, varies)]
}

/** Two mutants that nothing tells apart are one. */
function twins(lab: Lab, mutants: readonly Tried[], varies: Varies): Defect[] {
  const by = new Map<string, string[]>()
  for (const one of mutants) {
    const texts = writeTexts(textsOf(one, varies))
    if (texts.trim() !== '') by.set(texts, [...(by.get(texts) ?? []), one.subject.name])
  }
  return [...by.values()]
    .filter((names) => names.length > 1)
    .map((names) => ({
      part: 'texts' as const,
      lab: lab.id,
      what: `Nothing tells the mutants ${names.join(' and ')} apart: the same checks reject them, with the same texts.`,
      remedy: 'Let a check tell what is different, or remove all but one.',
    }))
}

const fileOf = (lab: Lab, name: string): string => join(lab.dir, 'golden', `${name}.txt`)

/** Compares with the recorded texts. */
export function goldenDefects(lab: Lab, tried: readonly Tried[], varies: Varies): Defect[] {
  return tried
    .filter(({ subject }) => subject.kind === 'mutant')
    .flatMap((one): Defect[] => {
      const now = textsOf(one, varies)
      const path = fileOf(lab, one.subject.name)
      const where = `labs/${lab.id}/golden/${one.subject.name}.txt`
      const remedy = `Look at it; where it is meant: lab author verify ${lab.id} --record`
      const base = { part: 'texts' as const, lab: lab.id, where, remedy }
      if (!existsSync(path)) {
        if (now.size === 0) return []
        return [{ ...base, what: `The failure texts of the mutant ${one.subject.name} are not recorded.` }]
      }
      const then = readTexts(readFileSync(path, 'utf8'))
      return [...new Set([...then.keys(), ...now.keys()])].filter(judged(one)).flatMap((check): Defect[] => {
        const why = difference(then.get(check), now.get(check))
        if (why === undefined) return []
        return [
          { ...base, what: `The failure text of ${check} on the mutant ${one.subject.name} is not as recorded.`, why },
        ]
      })
    })
}

/** An error is no verdict, and has no text: the part "truth" tells of it. */
const judged =
  ({ trial }: Tried) =>
  (check: string): boolean =>
    trial.results.find((result) => result.check === check)?.verdict !== 'error'

function difference(then: Failure | undefined, now: Failure | undefined): string | undefined {
  if (then === undefined) return `There is none recorded; it is now\n${shown(now)}`
  if (now === undefined) return `There is none now; recorded is\n${shown(then)}`
  const parts = (['expected', 'observed'] as const).filter((part) => then[part] !== now[part])
  if (parts.length === 0) return undefined
  return parts.map((part) => `${part}, recorded  ${then[part]}\n${part}, now       ${now[part]}`).join('\n')
}

const shown = (text: Failure | undefined): string =>
  text === undefined ? '' : `  Expected  ${text.expected}\n  Observed  ${text.observed}`

/**
 * Writes the texts of the mutants, each from trials with several seeds; refuses those that break a rule or that differ
 * between seeds. Files of mutants that exist no more go away.
 */
export function record(lab: Lab, rounds: readonly (readonly Tried[])[], varies: Varies): Defect[] {
  const [first = []] = rounds
  const mutants = first.filter(({ subject }) => subject.kind === 'mutant')
  const defects: Defect[] = []
  for (const one of mutants) {
    const { name } = one.subject
    const versions = rounds.flatMap((round) =>
      round.filter(({ subject }) => subject.name === name && subject.kind === 'mutant'),
    )
    const unsteady = differing(lab, name, versions, varies)
    defects.push(...unsteady)
    const bad = failing(one).some(({ failure }) => lintText(failure).length > 0)
    const texts = textsOf(one, varies)
    if (unsteady.length > 0 || bad || texts.size === 0) continue
    mkdirSync(join(lab.dir, 'golden'), { recursive: true })
    writeFileSync(fileOf(lab, name), writeTexts(texts))
  }
  const names = new Set(mutants.map(({ subject }) => `${subject.name}.txt`))
  const folder = join(lab.dir, 'golden')
  for (const file of existsSync(folder) ? readdirSync(folder) : []) if (!names.has(file)) rmSync(join(folder, file))
  return defects
}

function differing(lab: Lab, name: string, versions: readonly Tried[], varies: Varies): Defect[] {
  const [first] = versions
  if (first === undefined) return []
  const then = textsOf(first, varies)
  return versions.slice(1).flatMap((version) => {
    const now = textsOf(version, varies)
    return [...then.keys()].flatMap((check): Defect[] => {
      // A check that did not run with this seed has no text: other parts of the proof ask for that.
      const other = now.get(check)
      const why = other && difference(then.get(check), other)
      if (why === undefined) return []
      return [
        {
          part: 'texts',
          lab: lab.id,
          what: `The failure text of ${check} on the mutant ${name} differs between seeds ${first.trial.seed} and ${version.trial.seed}.`,
          why,
          remedy: `Declare what varies: varies: [/…/] in the code of ${check}, or leave it out of the text.`,
        },
      ]
    })
  })
}
