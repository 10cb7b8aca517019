/** The target `local`: this Linux machine. Root where the person is root or sudo is needed, else a user namespace. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import type { TargetFacts } from '../protocol/index.ts'
import { onPath } from '../on-path.ts'
import { Problem } from '../problem.ts'
import { entryTo } from './enter.ts'
import { localLacks } from './local-lacks.ts'
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

/**
 * What process 1 of the engine's pid namespace runs: a shell that waits for the engine, and so for every orphan too (node
 * waits for its own children alone, and a zombie keeps the pid namespace of a host from ending). The stream is moved off
 * descriptor 1; the exit at the end keeps shells from executing the engine in their own place.
 */
const REAPER = '"$0" "$@" 3>&1 1>&2; exit $?'

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
  const inner = [...unshare, '--', 'sh', '-c', REAPER, ...engine]
  if (mode !== 'sudo') return inner
  // sudo resets the environment; the toolchains are found on the person's PATH.
  const kept = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return ['sudo', '--', 'env', ...kept, ...inner]
}

/** How the engine would be started here. Throws Problem when it can't be. */
export function findMode(requires: string[]): Mode {
  const off = userNamespacesOff(readIfThere)
  const needsRoot = requires.some((need) => need === 'root' || need === 'cgroup2')
  if (process.getuid?.() === 0) {
    // Root of a container often has no right to mount, but may make a user namespace, in which it has.
    const reduced = !hasSysAdmin(readIfThere('/proc/self/status') ?? '')
    return reduced && !needsRoot && off === undefined ? 'user-namespace' : 'root'
  }
  if (!needsRoot && off === undefined) return 'user-namespace'
  if (onPath('sudo') !== undefined) return 'sudo'
  throw new Problem({
    what: needsRoot ? 'this lab needs root on the machine where it runs' : 'hosts can not be made without root here',
    why: off?.why,
    remedy: needsRoot ? 'install sudo, or run lab as root' : off?.remedy.replace(/^sudo /, 'as root: '),
  })
}

/** CAP_SYS_ADMIN is number 21 of the effective set: capabilities(7), proc(5) CapEff. */
export function hasSysAdmin(status: string): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return mask === undefined || ((BigInt(`0x${mask}`) >> 21n) & 1n) === 1n
}

/** Starts an engine on this machine. Throws Problem when it can't be, with what mends it. */
export async function connectLocal(options: ConnectOptions, enginePath: string): Promise<Engine> {
  requirePrograms()
  const mode = findMode(options.requires)
  const lacking = localLacks(options.requires)
  if (lacking !== undefined) throw new Problem(lacking)
  const cache = cacheRoot(process.env, mode !== 'user-namespace')
  const environment = { PATH: process.env['PATH'] ?? '', HOME: homedir() }
  const engine = [process.execPath, enginePath, ...(options.cache === false ? [] : ['--cache', cache])]
  const [command = '', ...args] = launcher(mode, engine, environment)
  // Detached, so that Ctrl-C reaches the CLI alone; sudo needs the terminal for its password.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: mode !== 'sudo', cwd: '/' })
  return meetEngine(child, {
    target: 'local',
    describe: (facts) => describe(facts, mode),
    explain: (said) => explain(said, mode),
    look: () => stateOf(engineBelow(child.pid)),
    asks: mode === 'sudo',
    onNote: options.onNote ?? (() => undefined),
    entryTo: (place) => entryTo(place, child.pid ?? 0, mode),
  })
}

/** The engine is the last of the line sudo → unshare → sh → engine; undefined where the kernel does not tell. */
function engineBelow(launcher: number | undefined): number | undefined {
  let pid = launcher
  for (let level = 0; level < 5 && pid !== undefined; level += 1) {
    const below = readIfThere(`/proc/${pid}/task/${pid}/children`)?.trim().split(' ')[0]
    if (below === undefined || below === '') break
    pid = Number(below)
    if (readIfThere(`/proc/${pid}/cmdline`)?.split('\0')[1]?.endsWith('engine.cjs') === true) return pid
  }
  return undefined
}

/** What keeps a silent process from speaking, as far as its state tells (proc(5), /proc/pid/stat). */
function stateOf(pid: number | undefined): string | undefined {
  const stat = pid === undefined ? undefined : readIfThere(`/proc/${pid}/stat`)
  const state = stat?.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  if (state === 'T') return `process ${pid} was stopped by a signal`
  if (state === 'D') return `process ${pid} waits for a disk`
  return state === undefined ? undefined : `process ${pid} is in state ${state}`
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
  if (mode === 'sudo') return explainSudo(why)
  const reason = refusal(readIfThere, process.getuid?.() ?? 0)
  return new Problem({
    what: 'this machine did not let the engine make its namespaces',
    why: reason === undefined ? why : `${reason.why}; ${why}`,
    remedy: reason?.remedy ?? UNKNOWN_REMEDY,
  })
}

/** What sudo says in English, and what mends it: https://www.sudo.ws, the messages of sudo(8) and sudoers(5). */
export function explainSudo(said: string): Problem {
  const off = userNamespacesOff(readIfThere)
  const because = off === undefined ? '' : `; root is needed since ${off.why}`
  const other = off === undefined ? '' : `, or let it run without root: ${off.remedy}`
  const remedy = /terminal is required|password is required|no tty present|no askpass/i.test(said)
    ? `run lab on a terminal, where sudo can ask for the password, or run it as root${other}`
    : /not in the sudoers|may not run sudo|not allowed to (execute|run)/i.test(said)
      ? `let an administrator allow it in sudoers, or run lab as root${other}`
      : `sudo true   shows what is wrong with it; or run lab as root${other}`
  return new Problem({ what: 'the engine could not be started through sudo', why: `${said}${because}`, remedy })
}
