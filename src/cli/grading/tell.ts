/** A finished run in words: a line for each check, a block for each failure, the totals. */
import type { Check, Lab } from '../../course/model.ts'
import type { CheckResult, Fault } from '../../protocol/index.ts'
import { buildFailure } from '../../report/tty/build.ts'
import { checkLine } from '../../report/tty/check-line.ts'
import { ago } from '../../report/tty/duration.ts'
import { failure } from '../../report/tty/failure.ts'
import { faultText } from '../../report/tty/fault.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { totals } from '../../report/tty/totals.ts'
import type { JournalEvent } from '../../workspace/events.ts'
import { shown } from '../place.ts'
import type { Graded } from './grade.ts'

export interface Told {
  lab: Lab
  step: number
  checks: readonly Check[]
  graded: Graded
  /** what had happened before this run */
  before: readonly JournalEvent[]
  /** of the lab, after this run */
  points: number
  now: number
  /** the command that runs a check again, where there is no workspace */
  again?: ((check: string) => string) | undefined
}

export function tell(told: Told, layout: Layout): string {
  const { graded } = told
  const blocks = [checkLines(told, layout), ...failures(told, layout), ...faults(graded, layout)]
  return [...blocks.filter((block) => block !== ''), totalsLine(told, layout)].join('\n\n')
}

export function checkLines({ checks, graded, step }: Pick<Told, 'checks' | 'graded' | 'step'>, layout: Layout): string {
  const byId = new Map(checks.map((check) => [check.id, check]))
  const ids = Math.max(0, ...graded.results.map(({ check }) => check.length))
  return graded.results
    .map((result) => {
      const check = byId.get(result.check)
      const otherStep = check === undefined || check.step === step ? undefined : check.step
      const { verdict, ms, waitsFor } = result
      return checkLine(
        { id: result.check, claim: check?.claim ?? '', verdict, ms, waitsFor, otherStep },
        { ...layout, ids },
      )
    })
    .join('\n')
}

function failures(told: Told, layout: Layout): string[] {
  const bad = told.graded.results.filter(({ verdict }) => verdict === 'failed' || verdict === 'timeout')
  // How to go on is said in full once.
  return bad.map((result, i) => failureBlock(result, { ...told, help: i === 0 }, layout))
}

export function failureBlock(
  result: CheckResult,
  {
    lab,
    checks,
    graded,
    before,
    now,
    help,
    seedNamed,
    again,
  }: Pick<Told, 'lab' | 'checks' | 'graded' | 'before' | 'now' | 'again'> & { help: boolean; seedNamed?: boolean },
  layout: Layout,
): string {
  const files = graded.folder.files(result.check)
  const passed = lastPassed(before, result.check)
  const check = checks.find(({ id }) => id === result.check)
  const taken = before.filter((e) => e.type === 'hint-taken' && e.lab === lab.id && e.check === result.check)
  return failure(
    {
      result,
      requirement: check?.requirement ?? '',
      passed: passed === undefined ? undefined : ago(now - passed),
      files: { output: shown(files.output), timeline: shown(files.timeline) },
      seed: graded.seed,
      seedNamed,
      again: again?.(result.check),
      look: check?.look,
      noEntry: graded.noEntry,
      hints: { of: check?.hints.length ?? 0, taken: taken.length },
      help,
    },
    layout,
  )
}

/** When a check passed, ms since the epoch, if it did when it last ran: what fails since then is a regression. */
function lastPassed(events: readonly JournalEvent[], check: string): number | undefined {
  for (const event of events.toReversed()) {
    const result = event.type === 'checked' ? event.results.find((r) => r.check === check) : undefined
    if (result !== undefined) return result.verdict === 'passed' ? Date.parse(event.at) : undefined
  }
  return undefined
}

/** The same fault keeps many checks from being graded: it is told once. */
function faults({ results, fault }: Graded, layout: Layout): string[] {
  const groups = new Map<string, { fault: Fault; checks: string[] }>()
  for (const { check, verdict, fault } of results) {
    if (verdict !== 'error') continue
    const told = fault ?? { cause: 'bug', what: 'the engine gave no reason' }
    const key = [told.cause, told.what, told.remedy].join('\n')
    const group = groups.get(key) ?? { fault: told, checks: [] }
    group.checks.push(check)
    groups.set(key, group)
  }
  const blocks = [...groups.values()].map((group) => faultText(group.fault, group.checks, layout))
  return fault === undefined ? blocks : [...blocks, faultText(fault, [], layout)]
}

export function buildFailed({ build, buildOutput }: Graded, layout: Layout): string | undefined {
  if (build?.state !== 'failed') return undefined
  const file = buildOutput === undefined ? undefined : shown(buildOutput)
  const { step, command, ended, output, remedy } = build
  return buildFailure({ step, command, ended, output, remedy, file }, layout)
}

function totalsLine({ lab, checks, graded, before, points }: Told, layout: Layout): string {
  const verdicts = graded.results.map(({ verdict }) => verdict)
  const kept = graded.results.some(({ check, verdict }) => verdict !== 'passed' && everPassed(before, check))
  const notRun = checks.length - verdicts.length
  return totals({ verdicts, notRun, points, ofPoints: lab.points, kept, ms: graded.ms }, layout)
}

const everPassed = (events: readonly JournalEvent[], check: string): boolean =>
  events.some((e) => e.type === 'checked' && e.results.some((r) => r.check === check && r.verdict === 'passed'))
