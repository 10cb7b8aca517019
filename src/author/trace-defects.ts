/** What does not fit together between a lesson's requirements, the checks of lab.yaml and the mutants. */
import { readFileSync } from 'node:fs'
import type { Lab } from '../course/model.ts'
import { nearest } from '../course/nearest.ts'
import type { Defect } from './defect.ts'
import type { Draft } from './draft.ts'
import { faultsOf, type Fault } from './form/fault.ts'
import { lineAt, sectionsOf, type Page } from './form/markdown.ts'
import { HEADER, type Mutant } from './mutant.ts'
import { requirementsIn, type Requirement } from './trace.ts'

/** All of it; nothing while lab.yaml or the lesson can't be read. */
export function traceDefects(draft: Draft): Defect[] {
  const { id, lab, lesson, mutants } = draft
  if (lab === undefined || lesson === undefined) return [] // the form says so
  const fault = faultsOf('trace', id)
  const found = requirementsIn(lesson)
  return [
    ...numberDefects(lesson, found, fault),
    ...verifiedDefects(lesson, found, lab, draft.texts?.checks, fault),
    ...mutants.flatMap((mutant) => mutantDefects(mutant, draft, lab, found, fault)),
  ]
}

function numberDefects(lesson: Page, found: readonly Requirement[], fault: Fault): Defect[] {
  const file = lesson.path
  const contract = sectionsOf(lesson, 2).find(({ heading }) => heading.text === 'Contract')
  const defects: Defect[] = []
  const seen = new Set<string>()
  let expected = 1
  for (const { id, line } of found) {
    if (contract !== undefined && (line < contract.heading.line || line >= contract.end)) {
      defects.push(fault({ file, line, what: `${id} is not in the section Contract.`, remedy: 'Move it there.' }))
    }
    if (seen.has(id)) {
      defects.push(fault({ file, line, what: `There are two requirements ${id}.`, remedy: 'Give one another number.' }))
      continue
    }
    seen.add(id)
    if (id !== `R${expected}`) {
      const what = `${id} follows ${expected === 1 ? 'the beginning' : `R${expected - 1}`}: numbers are consecutive.`
      defects.push(
        fault({ file, line, what, remedy: `Call it R${expected}, and rename it in lab.yaml and the mutants.` }),
      )
    }
    expected = Number(id.slice(1)) + 1
  }
  if (found.length === 0 && contract !== undefined) {
    const { line } = contract.heading
    const remedy = 'Add lines of this form: - **R1** When …, PROGRAM MUST ….'
    defects.push(fault({ file, line, what: 'The Contract has no numbered requirement.', remedy }))
  }
  return [...defects, ...malformed(lesson, found, contract, fault), ...cited(lesson, seen, fault)]
}

/** Items of the Contract that look like a requirement and are not read as one. */
function malformed(
  lesson: Page,
  found: readonly Requirement[],
  contract: { heading: { line: number }; body: string } | undefined,
  fault: Fault,
): Defect[] {
  if (contract === undefined) return []
  return contract.body.split('\n').flatMap((text, i): Defect[] => {
    const line = contract.heading.line + 1 + i
    if (!/^\s*[-*+] +\W*R\d/.test(text) || found.some((requirement) => requirement.line === line)) return []
    const what = `This is not read as a requirement: ${text.trim().slice(0, 60)}`
    return [fault({ file: lesson.path, line, what, remedy: 'Write it in one line as: - **R3** When …' })]
  })
}

/** Requirements that the lesson speaks of elsewhere. */
function cited(lesson: Page, known: ReadonlySet<string>, fault: Fault): Defect[] {
  return lesson.prose.flatMap(({ text, line }) =>
    [...text.matchAll(/\bR\d+\b/g)]
      .filter(([id]) => !known.has(id))
      .map(({ 0: id, index }) => {
        const what = `The lesson cites ${id}, which its Contract does not have.`
        return fault({ file: lesson.path, line: line + lineAt(text, index) - 1, what, remedy: 'Mend the number.' })
      }),
  )
}

