/** Runs the checks of a lab on a component that is no workspace: a solution, a starter, a mutant, a real tool. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import { loadTrack } from '../../src/course/track.ts'
import type { CheckResult, ComponentSpec } from '../../src/protocol/index.ts'
import { connect } from '../../src/targets/connect.ts'
import type { Engine } from '../../src/targets/target.ts'
import { readComponent } from '../../src/workspace/component.ts'
import { readOracles, type Oracle } from '../../src/workspace/oracle.ts'
import { packSource } from '../../src/workspace/source.ts'

export const root = resolve(import.meta.dirname, '../..')

export interface Trial {
  /** in course order */
  results: CheckResult[]
  /** the build's last lines when it failed */
  buildFailed: string | undefined
  ms: number
  cpuMs: number
}

/** ids of the checks that did not pass, in course order; a failed build is the id `build` */
export const rejected = (trial: Trial): string[] =>
  trial.buildFailed === undefined ? trial.results.filter((r) => r.verdict !== 'passed').map((r) => r.check) : ['build']

/** What each rejected check expected and observed, for a failing test's message. */
export const told = (trial: Trial): string =>
  trial.results
    .filter((r) => r.verdict !== 'passed')
    .map(
      (r) =>
        `${r.check} ${r.verdict}: ${r.failure?.expected ?? r.fault?.what ?? ''} / ${r.failure?.observed ?? r.fault?.detail ?? ''}`,
    )
    .join('\n') + (trial.buildFailed ?? '')

export class Bench {
  readonly #engine: Engine
  readonly #lab: string

  private constructor(engine: Engine, lab: string) {
    this.#engine = engine
    this.#lab = lab
  }

  static async open(lab: string): Promise<Bench> {
    return new Bench(await connect({ root, target: 'local', requires: ['namespaces'] }), lab)
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  /** Runs every check (or those of the steps named) on the component in a folder. */
  async component(folder: string, options: { steps?: string[]; seed?: string } = {}): Promise<Trial> {
    const { track, spec } = await readComponent(folder)
    return this.#run(await packSource(folder), spec, track, options)
  }

  /** Runs every check on a real tool. Throws when it is not installed, with the command that installs it. */
  oracle(oracle: Oracle, options: { steps?: string[]; seed?: string } = {}): Promise<Trial> {
    const { spec, source, track, missing } = oracle
    if (missing !== undefined) throw new Error(`${missing.program} is not installed: ${missing.install}`)
    return this.#run(source, spec, track, options)
  }

  async #run(
    source: Awaited<ReturnType<typeof packSource>>,
    spec: ComponentSpec,
    track: string | undefined,
    options: { steps?: string[]; seed?: string },
  ): Promise<Trial> {
    const course = await loadCourse(root)
    const lab = await loadLab(course, this.#lab)
    const steps = lab.steps.filter((step) => options.steps?.includes(step.id) ?? true)
    const trial: Trial = { results: [], buildFailed: undefined, ms: 0, cpuMs: 0 }
    const order = steps.flatMap((step) => step.checks.map((check) => check.id))
    for await (const event of this.#engine.run({
      lab: this.#lab,
      checkers: join(root, 'dist', 'checkers', `${this.#lab}.cjs`),
      checks: order.map((id) => ({ id, needs: [] })),
      seed: options.seed ?? 'test',
      source,
      spec,
      toolchain: track === undefined ? undefined : (await loadTrack(course, track)).toolchain(),
      cache: 'trials',
      hidden: [root],
    })) {
      if (event.type === 'check-done') trial.results.push(event.result)
      if (event.type === 'build' && event.state === 'failed') {
        trial.buildFailed = `${event.command ?? ''} ${event.ended ?? ''}\n${event.output ?? ''}`
      }
      if (event.type === 'fault')
        throw new Error(`${event.fault.what}: ${event.fault.why ?? ''} ${event.fault.detail ?? ''}`)
      if (event.type === 'run-done') Object.assign(trial, { ms: event.ms, cpuMs: event.cpuMs })
    }
    trial.results.sort((a, b) => order.indexOf(a.check) - order.indexOf(b.check))
    return trial
  }
}

/** The oracles of a lab, by name. */
export const oraclesOf = (lab: string): Promise<Oracle[]> => readOracles(join(root, 'labs', lab))

export interface Mutant {
  name: string
  path: string
  solution: string
  requirement: string
  kills: string[]
}

/** The header of a mutant: lines `Name: value` before the diff. */
export function readMutant(path: string): Mutant {
  const field = (name: string): string =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(readFileSync(path, 'utf8'))?.[1]?.trim() ?? ''
  return {
    name: basename(path, '.patch'),
    path,
    solution: field('Solution'),
    requirement: field('Requirement'),
    kills: field('Kills')
      .split(',')
      .map((id) => id.trim()),
  }
}

export const mutantsOf = (lab: string): Mutant[] =>
  readdirSync(join(root, 'labs', lab, 'mutants'))
    .sort()
    .map((name) => readMutant(join(root, 'labs', lab, 'mutants', name)))

/** A solution with a mutant's patch applied, in a folder of its own that is removed afterwards. */
export async function withMutant<T>(lab: string, mutant: Mutant, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'))
  try {
    cpSync(join(root, 'labs', lab, 'solutions', mutant.solution), folder, { recursive: true })
    execFileSync('git', ['apply', mutant.path], {
      cwd: folder,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
    })
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
