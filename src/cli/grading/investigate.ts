/**
 * Repeats checks on a component; when one is flaky, repeats it on a reference in the same place, and attributes.
 * Knows nothing of screens and of the workspace.
 */
import { Problem } from '../../problem.ts'
import type { CheckResult, Event, Fault } from '../../protocol/index.ts'
import type { Attribution, Try } from '../../report/repeat-json.ts'
import type { Engine, RunRequest } from '../../targets/target.ts'
import { attribute, isFlaky, LEAST_FAILURES, MOST_TRIES, tallyOf, triesOf, usualOf, withStalls } from './attribute.ts'
import type { Reference, References } from './reference.ts'
import { isLost, rounds, type Round } from '../../targets/rounds.ts'

export interface InvestigateOptions {
  engine: Engine
  /** the component */
  request: Omit<RunRequest, 'seed'>
  seeds: readonly string[]
  signal: AbortSignal
  /** called when a check turned out to be flaky */
  references: () => Promise<References>
  onEvent?: (event: Event) => void
  /** called with each round of the component */
  onRound?: (round: Round) => void
  /** a reference begins to run these checks so many times; or, once more is needed, so many times more */
  onReference?: (name: string, checks: readonly string[], times: number) => void
}

export interface Investigated {
  tries: Try[]
  /** of the first run that did not pass */
  first?: CheckResult & { seed: string }
  reference?: { name: string; tries: Try[] }
  attribution: Attribution
}

export interface Investigation {
  /** in the order of the request */
  checks: Map<string, Investigated>
  /** those that took place */
  seeds: string[]
  build?: Round['build']
  fault?: Fault | undefined
  /** the engine was lost on the way */
  problem?: Problem | undefined
}

type Raw = Omit<Try, 'stalled'>[]

interface Found {
  own: Raw
  other: Raw
  first?: CheckResult & { seed: string }
  reference?: Reference
  /** why no reference ran */
  without?: string
}

export async function investigate(options: InvestigateOptions): Promise<Investigation> {
  const found = new Map<string, Found>(options.request.checks.map(({ id }) => [id, { own: [], other: [] }]))
  const investigation: Investigation = { checks: new Map(), seeds: [] }
  try {
    await repeatComponent(options, found, investigation)
    if (!options.signal.aborted && investigation.fault === undefined) await repeatReference(options, found)
  } catch (error) {
    // What was found so far is still told.
    if (!(error instanceof Problem)) throw error
    investigation.problem = error
  }
  for (const id of found.keys()) investigation.checks.set(id, judge(id, found, options.signal))
  return investigation
}

async function repeatComponent(
  { engine, request, seeds, signal, onEvent, onRound }: InvestigateOptions,
  found: Map<string, Found>,
  investigation: Investigation,
): Promise<void> {
  for await (const round of rounds(engine, request, seeds, { signal, onEvent })) {
    investigation.build ??= round.build
    investigation.fault = round.fault
    if (round.build?.state === 'failed') investigation.build = round.build
    if (round.results.length > 0) investigation.seeds.push(round.seed)
    for (const result of round.results) {
      const check = found.get(result.check)
      if (check === undefined) continue
      check.own.push(triesOf(result, round.seed))
      if (result.verdict !== 'passed') check.first ??= { ...result, seed: round.seed }
    }
    onRound?.(round)
  }
}

async function repeatReference(options: InvestigateOptions, found: Map<string, Found>): Promise<void> {
  const { seeds, onReference } = options
  let open = flaky(found)
  if (open.length === 0) return
  const { found: references, missing } = await options.references()
  const why = missing === undefined ? [] : [missing]
  for (const reference of references) {
    const apt = open.filter((id) => !(id in reference.except))
    if (apt.length === 0) continue
    onReference?.(reference.name, apt, seeds.length)
    const lost = await runReference(options, reference, apt, seeds, found)
    if (lost !== undefined) {
      why.push(`${reference.name} could not run: ${lost}`)
      continue
    }
    for (let more = undecided(apt, found); more.length > 0; more = undecided(apt, found)) {
      if (options.signal.aborted) return
      const most = Math.max(...more.map((id) => (found.get(id)?.own.length ?? 0) * MOST_TRIES))
      const times = Math.min(seeds.length, most - Math.min(...more.map((id) => found.get(id)?.other.length ?? 0)))
      onReference?.(reference.name, more, times)
      if ((await runReference(options, reference, more, seeds.slice(0, times), found)) !== undefined) break
    }
    open = open.filter((id) => !apt.includes(id))
  }
  for (const id of open) {
    const check = found.get(id)
    const excepted = references.flatMap(({ name, except }) => (id in except ? [`${name}: ${except[id] ?? ''}`] : []))
    if (check) check.without = [...why, ...excepted].join('; ') || 'this lab has no reference'
  }
}

/** Runs checks on a reference, until nothing is left to decide. Returns why it could not, if so. */
async function runReference(
  { engine, request, signal, onEvent }: InvestigateOptions,
  reference: Reference,
  ids: readonly string[],
  seeds: readonly string[],
  found: Map<string, Found>,
): Promise<string | undefined> {
  const checks = request.checks.filter(({ id }) => ids.includes(id))
  for await (const round of rounds(engine, { ...request, ...reference.component, checks }, seeds, {
    signal,
    onEvent,
  })) {
    if (isLost(round)) return round.fault?.what ?? `its build ${round.build?.ended ?? 'failed'}`
    for (const result of round.results) {
      const check = found.get(result.check)
      if (check === undefined) continue
      check.reference = reference
      check.other.push(triesOf(result, round.seed))
    }
    // The first time it runs under every seed of the component; after that only as long as it has to.
    const enough = ids.every((id) => (found.get(id)?.other.length ?? 0) > (found.get(id)?.own.length ?? 0))
    if (enough && undecided(ids, found).length === 0) return undefined
  }
  return undefined
}

const flaky = (found: Map<string, Found>): string[] =>
  [...found].filter(([, { own }]) => isFlaky(tallyOf(withStalls(own, usualOf(own))))).map(([id]) => id)

/** Those that further runs of the reference may still decide: it has not failed, and the component often enough. */
function undecided(ids: readonly string[], found: Map<string, Found>): string[] {
  return ids.filter((id) => {
    const { own = [], other = [] } = found.get(id) ?? {}
    const failed = own.filter(({ verdict }) => verdict === 'failed' || verdict === 'timeout').length
    if (failed < LEAST_FAILURES || other.length >= own.length * MOST_TRIES) return false
    const { attribution } = judge(id, found, undefined)
    return attribution.to === 'undecided' && attribution.learners
  })
}

function judge(id: string, all: Map<string, Found>, signal: AbortSignal | undefined): Investigated {
  const { own, other, first, reference, without } = all.get(id) ?? { own: [], other: [] }
  const usual = usualOf([...all.values()].flatMap((found) => [...found.own, ...found.other]))
  const tries = withStalls(own, usual)
  const compared = withStalls(other, usual)
  const why = without ?? (signal?.aborted ? 'the run was interrupted before a reference had run' : undefined)
  return {
    tries,
    ...(first && { first }),
    ...(reference && { reference: { name: reference.name, tries: compared } }),
    attribution: attribute(tallyOf(tries), reference ? tallyOf(compared) : why),
  }
}
