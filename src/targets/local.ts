/** The target `local`: this Linux machine. Root where the person is root or sudo is needed, else a user namespace. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import type { TargetFacts } from '../protocol/index.ts'
import { Problem } from '../problem.ts'
import { meetEngine } from './engine-client.ts'
import type { ConnectOptions, Engine } from './target.ts'

export type Mode = 'root' | 'user-namespace' | 'sudo'

/** Where built components and toolchain caches are kept: the XDG rule, and /var/cache for root. */
export function cacheRoot(environment: NodeJS.ProcessEnv, root: boolean): string {
  const base = environment['XDG_CACHE_HOME']
  if (base !== undefined && base.startsWith('/')) return join(base, 'drydock')
  return root ? '/var/cache/drydock' : join(homedir(), '.cache', 'drydock')
}

/** Why an ordinary user may not make user namespaces here, or undefined when the kernel's switches allow it. */
export function userNamespacesOff(
  read: (path: string) => string | undefined,
): { why: string; remedy: string } | undefined {
  const value = (path: string): string | undefined => read(path)?.trim()
  if (value('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return {
      why: 'AppArmor restricts unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns = 1)',
      remedy: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    }
  }
  if (value('/proc/sys/kernel/unprivileged_userns_clone') === '0') {
    return {
      why: 'the kernel forbids unprivileged user namespaces (kernel.unprivileged_userns_clone = 0)',
      remedy: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
    }
  }
  if (value('/proc/sys/user/max_user_namespaces') === '0') {
    return {
      why: 'no user namespace may be made (user.max_user_namespaces = 0)',
      remedy: 'sudo sysctl -w user.max_user_namespaces=10000',
    }
  }
  return undefined
}

const readIfThere = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

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

function findMode(requires: string[]): Mode {
  if (process.getuid?.() === 0) return 'root'
  const off = userNamespacesOff(readIfThere)
  const needsRoot = requires.includes('root')
  if (!needsRoot && off === undefined) return 'user-namespace'
  if (onPath('sudo')) return 'sudo'
  throw new Problem({
    what: needsRoot ? 'this lab needs root on the machine where it runs' : 'hosts can not be made without root here',
    why: off?.why,
    remedy: needsRoot ? 'install sudo, or run lab as root' : off?.remedy,
  })
}

/** Where a system keeps its programs. */
const STANDARD = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)))

/** Starts an engine on this machine. Throws Problem when it can't be, with what mends it. */
export async function connectLocal(options: ConnectOptions, enginePath: string): Promise<Engine> {
  for (const [program, install] of [
    ['unshare', 'apt-get install util-linux'],
    ['nsenter', 'apt-get install util-linux'],
    ['setpriv', 'apt-get install util-linux'],
    ['mount', 'apt-get install mount'],
  ] as const) {
    if (onPath(program)) continue
    const folder = STANDARD.find((folder) => existsSync(join(folder, program)))
    throw new Problem({
      what: `${program} is not on PATH; hosts are made with it`,
      why: folder && `It is in ${folder}, and PATH is ${JSON.stringify(process.env['PATH'] ?? '')}.`,
      remedy: folder ? `export PATH="$PATH:${STANDARD.join(':')}"` : install,
    })
  }
  const mode = findMode(options.requires)
  const environment = { PATH: process.env['PATH'] ?? '', HOME: homedir() }
  const engine = [process.execPath, enginePath, '--cache', cacheRoot(process.env, mode !== 'user-namespace')]
  const [command = '', ...args] = launcher(mode, engine, environment)
  // Detached, so that Ctrl-C reaches the CLI alone; sudo needs the terminal for its password.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: mode !== 'sudo', cwd: '/' })
  return meetEngine(child, {
    target: 'local',
    describe: (facts) => describe(facts, mode),
    explain: (said) => explain(said, mode),
    onNote: options.onNote ?? (() => undefined),
  })
}

const HOW: Record<Mode, string> = {
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
  const remedy =
    mode === 'root'
      ? 'in a container, start it with --privileged; else run lab on the machine itself'
      : (userNamespacesOff(readIfThere)?.remedy ?? 'run lab as root, or on a machine that allows user namespaces')
  return new Problem({ what: 'this machine did not let the engine make its namespaces', why, remedy })
}
