/** Which check runs when: up to `jobs` at once, those that must be alone alone, and none before what it needs. */
import type { PlannedCheck, Verdict } from '../protocol/index.ts'

export interface Schedule {
  checks: (PlannedCheck & { alone: boolean })[]
  jobs: number
  signal: AbortSignal
  act(id: string): Promise<Verdict>
  /** called instead of `act` when a needed check of this run did not pass */
  skip(id: string, waitsFor: string[]): void
}

/** Resolves when every check has been acted on or skipped; after an abort nothing new begins. A throw of `act` ends it. */
export async function schedule(plan: Schedule): Promise<void> {
  const waiting = [...plan.checks]
  const planned = new Set(plan.checks.map((check) => check.id))
  const verdicts = new Map<string, Verdict>()
  const running = new Map<string, Promise<void>>()
  let alone = false

  const needs = (check: PlannedCheck): string[] => check.needs.filter((id) => planned.has(id))
  const skipHopeless = (): void => {
    for (const check of [...waiting]) {
      const unmet = needs(check).filter((id) => verdicts.has(id) && verdicts.get(id) !== 'passed')
      if (unmet.length === 0) continue
      waiting.splice(waiting.indexOf(check), 1)
      verdicts.set(check.id, 'skipped')
      plan.skip(check.id, unmet)
    }
  }
  const next = (): (typeof waiting)[number] | undefined => {
    if (alone || running.size >= plan.jobs) return undefined
    const ready = waiting.filter((check) => needs(check).every((id) => verdicts.has(id)))
    return ready.find((check) => !check.alone) ?? (running.size === 0 ? ready[0] : undefined)
  }
  const launch = (check: (typeof waiting)[number]): void => {
    waiting.splice(waiting.indexOf(check), 1)
    alone = check.alone
    const done = plan.act(check.id).then((verdict) => {
      verdicts.set(check.id, verdict)
      running.delete(check.id)
      if (check.alone) alone = false
    })
    running.set(check.id, done)
  }

  for (;;) {
    if (!plan.signal.aborted) {
      // A skipped check may make another one hopeless.
      for (let before = -1; before !== waiting.length;) {
        before = waiting.length
        skipHopeless()
      }
      for (let check = next(); check !== undefined; check = next()) launch(check)
    }
    if (running.size === 0) return
    await Promise.race(running.values())
  }
}
