/** Finds a track's toolchain where it really is: a Go under /usr/local, a Python under a home, a Rust of rustup. */
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { broughtPath } from '../brought.ts'
import type { Toolchain } from '../protocol/index.ts'
import { BROUGHT_FOLDER, toolchainsOutside } from '../../checkers/kit/host/view.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { STANDARD_PATH } from './workplace.ts'

export interface FoundToolchain {
  /** its folder, without symlinks; none where all of it is brought */
  homes: string[]
  /** programs of Drydock by name → their files, without symlinks */
  brought: Record<string, string>
  /** folders of programs, for PATH */
  path: string[]
  /** for builds and runs */
  environment: Record<string, string>
  /** changes when the toolchain does: part of the build cache's key */
  version: string
}

/** First executable of that name on a PATH. */
export function findProgram(name: string, path: string): string | undefined {
  for (const folder of path.split(':')) {
    const candidate = join(folder === '' ? '.' : folder, name)
    try {
      accessSync(candidate, constants.X_OK)
      if (statSync(candidate).isFile()) return candidate
    } catch {
      continue
    }
  }
  return undefined
}

/** ms for which an answer holds: runs that follow each other closely need not ask a slow version manager each time */
const HOLDS = 30_000
const answers = new Map<string, { at: number; found: FoundToolchain }>()

/** Throws EnvironmentFault with the install command when the toolchain is missing or does not answer. */
export async function findToolchain(toolchain: Toolchain): Promise<FoundToolchain> {
  const key = JSON.stringify(toolchain)
  const answer = answers.get(key)
  if (answer !== undefined && performance.now() - answer.at < HOLDS) return answer.found
  const found = await locate(toolchain)
  answers.set(key, { at: performance.now(), found })
  return found
}

async function locate(toolchain: Toolchain): Promise<FoundToolchain> {
  const brought = bring(toolchain)
  if (toolchain.locate.length > 0) requireProgram(toolchain)
  requireNeeds(toolchain)
  const homes = toolchain.locate.length > 0 ? [await home(toolchain)] : []
  const environment = Object.fromEntries(
    Object.entries(toolchain.env).map(([name, value]) => [
      name,
      value.replaceAll('$CACHE', '/cache').replaceAll('$HOME_DIR', homes[0] ?? ''),
    ]),
  )
  const path = homes.flatMap((folder) => toolchain.paths.map((p) => join(folder, p)))
  const stamped = [...path.map((folder) => join(folder, toolchain.program)), ...Object.values(brought)]
  const stamp = stamped
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((s) => (s === undefined ? '-' : `${s.size}.${s.mtimeMs}`))
  return {
    homes,
    brought,
    path: Object.keys(brought).length > 0 ? [...path, BROUGHT_FOLDER] : path,
    environment,
    version: [...homes, ...stamp].join(' '),
  }
}

function requireProgram({ program, install }: Toolchain): void {
  if (findProgram(program, process.env['PATH'] ?? '') !== undefined) return
  throw new EnvironmentFault(`${program} is not on PATH, and this component is built with it`, { remedy: install })
}

function requireNeeds({ program, needs }: Toolchain): void {
  for (const [name, remedy] of Object.entries(needs)) {
    // Where hosts look: a program that only this PATH has is not there for a build.
    if (findProgram(name, STANDARD_PATH) !== undefined) continue
    throw new EnvironmentFault(`there is no ${name}, which ${program} calls`, {
      why: `none of ${STANDARD_PATH} has it`,
      remedy,
    })
  }
}

async function home(toolchain: Toolchain): Promise<string> {
  const [command, ...args] = toolchain.locate
  const { stdout, stderr, failed } = await execa(command ?? '', args, {
    reject: false,
    timeout: 30_000,
    cwd: '/',
    env: { RUST_BACKTRACE: '0' }, // what rustup says would be lost behind it
  })
  const folder = stdout.trim()
  if (!failed && folder !== '') return realpathSync(folder)
  throw new EnvironmentFault(`"${toolchain.locate.join(' ')}" did not say where the toolchain is`, {
    why: stderr.trim().slice(-300),
    remedy: toolchain.install,
  })
}

function bring({ brought, install }: Toolchain): Record<string, string> {
  const files = brought.map((name): [string, string] => {
    const file = broughtPath(name)
    if (file !== undefined) return [name, realpathSync(file)]
    throw new EnvironmentFault(`${name} was not installed with lab, and this component is built with it`, {
      remedy: install,
    })
  })
  const [library] = toolchainsOutside(librariesIn(readFileSync('/proc/self/maps', 'utf8')))
  if (brought.includes('node') && library !== undefined) {
    throw new EnvironmentFault('the node that lab runs on can not run in hosts, and this component runs on it', {
      why: `${process.execPath} loads ${library}, and hosts show system folders alone`,
      remedy: 'run lab with a node of https://nodejs.org/en/download or of your system',
    })
  }
  return Object.fromEntries(files)
}

/** The shared libraries that a process has mapped: proc_pid_maps(5). */
export function librariesIn(maps: string): string[] {
  const files = maps.split('\n').flatMap((line) => /\s(\/\S.*\.so(?:\.[\d.]+)?)$/.exec(line)?.[1] ?? [])
  return [...new Set(files)]
}
