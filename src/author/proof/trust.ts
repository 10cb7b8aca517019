/** docs/trust.md: what the proofs show, for visitors. Generated; the costs stay in the proofs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Course, LabSummary } from '../../course/model.ts'
import type { Defect } from '../defect.ts'
import { readProof, verdictsDigest, type Proof } from './proof.ts'

const PAGE = 'docs/trust.md'
/** beside it */
const AUTHORING = 'authoring.md'

/** `how` is a link to the page about writing labs, where the course has that. */
const introduction = (how: string): string => `# Why the grader can be trusted

## Purpose

Shows, for each lab, what its checks were tried on: solutions and real tools, which pass, and wrong solutions (mutants), each
of which is rejected by exactly the checks that are to reject it. A check that rejects nothing proves nothing, so each one is the
first to reject some mutant. This page is generated from the proofs (\`labs/<stage>/<lab>/proof.json\`).

## Prerequisites

${how} says what a check, a mutant and a real tool (oracle) are here, and how a proof is made.

## The labs
`

const VALIDATION = `## Validation

\`lab author verify\` makes the proofs and this page; \`lab author verify --no-cache\` proves everything anew. CI refuses a proof that
does not belong to the files beside it.
`

export function trustPage(
  labs: readonly { lab: LabSummary; proof: Proof }[],
  how = `[${AUTHORING}](${AUTHORING})`,
): string {
  return [introduction(how), ...labs.map(({ lab, proof }) => section(lab, proof)), VALIDATION].join('\n')
}

function section({ id, title }: LabSummary, proof: Proof): string {
  const checks = Object.keys(proof.checks)
  const oracles = Object.entries(proof.oracles)
  return [
    `### ${id}: ${title}`,
    '',
    `${count(checks.length, 'check')}, ${count(Object.keys(proof.mutants).length, 'mutant')}, solutions in ${proof.solutions.join(' and ')}.`,
    '',
    ...elsewhere(proof),
    '| check | requirement | passed by the real tools | first to reject |',
    '| --- | --- | --- | --- |',
    ...Object.entries(proof.checks).map(([id, { requirement, first }]) => {
      const passed = oracles.flatMap(([name, except]) => (except.includes(id) ? [] : [name]))
      return `| \`${id}\` | ${requirement} | ${passed.join(', ') || 'none'} | ${first.map((name) => `\`${name}\``).join(', ')} |`
    }),
    '',
    '<details><summary>Kill matrix</summary>',
    '',
    `| mutant | breaks | ${checks.map((_, i) => String(i + 1)).join(' | ')} |`,
    `| --- | --- |${checks.map(() => ' --- |').join('')}`,
    ...Object.entries(proof.mutants).map(
      ([name, { requirement, kills }]) =>
        `| \`${name}\` | ${requirement} | ${checks.map((id) => (id === kills[0] ? '**x**' : kills.includes(id) ? 'x' : ' ')).join(' | ')} |`,
    ),
    '',
    `${checks.map((id, i) => `${String(i + 1)} \`${id}\``).join(', ')}. Bold: the first check, in course order, that rejects it.`,
    '',
    '</details>',
    '',
  ].join('\n')
}

/** Where else all of it was tried, and how long its trials took together: a whole run on another target is made by hand. */
function elsewhere(proof: Proof): string[] {
  const targets = Object.entries(proof.elsewhere ?? {}).map(
    ([name, { seconds }]) => `\`${name}\` (${seconds} s of trials)`,
  )
  if (targets.length === 0) return []
  const digest = verdictsDigest(proof).slice(0, 16)
  return [`Everything was tried on ${targets.join(' and ')} too: the same verdicts, digest \`${digest}\`.`, '']
}

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

/** The page as the proofs that are there say it. */
function pageOf(course: Course): string {
  const proved = course.labs.flatMap((lab) => {
    const proof = readProof(lab)
    return proof === undefined ? [] : [{ lab, proof }]
  })
  const own = existsSync(join(course.root, 'docs', AUTHORING))
  return trustPage(proved, own ? undefined : `Drydock's docs/${AUTHORING}`)
}

export function writeTrust(course: Course): void {
  writeFileSync(join(course.root, PAGE), pageOf(course))
}

export function trustDefect(course: Course): Defect | undefined {
  const path = join(course.root, PAGE)
  if (existsSync(path) && readFileSync(path, 'utf8') === pageOf(course)) return undefined
  const remedy = `lab author verify, then commit ${PAGE}`
  return { part: 'proof', where: PAGE, what: 'The page about the proofs is not what the proofs say.', remedy }
}
