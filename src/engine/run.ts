/** One run of checks: preflight → build → checks, in parallel where they allow it, in an order that respects what they need. */
import { once } from 'node:events'
import type { CheckResult, RunCommand } from '../protocol/index.ts'
import type { LabCheckers } from '../../checkers/kit/check.ts'
import type { Host } from '../../checkers/kit/host/host.ts'
import { AMOUNTS, loadCheckers, prepare, type Given, type Prepared, type RunTools } from './prepare.ts'
import { runCheck } from './run-check.ts'
import { untilDone } from './run-done.ts'
import { schedule } from './schedule.ts'

/** Carries out a run and sends its events, `run-done` last. Throws EnvironmentFault when nothing could be graded. */
export function run(command: RunCommand, given: Given, tools: RunTools): Promise<void> {
  return untilDone(command.run, tools, async () => {
    const lab = loadCheckers(command, given, tools.facts)
    // A bundle that does not hold what the plan asks for is our bug.
    const absent = command.checks.find(({ id }) => lab.checks[id] === undefined)
    if (absent !== undefined) throw new Error(`${command.lab} has no code for the check ${absent.id}`)
    const prepared = await prepare(command, lab, given.files, tools)
    if (prepared !== undefined) await runChecks(command, lab, prepared, tools)
  })
}

function runChecks(command: RunCommand, lab: LabCheckers, prepared: Prepared, tools: RunTools): Promise<void> {
  return schedule({
    checks: command.checks.map((check) => ({ ...check, alone: lab.checks[check.id]?.alone ?? false })),
    jobs: command.jobs ?? 2 * tools.facts.cpus + 1,
    signal: tools.signal,
    act: async (id) => {
      const code = lab.checks[id]
      if (code === undefined) throw new Error(`no code for ${id}`)
      tools.send({ type: 'check-started', run: command.run, check: id })
      const result = await runCheck(id, code, {
        component: prepared.component,
        speed: tools.speed,
        seed: command.seed,
        offers: tools.facts.offers,
        signal: tools.signal,
        amounts: AMOUNTS,
        patience: command.patience ?? 1,
        ground: () => prepared.host(),
        onWaiting: (what) => tools.send({ type: 'waiting', run: command.run, check: id, what }),
        hold: (result, host) => hold(command, prepared, result, host, tools),
      })
      if (!tools.signal.aborted) tools.send({ type: 'check-done', run: command.run, result })
      return result.verdict
    },
    skip: (id, waitsFor) => {
      tools.send({ type: 'check-done', run: command.run, result: skipped(id, waitsFor, tools.speed.factor) })
    },
  })
}

/** Where the command asks for it: tells where the host can be entered, and waits until the run is cancelled. */
async function hold(
  command: RunCommand,
  { program }: Prepared,
  result: CheckResult,
  host: Host | undefined,
  tools: RunTools,
): Promise<void> {
  const wanted = command.hold === 'always' || (command.hold === 'failed' && result.verdict !== 'passed')
  if (!wanted || host === undefined) return
  // After a check that passed the component may end at any moment, and with its process 1 a shell beside it.
  const entrance = result.verdict === 'passed' ? { ...host.entrance, ...hostItself(host) } : host.entrance
  tools.send({ type: 'held', run: command.run, result, place: { ...entrance, component: program } })
  if (!tools.signal.aborted) await once(tools.signal, 'abort')
}

/** Process 1 of the host, through which its files are reached: `/proc/PID/root`. It stays as long as the host does. */
function hostItself(host: Host): { pid: number; name: string; confined: boolean } {
  return { pid: Number(host.path('').split('/')[2]), name: host.name, confined: false }
}

const skipped = (check: string, waitsFor: string[], factor: number): CheckResult => ({
  check,
  verdict: 'skipped',
  ms: 0,
  factor,
  late: 0,
  load: 0,
  waitsFor,
  timeline: [],
  output: [],
  outputLines: 0,
  notes: [],
})
