/** One check: host up → act → judge → evidence → teardown → leak check. */
import type { CheckResult, Fault, Waited } from '../protocol/index.ts'
import type { CheckCode, CheckContext } from '../../checkers/kit/check.ts'
import type { Component } from '../../checkers/kit/component.ts'
import { Host, type Ground } from '../../checkers/kit/host/host.ts'
import { duration, judge } from '../../checkers/kit/judge.ts'
import { Random } from '../../checkers/kit/random.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'
import type { Amounts } from './bounds.ts'
import { describeBoundsHit, readBoundsHit } from './bounds-hit.ts'
import type { Speed } from './speed.ts'
import { bug, tearDown } from './tear-down.ts'

/** ms by which the heartbeat may be late before a timeout is the machine's and not the component's */
const LATE = 1000

export interface CheckTools {
  component: Component
  speed: Speed
  seed: string
  /** what the target offers */
  offers: readonly string[]
  signal: AbortSignal
  ground(): Promise<{ ground: Ground; release: () => string[] }>
  /** share of the usual patience */
  patience: number
  /** bounds of each host */
  amounts: Amounts
  onWaiting: (what: string) => void
  /** called with every check that came to a verdict; keeps its hosts as they are, until it resolves */
  hold: ((result: CheckResult, host: Host | undefined) => Promise<void>) | undefined
}

type Outcome = Pick<CheckResult, 'verdict' | 'failure' | 'fault'>

/** Runs a check and tears everything down; never throws. */
export async function runCheck(id: string, code: CheckCode, tools: CheckTools): Promise<CheckResult> {
  const { speed, patience } = tools
  const watched = speed.watch()
  // A machine that becomes faster counts, one that the component itself makes slower does not.
  const most = await speed.recent()
  const timeline = new Timeline()
  const hosts: Host[] = []
  const releases: (() => string[])[] = []
  const undo: (() => void | Promise<void>)[] = []
  const notes: string[] = []
  const limit = new AbortController()
  const signal = AbortSignal.any([tools.signal, limit.signal])
  const bringUp = async (): Promise<Host> => {
    const { ground, release } = await tools.ground()
    releases.push(() => {
      notes.push(...describeBoundsHit(readBoundsHit(ground.cgroups), tools.amounts, "the host's"))
      return release()
    })
    const host = await Host.up(`host${hosts.length + 1}`, ground, timeline)
    hosts.push(host)
    return host
  }
  let begin = performance.now()
  let outcome: Outcome
  const limitMs = code.limit * speed.factor
  const timer = setTimeout(() => limit.abort(), limitMs)
  try {
    const host = await bringUp()
    begin = performance.now()
    const context: CheckContext = {
      ...judge({
        factor: () => Math.min(most, speed.factor) * patience,
        onWaiting: tools.onWaiting,
        onSecond: () => speed.again(),
        signal,
        timeline,
      }),
      host,
      anotherHost: bringUp,
      component: tools.component,
      offers: tools.offers,
      random: new Random(tools.seed, id),
      timeline,
      signal,
      defer: (step) => undo.push(step),
      remark: (text) => notes.push(text),
    }
    await Promise.race([code.act(context), rejectOnAbort(signal)])
    outcome = { verdict: 'passed' }
  } catch (error) {
    outcome = limit.signal.aborted ? overLimit(limitMs, speed) : judgeError(error)
  }
  clearTimeout(timer)
  limit.abort()
  const ms = performance.now() - begin
  const { late, load } = watched()
  const programs = hosts.flatMap((host) => host.programs)
  const result = (ended: Outcome): CheckResult => ({
    check: id,
    ...ended,
    ms,
    factor: speed.factor,
    late,
    load,
    waited: waited(timeline, ended, ms / limitMs),
    timeline: timeline.entries(),
    output: programs.flatMap((program) => program.output.lines()).sort((a, b) => a.at - b.at),
    outputLines: programs.reduce((sum, program) => sum + program.output.count, 0),
    notes,
  })
  if (outcome.verdict !== 'error' && !tools.signal.aborted) await tools.hold?.(result(outcome), hosts.at(-1))
  const fault = await tearDown(undo, hosts, releases)
  return result(fault === undefined ? outcome : { verdict: 'error', fault })
}

/** A check that passes may also have come near to its own limit. */
function waited(timeline: Timeline, { verdict }: Outcome, share: number): Waited {
  if (verdict === 'passed') timeline.waits.came("the check's end", share)
  return timeline.waits.total()
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** A check's limit is the component's only if the engine itself was on time. */
function overLimit(limitMs: number, speed: Speed): Outcome {
  if (speed.late < LATE) {
    return {
      verdict: 'timeout',
      failure: {
        expected: `the check ends within its limit of ${duration(limitMs)}`,
        observed: `it was still at work after ${duration(limitMs)}`,
      },
    }
  }
  return {
    verdict: 'error',
    fault: {
      cause: 'environment',
      what: `the machine was too busy: the check did not end within ${duration(limitMs)}`,
      why: `the engine's own timer was ${duration(speed.late)} late`,
      remedy: 'end other work on this machine, then run lab check again',
    },
  }
}

/** Told apart by name: a lab's bundle has its own copy of the classes. */
function judgeError(error: unknown): Outcome {
  if (error instanceof Error && error.name === 'ExpectationFailed' && 'expected' in error && 'observed' in error) {
    return { verdict: 'failed', failure: { expected: String(error.expected), observed: String(error.observed) } }
  }
  if (error instanceof Error && error.name === 'EnvironmentFault' && 'fault' in error) {
    return { verdict: 'error', fault: error.fault as Fault }
  }
  return { verdict: 'error', fault: bug(error) }
}
