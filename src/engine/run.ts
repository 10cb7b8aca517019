/** One run: preflight → build → checks, in parallel where they allow it, in an order that respects what they need. */
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { machine } from 'node:os'
import { join } from 'node:path'
import type { CheckResult, RunCommand, SourceFile, TargetFacts, Unnumbered } from '../protocol/index.ts'
import type { LabCheckers } from '../../checkers/kit/check.ts'
import { Component } from '../../checkers/kit/component.ts'
import { shellWord, type Host } from '../../checkers/kit/host/host.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { build, BuildFailed, type BUILD_MOST } from './build.ts'
import { writePrograms } from './programs.ts'
import { runCheck } from './run-check.ts'
import { schedule } from './schedule.ts'
import type { Speed } from './speed.ts'
import { thisKernel, whyNotStartable, type Programs } from './startable.ts'
import { findToolchain } from './toolchain.ts'
import type { Workplace } from './workplace.ts'

/** For a shell in a held host: a component of several words (an interpreter and a script) as one program. */
const WRAPPER = 'component'

/** For one host of a check. */
const AMOUNTS = { memory: 512 * 2 ** 20, processes: 1024 }

export interface RunTools {
  workplace: Workplace
  cacheRoot: string | undefined
  buildMost: typeof BUILD_MOST
  facts: TargetFacts
  speed: Speed
  signal: AbortSignal
  send(event: Unnumbered): void
}

/** Loads a lab's bundled checkers. Throws when the bundle does not hold what the plan asks for: our bug. */
function loadCheckers(command: RunCommand): LabCheckers {
  // The bundle is named at run time, so it is required through a function that the bundler leaves alone.
  const load = createRequire(join('/', 'engine.cjs'))
  const bundle = load(command.checkers) as { default: LabCheckers }
  for (const { id } of command.checks) {
    if (bundle.default.checks[id] === undefined) throw new Error(`${command.lab} has no code for the check ${id}`)
  }
  return bundle.default
}

/** Carries out a run and sends its events, `run-done` last. Throws EnvironmentFault when nothing could be graded. */
export async function run(command: RunCommand, files: SourceFile[], tools: RunTools): Promise<void> {
  const begin = performance.now()
  const cpuBefore = cpuMs()
  const lab = loadCheckers(command)
  const missing = lab.requires.filter((need) => !tools.facts.offers.includes(need))
  if (missing.length > 0) {
    throw new EnvironmentFault(`${command.lab} requires ${missing.join(', ')}, which this target does not offer`, {
      remedy: 'lab doctor',
    })
  }
  const built = await buildComponent(command, files, tools)
  if (built !== undefined) {
    const component = new Component(command.component.spec.run)
    const wrapper = `#!/bin/sh\nexec ${component.argv('main', []).map(shellWord).join(' ')} "$@"\n`
    const programs = writePrograms(tools.workplace, command.lab, { ...lab.programs, [WRAPPER]: wrapper })
    await schedule({
      checks: command.checks.map((check) => ({ ...check, alone: lab.checks[check.id]?.alone ?? false })),
      jobs: command.jobs ?? tools.facts.cpus,
      signal: tools.signal,
      act: async (id) => {
        const code = lab.checks[id]
        if (code === undefined) throw new Error(`no code for ${id}`)
        tools.send({ type: 'check-started', run: command.run, check: id })
        const result = await runCheck(id, code, {
          component,
          speed: tools.speed,
          seed: command.seed,
          signal: tools.signal,
          amounts: AMOUNTS,
          ground: () =>
            tools.workplace.ground({
              name: 'host',
              toolchain: built.toolchain,
              hidden: command.hidden,
              binds: [
                { from: built.folder, to: '/component', writable: false },
                { from: programs, to: '/lab', writable: false },
              ],
              amounts: AMOUNTS,
            }),
          onWaiting: (what) => tools.send({ type: 'waiting', run: command.run, check: id, what }),
          hold: (result, host) => hold(command, component, result, host, tools),
        })
        if (!tools.signal.aborted) tools.send({ type: 'check-done', run: command.run, result })
        return result.verdict
      },
      skip: (id, waitsFor) => {
        tools.send({ type: 'check-done', run: command.run, result: skipped(id, waitsFor, tools.speed.factor) })
      },
    })
  }
  tools.send({
    type: 'run-done',
    run: command.run,
    ms: performance.now() - begin,
    cpuMs: cpuMs() - cpuBefore,
    cancelled: tools.signal.aborted,
  })
}

/** Where the command asks for it: tells where the host can be entered, and waits until the run is cancelled. */
async function hold(
  command: RunCommand,
  component: Component,
  result: CheckResult,
  host: Host | undefined,
  tools: RunTools,
): Promise<void> {
  const wanted = command.hold === 'always' || (command.hold === 'failed' && result.verdict !== 'passed')
  if (!wanted || host === undefined) return
  const argv = component.argv('main', [])
  const program = argv.length === 1 ? argv[0] : `/lab/${WRAPPER}`
  // After a check that passed the component may end at any moment, and with its process 1 a shell beside it.
  const entrance = result.verdict === 'passed' ? { ...host.entrance, ...hostItself(host) } : host.entrance
  const place = { ...entrance, component: program ?? '' }
  tools.send({ type: 'held', run: command.run, result, place })
  if (!tools.signal.aborted) await once(tools.signal, 'abort')
}

/** Process 1 of the host, through which its files are reached: `/proc/PID/root`. It stays as long as the host does. */
function hostItself(host: Host): { pid: number; name: string } {
  return { pid: Number(host.path('').split('/')[2]), name: host.name }
}

/** Builds and tells how it went; undefined when the build failed or was cancelled. */
async function buildComponent(command: RunCommand, files: SourceFile[], tools: RunTools) {
  const { component, run: runId } = command
  const begin = performance.now()
  const ms = (): number => performance.now() - begin
  const toolchain = component.toolchain === undefined ? undefined : await findToolchain(component.toolchain)
  tools.send({ type: 'build', run: runId, state: 'started', ms: 0 })
  try {
    await tools.speed.measure()
    const built = await build(
      {
        digest: component.source,
        files,
        spec: component.spec,
        toolchain,
        downloads: component.downloads,
        cache: component.cache,
        hidden: command.hidden,
      },
      {
        workplace: tools.workplace,
        cacheRoot: tools.cacheRoot,
        root: tools.facts.root,
        factor: () => tools.speed.factor,
        most: tools.buildMost,
        signal: tools.signal,
      },
    )
    checkPrograms(command, built.folder, tools.workplace.programs(toolchain))
    tools.send({ type: 'build', run: runId, state: built.cached ? 'cached' : 'done', ms: ms() })
    return { ...built, toolchain }
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error
    if (!tools.signal.aborted) tools.send({ type: 'build', run: runId, state: 'failed', ms: ms(), ...error.text })
    return undefined
  }
}

/** A program of the component that can't be started is the component's fault, and said once. */
function checkPrograms(command: RunCommand, folder: string, programs: Programs): void {
  const kernel = thisKernel(machine())
  for (const [name, argv] of Object.entries(command.component.spec.run)) {
    const why = whyNotStartable(argv, folder, programs, kernel)
    if (why === undefined) continue
    const shown = `run: ${name === 'main' ? '' : `${name}: `}${argv.map(shellWord).join(' ')}`
    throw new BuildFailed({ step: 'run', command: shown, ended: why.why, output: '', remedy: why.remedy })
  }
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

/** CPU time of this process and of all that it has waited for, ms: proc(5), utime stime cutime cstime in ticks of 10 ms. */
function cpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0)
}
