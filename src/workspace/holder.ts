/**
 * Who holds a lock, and whether it still lives. A pid alone does not tell: it may have been given to another process
 * since, it means something else in another pid namespace or on another machine that shares the folder, and a killed
 * process that nobody has waited for still has one.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { errno } from '../course/file-problem.ts'

export interface Holder {
  pid: number
  host: string
  /** of the running kernel; '' where there is none (macOS) */
  boot: string
  /** the pid namespace; '' where there is none */
  pidns: string
  /** Linux: clock ticks since boot (field 22 of /proc/PID/stat); macOS: ms since 1970 */
  start: number
  /** of this acquisition: a process may hold several locks, and one lock several times */
  nonce: string
}

/** `unknown`: it can't be probed from here. */
export type Life = 'live' | 'dead' | 'unknown'

/** A process of this machine as it shows itself now. */
export interface Seen {
  start: number
  /** killed, and only its exit code is left */
  gone: boolean
}

/** macOS tells start times in seconds, and ours is taken a moment after the process began, ms. */
const START_TOLERANCE = 2_500

export function thisProcess(nonce: string): Holder {
  return { pid: process.pid, host: hostname(), boot: bootId(), pidns: pidNamespace(), start: ownStart(), nonce }
}

export function lifeOf(holder: Holder, self: Holder, seen: (pid: number) => Seen | undefined | 'unknown' = look): Life {
  if (holder.boot !== self.boot) {
    const restarted = holder.host === self.host && holder.boot !== '' && self.boot !== ''
    return restarted ? 'dead' : 'unknown'
  }
  if (holder.boot === '' && holder.host !== self.host) return 'unknown'
  if (holder.pidns !== self.pidns) return 'unknown'
  const process = seen(holder.pid)
  if (process === 'unknown') return 'live'
  if (process === undefined || process.gone) return 'dead'
  const tolerance = holder.boot === '' ? START_TOLERANCE : 0
  return Math.abs(process.start - holder.start) <= tolerance ? 'live' : 'dead'
}

/** Looks at a process: undefined when there is none, `unknown` when there is one that does not tell. */
export function look(pid: number): Seen | undefined | 'unknown' {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errno(error) === 'ESRCH') return undefined // EPERM: it lives, as somebody else's
  }
  return process.platform === 'linux' ? lookInProc(pid) : lookWithPs(pid)
}

function lookInProc(pid: number): Seen | undefined | 'unknown' {
  try {
    return parseStat(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'))
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errno(error) ?? '')) return 'unknown' // hidepid, or gone just now
    throw error
  }
}

/**
 * proc(5), /proc/PID/stat. The name in brackets may hold spaces and brackets itself. A zombie whose other threads have
 * not ended yet may still be writing, so it counts as gone only when it is alone.
 */
export function parseStat(stat: string): Seen | 'unknown' {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, threads, start] = [fields[0], Number(fields[17]), Number(fields[19])]
  if (state === undefined || !Number.isFinite(start)) return 'unknown'
  return { start, gone: state === 'X' || (state === 'Z' && threads <= 1) }
}

function lookWithPs(pid: number): Seen | undefined | 'unknown' {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    return parsePs(
      execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env, encoding: 'utf8', stdio: 'pipe' }),
    )
  } catch (error) {
    // ps exits with 1 when there is no such process; without ps it can't be told
    return error instanceof Error && 'status' in error && error.status === 1 ? undefined : 'unknown'
  }
}

/** The line of `ps -o stat=,lstart=` with LC_ALL=C and TZ=UTC: `Ss   Sat Nov 21 03:47:23 2026`. */
export function parsePs(line: string): Seen | 'unknown' {
  const match = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(line)
  const start = match ? Date.parse(`${match[2] ?? ''} UTC`) : NaN
  return match && Number.isFinite(start) ? { start, gone: match[1]?.startsWith('Z') ?? false } : 'unknown'
}

export function parseHolder(text: string): Holder | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // cut off by a power loss, or a file that is not ours
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { pid, host, boot, pidns, start, nonce } = value as Record<string, unknown>
  const right =
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid > 0 &&
    typeof start === 'number' &&
    typeof host === 'string' &&
    typeof boot === 'string' &&
    typeof pidns === 'string' &&
    typeof nonce === 'string'
  return right ? { pid, host, boot, pidns, start, nonce } : undefined
}

function bootId(): string {
  return process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() : ''
}

function pidNamespace(): string {
  return process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : ''
}

function ownStart(): number {
  const seen = process.platform === 'linux' ? lookInProc(process.pid) : undefined
  return typeof seen === 'object' ? seen.start : performance.timeOrigin
}
