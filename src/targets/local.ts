/** The target `local`: this Linux machine. Root where the person is root or sudo is needed, else a user namespace. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import type { TargetFacts } from '../protocol/index.ts'
import { onPath } from '../on-path.ts'
import { Problem } from '../problem.ts'
import { entryTo } from './enter.ts'
import { requireWritable } from './cache-folder.ts'
import { meetEngine } from './engine-client.ts'
import { requirePrograms } from './programs.ts'
import { refusal, UNKNOWN_REMEDY, userNamespacesOff } from './refusal.ts'
import type { ConnectOptions, Engine } from './target.ts'

export type Mode = 'root' | 'user-namespace' | 'sudo'

/** Where built components and toolchain caches are kept: the XDG rule, and /var/cache for root. */
export function cacheRoot(environment: NodeJS.ProcessEnv, root: boolean): string {
  const base = environment['XDG_CACHE_HOME']
  if (base !== undefined && base.startsWith('/')) return join(base, 'drydock')
  return root ? '/var/cache/drydock' : join(homedir(), '.cache', 'drydock')
}

/** What can't be read (some kernels answer with an error) tells nothing. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** argv of the engine's launcher: namespaces of its own, and the stream moved off descriptor 1. */
export function launcher(mode: Mode, engine: string[], environment: Record<string, string>): string[] {
  const user = mode === 'user-namespace' ? ['--user', '--map-root-user'] : []
  const unshare = [
    'unshare',
    ...user,
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'private',
  ]
  const inner = [...unshare, '--', 'sh', '-c', 'exec "$0" "$@" 3>&1 1>&2', ...engine]
  if (mode !== 'sudo') return inner
  // sudo resets the environment; the toolchains are found on the person's PATH.
  const kept = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return ['sudo', '--', 'env', ...kept, ...inner]
}

/** How the engine would be started here. Throws Problem when it can't be. */
export function findMode(requires: string[]): Mode {
  if (process.getuid?.() === 0) return 'root'
  const off = userNamespacesOff(readIfThere)
  const needsRoot = requires.includes('root')
  if (!needsRoot && off === undefined) return 'user-namespace'
  if (onPath('sudo') !== undefined) return 'sudo'
  throw new Problem({
    what: needsRoot ? 'this lab needs root on the machine where it runs' : 'hosts can not be made without root here',
    why: off?.why,
    remedy: needsRoot ? 'install sudo, or run lab as root' : off?.remedy,
  })
}

/** Starts an engine on this machine. Throws Problem when it can't be, with what mends it. */
export async function connectLocal(options: ConnectOptions, enginePath: string): Promise<Engine> {
  requirePrograms()
  const mode = findMode(options.requires)
  const cache = cacheRoot(process.env, mode !== 'user-namespace')
  if (mode !== 'sudo') requireWritable(cache)
  const environment = { PATH: process.env['PATH'] ?? '', HOME: homedir() }
  const engine = [process.execPath, enginePath, '--cache', cache]
  const [command = '', ...args] = launcher(mode, engine, environment)
  // Detached, so that Ctrl-C reaches the CLI alone; sudo needs the terminal for its password.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: mode !== 'sudo', cwd: '/' })
  return meetEngine(child, {
    target: 'local',
    describe: (facts) => describe(facts, mode),
    explain: (said) => explain(said, mode),
    onNote: options.onNote ?? (() => undefined),
    entryTo: (place) => entryTo(place, child.pid ?? 0, mode),
  })
}

export const HOW: Record<Mode, string> = {
  root: 'as root',
  'user-namespace': 'in a user namespace, without root',
  sudo: 'root through sudo',
}

function describe(facts: TargetFacts, mode: Mode): string {
  return `this machine (Linux ${facts.kernel.split('.').slice(0, 2).join('.')}, ${HOW[mode]})`
}

/** What a launcher that failed has said, as something to mend. */
function explain(said: string, mode: Mode): Problem {
  const why = said.trim() === '' ? `Linux ${release()} gave no reason` : said.trim().slice(-500)
  if (mode === 'sudo') {
    return new Problem({
      what: 'the engine could not be started through sudo',
      why,
      remedy: 'sudo true, then run the command again',
    })
  }
  const reason = refusal(readIfThere, process.getuid?.() ?? 0)
  return new Problem({
    what: 'this machine did not let the engine make its namespaces',
    why: reason === undefined ? why : `${reason.why}; ${why}`,
    remedy: reason?.remedy ?? UNKNOWN_REMEDY,
  })
}
