/** `labs/<stage>/<lab>/proof.json`: what was proved, of what, with what. Written by verify, committed, read by people and CI. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Lab } from '../../course/model.ts'
import type { Defect } from '../defect.ts'
import { DIGEST_OF, DIGESTS, type Digests } from './digests.ts'
import type { Tools } from './tools.ts'

/** Raised when a rule of verify changes, so that old proofs say too little. */
const FORMAT = 1

const Ms = v.number()

export const Proof = v.object({
  format: v.literal(FORMAT),
  lab: v.string(),
  digests: v.object({ lab: v.string(), tracks: v.string(), checkers: v.string() }),
  tools: v.record(v.string(), v.string()),
  /** in course order: the requirement, what passed it, and who is rejected by it first */
  checks: v.record(
    v.string(),
    v.object({
      requirement: v.string(),
      /** mutants of which this check is the first, in course order, to reject them */
      first: v.array(v.string()),
      /** on the dearest solution: wall time, and of it what was waited for the component and for times of the contract, ms */
      cost: v.object({ ms: Ms, component: Ms, contract: Ms }),
    }),
  ),
  solutions: v.array(v.string()),
  /** name → checks that do not apply to it */
  oracles: v.record(v.string(), v.array(v.string())),
  /** name → the requirement that it breaks and all checks that reject it, in course order */
  mutants: v.record(v.string(), v.object({ requirement: v.string(), kills: v.array(v.string()) })),
  /** targets on which everything was tried too, with these verdicts → how long its trials took together, s */
  elsewhere: v.optional(v.record(v.string(), v.object({ seconds: v.number() }))),
  lesson: v.optional(v.object({ blocks: v.number(), run: v.number() })),
})
export type Proof = v.InferOutput<typeof Proof>

export const proofPath = (lab: Pick<Lab, 'dir'>): string => join(lab.dir, 'proof.json')

/** Undefined when there is none, or none of this format: both mean that the lab is not proved. */
export function readProof(lab: Pick<Lab, 'dir'>): Proof | undefined {
  if (!existsSync(proofPath(lab))) return undefined
  try {
    const proof = v.safeParse(Proof, JSON.parse(readFileSync(proofPath(lab), 'utf8')))
    return proof.success ? proof.output : undefined
  } catch {
    return undefined
  }
}

export function writeProof(lab: Pick<Lab, 'dir'>, proof: Proof): void {
  const aside = `${proofPath(lab)}.${String(process.pid)}`
  writeFileSync(aside, proofText(proof))
  renameSync(aside, proofPath(lab))
}

/** One line for each mutant and each check, so that a change is seen in review. */
export function proofText(proof: Proof): string {
  const text = JSON.stringify(proof, null, 2)
  return `${text.replace(/[{[]\n\s+[^{}[\]]*?\n\s+[}\]]/g, (small) => (small.length < 400 ? small.replace(/\n\s+/g, ' ') : small))}\n`
}

/** Of all verdicts that a proof is about, hex: two targets with the same digest have decided the same on everything. */
export function verdictsDigest({ checks, solutions, oracles, mutants }: Proof): string {
  const kills = Object.entries(mutants).map(([name, { kills }]) => [name, kills])
  return createHash('sha256')
    .update(JSON.stringify([Object.keys(checks), solutions, oracles, kills]))
    .digest('hex')
}

/** What has changed since the proof, in words that follow "changed since: "; empty when it holds. */
export function changedSince(proof: Proof, digests: Digests): string[] {
  return DIGESTS.filter((name) => proof.digests[name] !== digests[name]).map((name) => DIGEST_OF[name])
}

/** The tools that were others when the proof was made: `go 1.19 then, 1.26 now`. */
export function otherTools(proof: Proof, tools: Tools): string[] {
  return [...new Set([...Object.keys(proof.tools), ...Object.keys(tools)])]
    .filter((name) => proof.tools[name] !== tools[name])
    .map((name) => `${name} ${proof.tools[name] ?? 'none'} then, ${tools[name] ?? 'none'} now`)
}

export function staleDefect(lab: Lab, proof: Proof | undefined, digests: Digests): Defect | undefined {
  const remedy = `lab author verify ${lab.id}, then commit labs/${lab.id}/proof.json`
  const base = { part: 'proof' as const, lab: lab.id, where: `labs/${lab.id}/proof.json`, remedy }
  if (proof === undefined)
    return { ...base, what: `${lab.id} is not proved.`, why: 'There is no proof of this format.' }
  const changed = changedSince(proof, digests)
  if (changed.length === 0) return undefined
  return { ...base, what: `The proof of ${lab.id} is stale.`, why: `Changed since it was made: ${changed.join('; ')}.` }
}
