/** What a run stands on, whether it is of checks or of scripts: the lab's code, the component as built, the ground of hosts. */
import { createRequire } from 'node:module'
import { machine, totalmem } from 'node:os'
import { join } from 'node:path'
import { compileFunction } from 'node:vm'
import {
  CHECKERS_FILE,
  type RunCommand,
  type ScriptCommand,
  type SourceFile,
  type TargetFacts,
  type Unnumbered,
} from '../protocol/index.ts'
import type { LabCheckers } from '../../checkers/kit/check.ts'
import { Component } from '../../checkers/kit/component.ts'
import { shellWord } from '../../checkers/kit/host/host.ts'
import type { HostBind } from '../../checkers/kit/host/view.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { build, BuildFailed, type BUILD_MOST } from './build.ts'
import { CONFINEMENT } from './facts.ts'
import { writePrograms } from './programs.ts'
import type { Speed } from './speed.ts'
import { thisKernel, whyNotStartable, type Programs } from './startable.ts'
import { findToolchain } from './toolchain.ts'
import type { Workplace } from './workplace.ts'

/** For a person's shell: a component of several words (an interpreter and a script) as one program. */
const WRAPPER = 'component'

/**
 * bytes that one host may take of so many bytes that its kernel has: what a program that takes all it gets shall have, and
 * what an etcd with 200 MiB of changes needs whose watch is behind (450 to 550 MiB on a fast machine, docs/design.md). The
 * throw-away kernel has 1 GiB for everything, and is too slow to get so far.
 */
export const hostMemory = (total: number): number => (total < 1.5 * 2 ** 30 ? 512 : 768) * 2 ** 20

/** For one host of a check. */
export const AMOUNTS = { memory: hostMemory(totalmem()), processes: 1024 }

export interface RunTools {
  workplace: Workplace
  cacheRoot: string | undefined
  buildMost: typeof BUILD_MOST
  facts: TargetFacts
  speed: Speed
  signal: AbortSignal
  send(event: Unnumbered): void
}

/** What was `put` for a run. */
export interface Given {
  /** the component's source */
  files: SourceFile[]
  /** the lab's bundled checkers: one file */
  checkers: SourceFile[]
}

type Request = Pick<RunCommand | ScriptCommand, 'run' | 'lab' | 'checkers' | 'hidden' | 'component'>

export interface Prepared {
  component: Component
  /** absolute path, in a host, of one program that starts the component */
  program: string
  /** a ground for one host of a check, where components are confined if the lab's may be */
  host(): ReturnType<Workplace['ground']>
  /** a ground for a lesson's scripts; `environment` is added to that of its programs */
  lesson(environment: Record<string, string>): ReturnType<Workplace['ground']>
}

/** Loads a lab's bundled checkers. Throws EnvironmentFault when the target does not offer what they require. */
export function loadCheckers(command: Request, { checkers }: Given, facts: TargetFacts): LabCheckers {
  const lab = bundleOf(command.checkers, checkers)
  const missing = lab.requires.filter((need) => !facts.offers.includes(need))
  if (missing.length > 0) {
    throw new EnvironmentFault(`${command.lab} requires ${missing.join(', ')}, which this target does not offer`, {
      remedy: 'lab doctor',
    })
  }
  return lab
}

const bundles = new Map<string, LabCheckers>()

/** The bundle is code of this course; the same one is evaluated once. */
function bundleOf(digest: string, [file]: SourceFile[]): LabCheckers {
  const known = bundles.get(digest)
  if (known !== undefined) return known
  const code = Buffer.from(file?.data ?? '', 'base64').toString()
  const filename = join('/', CHECKERS_FILE)
  const made = { exports: {} as { default?: LabCheckers } }
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname']
  const evaluate = compileFunction(code, parameters, { filename }) as (...given: unknown[]) => void
  evaluate(made.exports, createRequire(filename), made, filename, '/')
  if (made.exports.default === undefined) throw new Error('the checkers that were sent are no bundle of a lab')
  bundles.set(digest, made.exports.default)
  return made.exports.default
}

/** Builds and tells how it went; undefined when the build failed or was cancelled. */
export async function prepare(
  command: Request,
  lab: LabCheckers,
  files: SourceFile[],
  tools: RunTools,
): Promise<Prepared | undefined> {
  const built = await buildComponent(command, files, tools)
  if (built === undefined) return undefined
  const component = new Component(command.component.spec.run)
  const argv = component.argv('main', [])
  const wrapper = `#!/bin/sh\nexec ${argv.map(shellWord).join(' ')} "$@"\n`
  const programs = writePrograms(tools.workplace, command.lab, { ...lab.programs, [WRAPPER]: wrapper })
  const [program] = argv
  const common = {
    toolchain: built.toolchain,
    hidden: command.hidden,
    binds: [
      { from: built.folder, to: '/component', writable: false },
      { from: programs, to: '/lab', writable: false },
    ] satisfies HostBind[],
    amounts: AMOUNTS,
    cgroup2: lab.requires.includes('cgroup2'),
  }
  return {
    component,
    program: argv.length === 1 && program?.startsWith('/') === true ? program : `/lab/${WRAPPER}`,
    host: () => tools.workplace.ground({ ...common, name: 'host', confined: isConfined(lab, tools.facts) }),
    lesson: (environment) => tools.workplace.ground({ ...common, name: 'lesson', environment }),
  }
}

/** A lab that requires more than namespaces has components that need rights over their host, or are root. */
const isConfined = ({ requires }: LabCheckers, { offers }: TargetFacts): boolean =>
  requires.every((need) => need === 'namespaces') && offers.includes(CONFINEMENT)

async function buildComponent(command: Request, files: SourceFile[], tools: RunTools) {
  const { component, run } = command
  const begin = performance.now()
  const ms = (): number => performance.now() - begin
  const toolchain = component.toolchain === undefined ? undefined : await findToolchain(component.toolchain)
  tools.send({ type: 'build', run, state: 'started', ms: 0 })
  try {
    await tools.speed.recent()
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
    tools.send({ type: 'build', run, state: built.cached ? 'cached' : 'done', ms: ms() })
    return { ...built, toolchain }
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error
    if (!tools.signal.aborted) tools.send({ type: 'build', run, state: 'failed', ms: ms(), ...error.text })
    return undefined
  }
}

/** A program of the component that can't be started is the component's fault, and said once. */
function checkPrograms(command: Request, folder: string, programs: Programs): void {
  const kernel = thisKernel(machine())
  for (const [name, argv] of Object.entries(command.component.spec.run)) {
    const why = whyNotStartable(argv, folder, programs, kernel)
    if (why === undefined) continue
    const shown = `run: ${name === 'main' ? '' : `${name}: `}${argv.map(shellWord).join(' ')}`
    throw new BuildFailed({ step: 'run', command: shown, ended: why.why, output: '', remedy: why.remedy })
  }
}
