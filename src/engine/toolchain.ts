/** Finds a track's toolchain where it really is: a Go under /usr/local, a Python under a home, a Rust of rustup. */
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Toolchain } from '../protocol/index.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { STANDARD_PATH } from './workplace.ts'

export interface FoundToolchain {
  /** its folder, without symlinks */
  home: string
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
  const path = process.env['PATH'] ?? ''
  if (findProgram(toolchain.program, path) === undefined) {
    throw new EnvironmentFault(`${toolchain.program} is not on PATH, and this component is built with it`, {
      remedy: toolchain.install,
    })
  }
  for (const [name, remedy] of Object.entries(toolchain.needs)) {
    // Where hosts look: a program that only this PATH has is not there for a build.
    if (findProgram(name, STANDARD_PATH) === undefined) {
      throw new EnvironmentFault(`there is no ${name}, which ${toolchain.program} calls`, {
        why: `none of ${STANDARD_PATH} has it`,
        remedy,
      })
    }
  }
  const [command, ...args] = toolchain.locate
  const { stdout, stderr, failed } = await execa(command ?? '', args, {
    reject: false,
    timeout: 30_000,
    cwd: '/',
    env: { RUST_BACKTRACE: '0' }, // what rustup says would be lost behind it
  })
  const folder = stdout.trim()
  if (failed || folder === '') {
    throw new EnvironmentFault(`"${toolchain.locate.join(' ')}" did not say where the toolchain is`, {
      why: stderr.trim().slice(-300),
      remedy: toolchain.install,
    })
  }
  const home = realpathSync(folder)
  const environment = Object.fromEntries(
    Object.entries(toolchain.env).map(([name, value]) => [
      name,
      value.replaceAll('$CACHE', '/cache').replaceAll('$HOME_DIR', home),
    ]),
  )
  const stamp = toolchain.paths
    .map((p) => join(home, p, toolchain.program))
    .map((p) => statSync(p, { throwIfNoEntry: false }))
  const version = `${home} ${stamp.map((s) => (s === undefined ? '-' : `${s.size}.${s.mtimeMs}`)).join(' ')}`
  return { home, path: toolchain.paths.map((p) => join(home, p)), environment, version }
}
