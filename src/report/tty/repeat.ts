/** Checks that were run many times: how often each passed, and who makes it flaky. */
import { escapeText } from '../escape.ts'
import type { Attribution, RepeatedCheck, Try } from '../repeat-json.ts'
import { sign } from './check-line.ts'
import { duration } from './duration.ts'
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { pad, padLeft } from './width.ts'
import { hang } from './wrap.ts'

/** A line for each check: `✗ forward/term  47 of 50  passes SIGTERM on to its child`. */
export function repeatLines(checks: readonly RepeatedCheck[], layout: Layout): string {
  const ids = Math.max(0, ...checks.map(({ check }) => check.length))
  const rate = ({ passed, of }: RepeatedCheck): string => `${passed} of ${of}`
  const rates = Math.max(0, ...checks.map((check) => rate(check).length))
  return checks
    .map((check) => {
      const mark = sign(verdictOf(check), layout.paint)
      return hang(
        `  ${mark} ${pad(check.check, ids)}  ${padLeft(rate(check), rates)}  `,
        escapeText(check.claim),
        layout.width,
      )
    })
    .join('\n')
}

function verdictOf({ passed, of, attribution }: RepeatedCheck): 'passed' | 'failed' | 'error' | 'skipped' {
  if (of === 0) return 'skipped'
  if (passed === of) return 'passed'
  return isLearners(attribution) ? 'failed' : 'error'
}

/** Whether failures count as the component's: it is not cleared. */
export function isLearners(attribution: Attribution): boolean {
  switch (attribution.to) {
    case 'check':
    case 'machine':
      return false
    case 'undecided':
      return attribution.learners
    case 'none':
    case 'component':
    case 'unknown':
      return true
  }
}

const WHO: Record<Attribution['to'], string> = {
  component: 'your component',
  check: 'the check',
  machine: 'the machine',
  undecided: 'undecided',
  unknown: 'not attributed',
  none: 'no flakiness',
}

/** Seeds of so many failures are named. */
const SEEDS = 6

/** Who makes a check flaky, by which numbers, and what to do next; undefined when nobody does. */
export function attributionText(repeated: RepeatedCheck, layout: Layout): string | undefined {
  const { check, attribution, tries, reference } = repeated
  if (attribution.to === 'none') return undefined
  const rows = [`  ${layout.paint.bold(`${check} is flaky: ${WHO[attribution.to]}`)}`]
  const say = (label: string, text: string): number => rows.push(labelled(label, escapeText(text), layout))
  say('Passed', `${repeated.passed} of ${repeated.of}${failedSeeds(tries)}`)
  if (reference)
    say('Reference', `${reference.name}, same engine and seeds: passed ${reference.passed} of ${reference.of}`)
  say('Machine', machine([...tries, ...(reference?.tries ?? [])]))
  say('Hence', because(repeated))
  say('Next', next(repeated))
  return rows.join('\n')
}

function failedSeeds(tries: readonly Try[]): string {
  const seeds = tries.filter(({ verdict }) => verdict !== 'passed').map(({ seed }) => seed)
  if (seeds.length === 0) return ''
  const more = seeds.length > SEEDS ? ` and ${seeds.length - SEEDS} more` : ''
  return `; not with the seed${seeds.length === 1 ? '' : 's'} ${seeds.slice(0, SEEDS).join(', ')}${more}`
}

function machine(tries: readonly Try[]): string {
  const worst = tries.reduce((most, { late }) => Math.max(most, late), 0)
  const stalled = tries.filter((one) => one.stalled).length
  return `stalled in ${stalled} of ${tries.length} runs; lab's own timer was at most ${duration(worst)} late`
}

const failures = (tries: readonly Try[], stalled?: boolean): string => {
  const those = tries.filter((one) => stalled === undefined || one.stalled === stalled)
  return `${those.filter(({ verdict }) => verdict !== 'passed').length} of ${those.length}`
}

function because({ attribution, tries, reference }: RepeatedCheck): string {
  const others = reference?.tries ?? []
  const all = [...tries, ...others]
  switch (attribution.to) {
    case 'component':
      return `The reference does not fail where your component does. If it failed as often, the chance of such a difference would be ${percent(attribution.chance)}.`
    case 'machine':
      return attribution.chance === undefined
        ? 'This machine kept runs from being graded; no calm run failed.'
        : `Runs fail when this machine stalls: ${failures(all, true)} stalled runs failed and ${failures(all, false)} calm ones, the reference's included. The chance of that without a connection is ${percent(attribution.chance)}.`
    case 'check':
      return others.some(({ verdict }) => verdict !== 'passed')
        ? `The reference is right, and it failed in ${failures(others)} runs too, in ${failures(others, false)} calm ones. This is a bug of lab and costs you no points.`
        : 'A run ended in a bug of lab. It costs you no points.'
    case 'undecided':
      return attribution.learners
        ? `It failed in ${failures(tries)} runs, too few to tell: a reference that failed as often could have passed all its runs by luck.`
        : 'The reference failed too, but only while the machine stalled: it is the machine or the check, and costs you no points.'
    case 'unknown':
      return `Without a reference nobody can say whether it is the component, the check or the machine: ${attribution.why}.`
    case 'none':
      return ''
  }
}

function next({ attribution, check, first, of }: RepeatedCheck): string {
  const again = first === undefined ? '' : `lab check ${check} --seed ${first.seed}`
  switch (attribution.to) {
    case 'component':
      return `Look for what differs from run to run: the order of events, and what happens before you are ready for it. Then run lab check ${check} --repeat ${of} again.`
    case 'machine':
      return `End other work on this machine, then run lab check ${check} --repeat ${of} again.`
    case 'check':
      return "Report it, with these lines, in the issue tracker of Drydock's repository."
    case 'undecided':
      return attribution.learners
        ? `lab check ${check} --repeat ${attribution.repeat} would probably decide.`
        : `End other work on this machine, then run lab check ${check} --repeat ${attribution.repeat}.`
    case 'unknown':
      return again
    case 'none':
      return ''
  }
}

/** `0.02 %`; what is less is `less than 0.01 %` */
function percent(chance: number): string {
  const hundredths = Math.round(chance * 10_000) / 100
  // The sign must not begin a line.
  return hundredths < 0.01 ? 'less than 0.01\u00a0%' : `${hundredths}\u00a0%`
}