function verifiedDefects(
  lesson: Page,
  found: readonly Requirement[],
  lab: Lab,
  lines: ReadonlyMap<string, number> | undefined,
  fault: Fault,
): Defect[] {
  const checks = lab.steps.flatMap((step) => step.checks)
  const ids = found.map(({ id }) => id)
  const file = `labs/${lab.id}/lab.yaml`
  const untraced = found
    .filter(({ id }, i) => ids.indexOf(id) === i && !checks.some((check) => check.requirement === id))
    .map(({ id, line, text }) =>
      fault({
        file: lesson.path,
        line,
        what: `No check verifies ${id}.`,
        why: text,
        remedy: `Write a check with "requirement: ${id}" in ${file}, or take the requirement out.`,
      }),
    )
  const unfounded = checks
    .filter(({ requirement }) => !ids.includes(requirement))
    .map(({ id, requirement }) =>
      fault({
        file,
        line: lines?.get(id),
        what: `The check ${id} cites ${requirement}, which the lesson does not have.`,
        why: ids.length === 0 ? undefined : `The Contract has ${ids[0] ?? ''} to ${ids.at(-1) ?? ''}.`,
        remedy: 'Cite the requirement that it verifies, or write it into the Contract.',
      }),
    )
  return [...untraced, ...unfounded]
}

function mutantDefects(
  mutant: Mutant,
  { id, dir }: Draft,
  lab: Lab,
  found: readonly Requirement[],
  fault: Fault,
): Defect[] {
  const file = `labs/${id}${mutant.path.slice(dir.length)}`
  const lines = readFileSync(mutant.path, 'utf8').split('\n')
  /** of a field of the header; of its first line when it has none */
  const lineOf = (name: string): number =>
    Math.max(
      0,
      lines.findIndex((l) => l.startsWith(`${name}:`)),
    ) + 1
  const values = {
    Bug: mutant.bug,
    Source: mutant.source,
    Solution: mutant.solution,
    Requirement: mutant.requirement,
    Kills: mutant.kills.join(', '),
  }
  const defects = HEADER.filter((name) => values[name] === '').map((name) =>
    fault({
      file,
      line: lineOf(name),
      what: `The header has no ${name}.`,
      remedy: `Add a line "${name}: …" before the diff: ${MEANS[name]}.`,
    }),
  )
  if (mutant.requirement !== '' && !found.some((requirement) => requirement.id === mutant.requirement)) {
    defects.push(
      fault({
        file,
        line: lineOf('Requirement'),
        what: `It breaks ${mutant.requirement}, which the lesson does not have.`,
        remedy: 'Name the requirement that it breaks: Requirement: R3',
      }),
    )
  }
  if (mutant.solution !== '' && !lab.tracks.some((track) => track.id === mutant.solution)) {
    defects.push(
      fault({
        file,
        line: lineOf('Solution'),
        what: `It is made from the solution in ${mutant.solution}, which lab.yaml does not offer.`,
        remedy: `Name one of: ${lab.tracks.map((track) => track.id).join(', ')}`,
      }),
    )
  }
  const checks = lab.steps.flatMap((step) => step.checks.map((check) => check.id))
  const line = lineOf('Kills')
  for (const [i, killer] of mutant.kills.entries()) {
    if (mutant.kills.indexOf(killer) < i) {
      defects.push(fault({ file, line, what: `Kills names ${killer} twice.`, remedy: 'Name it once.' }))
    } else if (!checks.includes(killer)) {
      const meant = nearest(killer, checks)
      const what = `Kills names ${killer}, which is no check of the lab.`
      const why = meant && `Did you mean ${meant}?`
      defects.push(fault({ file, line, what, why, remedy: `Name checks of the lab: ${checks.join(', ')}` }))
    }
  }
  return defects
}

const MEANS: Record<(typeof HEADER)[number], string> = {
  Bug: 'what is wrong, in one sentence',
  Source: 'where such a thing has happened, or "plausible: …"',
  Solution: 'the language of the solution that it is made from',
  Requirement: 'the requirement that it breaks',
  Kills: 'every check that rejects it, with commas between',
}
