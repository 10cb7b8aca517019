/** Finds a process by the pid that it has in an engine's own pid namespace. */
import { readdirSync, readFileSync } from 'node:fs'

interface Seen {
  pid: number
  ppid: number
  /** its pid in each namespace, this one's first: proc(5), /proc/pid/status, NSpid */
  nspids: number[]
}

/** Parses the three lines of /proc/PID/status that matter; undefined when one is missing. */
export function parseStatus(status: string): Seen | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]
  const [pid, ppid, nspid] = [field('Pid'), field('PPid'), field('NSpid')]
  if (pid === undefined || ppid === undefined || nspid === undefined) return undefined
  return { pid: Number(pid), ppid: Number(ppid), nspids: nspid.trim().split(/\s+/).map(Number) }
}

/**
 * The pid, seen from here, of the process that has pid `inside` in the namespace whose process 1 is a descendant of
 * `launcher`. Undefined when there is none any more.
 */
export function pidFromInside(
  launcher: number,
  inside: number,
  all: readonly Seen[] = processes(),
): number | undefined {
  const family = new Set([launcher])
  for (let before = 0; before !== family.size;) {
    before = family.size
    for (const { pid, ppid } of all) if (family.has(ppid)) family.add(pid)
  }
  const members = all.filter(({ pid }) => family.has(pid))
  const own = all.find(({ pid }) => pid === launcher)?.nspids.length ?? 1
  // The engine's namespace is one level below its launcher's; hosts have namespaces below that one.
  return members.find(({ nspids }) => nspids.length > own && nspids[own] === inside)?.pid
}

function processes(): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      } catch {
        return [] // it has ended meanwhile
      }
    })
}
