/**
 * Who makes a check flaky: the component, the check, or the machine. Pure: from how often the component and a reference
 * failed, in calm runs and in stalled ones. docs/design.md, "Flakiness", says the rule.
 */
import type { CheckResult } from '../../protocol/index.ts'
import type { Attribution, Try } from '../../report/repeat-json.ts'

/** How likely it may be that an attribution is luck. */
const LUCK = 0.01

/**
 * A machine that is always slow is not stalled: deadlines are scaled for that. A stall comes and goes.
 *
 * Late, ms: measured on a busy machine of two processors. Beside sixty busy programs the heartbeat was at most 94 ms
 * late; when something took the processors for 600 ms, at least 587.
 */
const STALL_LATE = 150
/** Programs that want each processor, and how many times what is usual: up to 8 beside test suites, from 14 beside sixty. */
const STALL_LOAD = { least: 10, usual: 3 }
/** Times what is usual; beside other work it went up to six times. */
const STALL_FACTOR = 10

/** Fewer failures than these are decided by no number of runs that `MOST_TRIES` allows. */
export const LEAST_FAILURES = 3
/** The reference runs at most so many times as often as the component. */
export const MOST_TRIES = 4
/** A repeat that is asked for is long enough for so many failures, of which half may stay away. */
const WANTED_FAILURES = 2 * LEAST_FAILURES

interface Stratum {
  ran: number
  failed: number
}

export interface Tally {
  calm: Stratum
  stalled: Stratum
  /** runs that the machine kept from being graded, and those that a bug of ours did */
  errors: number
  bugs: number
}

export const triesOf = (result: CheckResult, seed: string): Omit<Try, 'stalled'> => {
  const { verdict, ms, factor, late, load, fault } = result
  return { seed, verdict, ms, factor, late, load, ...(fault && { fault }) }
}

/** What is usual on this machine when it is not disturbed: the lower quartile of a whole repeat. */
export interface Usual {
  factor: number
  load: number
}

export function usualOf(tries: readonly Omit<Try, 'stalled'>[]): Usual {
  const quartile = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0
  return { factor: quartile(tries.map(({ factor }) => factor)), load: quartile(tries.map(({ load }) => load)) }
}

/** Says of each run whether the machine was itself. */
export function withStalls(tries: readonly Omit<Try, 'stalled'>[], usual: Usual): Try[] {
  const crowded = Math.max(STALL_LOAD.least, STALL_LOAD.usual * usual.load)
  return tries.map((one) => ({
    ...one,
    stalled: one.late >= STALL_LATE || one.load >= crowded || one.factor >= STALL_FACTOR * usual.factor,
  }))
}

export function tallyOf(tries: readonly Try[]): Tally {
  const graded = tries.filter(({ verdict }) => verdict === 'passed' || isFailure(verdict))
  const stratum = (stalled: boolean): Stratum => {
    const those = graded.filter((one) => one.stalled === stalled)
    return { ran: those.length, failed: those.filter(({ verdict }) => isFailure(verdict)).length }
  }
  const errors = tries.filter(({ verdict }) => verdict === 'error')
  const bugs = errors.filter(({ fault }) => fault?.cause !== 'environment').length
  return { calm: stratum(false), stalled: stratum(true), errors: errors.length - bugs, bugs }
}

/** Neither always nor never: a reference has to run. */
export function isFlaky({ calm, stalled }: Tally): boolean {
  const failed = calm.failed + stalled.failed
  return failed > 0 && failed < calm.ran + stalled.ran
}

/** `reference`: what it did, or why there is none. */
export function attribute(component: Tally, reference: Tally | string | undefined): Attribution {
  const other = typeof reference === 'object' ? reference : undefined
  if (component.bugs > 0 || (other?.bugs ?? 0) > 0) return { to: 'check' }
  if (!isFlaky(component)) {
    const graded = component.calm.ran + component.stalled.ran
    const failed = component.calm.failed + component.stalled.failed
    return { to: component.errors > 0 && failed < Math.max(1, graded) ? 'machine' : 'none' }
  }
  if (typeof reference !== 'object') return { to: 'unknown', why: reference ?? 'no reference ran' }

  const chance = chanceOfSameRate(component, reference)
  if (chance <= LUCK) return { to: 'component', chance }
  const calm = sum(component.calm, reference.calm)
  const stalled = sum(component.stalled, reference.stalled)
  const byStalls = chanceOfSplit(stalled, calm)
  if (byStalls <= LUCK && rarely(calm, stalled)) return { to: 'machine', chance: byStalls }
  if (reference.calm.failed > 0) return { to: 'check' }
  if (component.errors + reference.errors > 0 && calm.failed === 0) return { to: 'machine' }
  return { to: 'undecided', learners: reference.stalled.failed === 0, repeat: enough(component) }
}

/**
 * The chance that the reference, failing as often as the component, passes all its runs by luck: Fisher's exact test,
 * calm runs and stalled ones each among themselves. Where the reference failed, nothing is held against the component.
 */
export function chanceOfSameRate(component: Tally, reference: Tally): number {
  if (reference.calm.failed > 0) return 1
  const strata = (['calm', 'stalled'] as const).filter((name) => reference[name].failed === 0)
  return strata.reduce((product, name) => product * chanceOfSplit(component[name], reference[name]), 1)
}

/**
 * Fisher's exact test, one-sided: the chance that at least `a.failed` of all failures fall among the runs of `a` when
 * `a` and `b` fail equally often.
 */
export function chanceOfSplit(a: Stratum, b: Stratum): number {
  const failed = a.failed + b.failed
  let chance = 0
  for (let k = a.failed; k <= Math.min(failed, a.ran); k += 1) {
    if (failed - k > b.ran) continue
    chance += Math.exp(choose(a.ran, k) + choose(b.ran, failed - k) - choose(a.ran + b.ran, failed))
  }
  return Math.min(1, chance)
}

/** A tenth as often: some stall may have gone unseen. */
function rarely(calm: Stratum, stalled: Stratum): boolean {
  return calm.failed * stalled.ran * 10 <= stalled.failed * calm.ran
}

/** Runs after which this would probably be decided, a round number. */
function enough(component: Tally): number {
  const { ran, failed } = sum(component.calm, component.stalled)
  const wanted = Math.max(2 * ran, Math.ceil((ran * WANTED_FAILURES) / failed))
  const unit = 10 ** Math.max(1, Math.floor(Math.log10(wanted)) - 1)
  return Math.min(10_000, Math.ceil(wanted / unit) * unit)
}

const isFailure = (verdict: Try['verdict']): boolean => verdict === 'failed' || verdict === 'timeout'

const sum = (a: Stratum, b: Stratum): Stratum => ({ ran: a.ran + b.ran, failed: a.failed + b.failed })

/** The logarithm of the binomial coefficient. */
const choose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k)

const known = [0]
function logFactorial(n: number): number {
  for (let i = known.length; i <= n; i += 1) known.push((known[i - 1] ?? 0) + Math.log(i))
  return known[n] ?? 0
}
