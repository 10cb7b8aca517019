/** What the kernel says about processes: parsers for /proc, pure, and the thin readers beside them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface ProcessStat {
  pid: number
  comm: string
  /** R S D T Z …, proc(5) */
  state: string
  ppid: number
  pgrp: number
  session: number
  /** foreground process group of its terminal, -1 without one */
  tpgid: number
  /** clock ticks since boot */
  startTime: number
}

/** One line of /proc/PID/stat. comm may hold spaces and parentheses: it ends at the last `)` (proc(5), /proc/pid/stat). */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const rest = text.slice(close + 2).split(' ')
  const number = (index: number): number => Number(rest[index])
  const [state] = rest
  if (state === undefined || rest.length < 20) return undefined
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    state,
    ppid: number(1),
    pgrp: number(2),
    session: number(3),
    tpgid: number(5),
    startTime: number(19),
  }
}

/** The signal sets of /proc/PID/status, as sets of signal numbers. */
export interface SignalSets {
  /** sent to the process and not yet taken: SigPnd of the thread and ShdPnd of the process */
  pending: ReadonlySet<number>
  blocked: ReadonlySet<number>
  ignored: ReadonlySet<number>
  caught: ReadonlySet<number>
}

/** A mask such as `0000000000004002`: bit N-1 stands for signal N. */
export function parseMask(hex: string): Set<number> {
  const bits = BigInt(`0x${hex}`)
  const numbers = new Set<number>()
  for (let n = 1; n <= 64; n += 1) if ((bits >> BigInt(n - 1)) & 1n) numbers.add(n)
  return numbers
}

export function parseSignalSets(status: string): SignalSets {
  const mask = (name: string): Set<number> =>
    parseMask(new RegExp(`^${name}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0')
  return {
    pending: new Set([...mask('SigPnd'), ...mask('ShdPnd')]),
    blocked: mask('SigBlk'),
    ignored: mask('SigIgn'),
    caught: mask('SigCgt'),
  }
}

/** Reads a file of a process; undefined when the process is gone (ENOENT, ESRCH) or may not be read (EACCES). */
export function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Reads a link of a process, for example `exe` or `ns/pid`; undefined as with readProc. */
export function readProcLink(pid: number, link: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/${link}`)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

export function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES'
}

export function statOf(pid: number): ProcessStat | undefined {
  const text = readProc(pid, 'stat')
  return text === undefined ? undefined : parseStat(text)
}

export function signalSetsOf(pid: number): SignalSets | undefined {
  const text = readProc(pid, 'status')
  return text === undefined ? undefined : parseSignalSets(text)
}

/** The pid that the process has in its own pid namespace: the last of NSpid (proc(5), /proc/pid/status). */
export function pidInside(pid: number): number | undefined {
  const match = /^NSpid:\s*(.*)$/m.exec(readProc(pid, 'status') ?? '')
  const last = match?.[1]?.trim().split(/\s+/).at(-1)
  return last === undefined ? undefined : Number(last)
}

/** All process ids that this pid namespace sees. */
export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/**
 * Its children, oldest first: those that its threads started, and orphans that it got.
 * From /proc/PID/task/TID/children; where the kernel lacks that (CONFIG_PROC_CHILDREN), by asking every process.
 */
export function childrenOf(parent: number): number[] {
  let tasks: string[]
  try {
    tasks = readdirSync(`/proc/${parent}/task`)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
  const lists = tasks.map((task) => readProc(parent, `task/${task}/children`))
  if (lists[0] === undefined) return allPids().filter((pid) => statOf(pid)?.ppid === parent)
  const children = lists.flatMap((list) => (list ?? '').split(' ').filter(Boolean).map(Number))
  if (children.length < 2) return children
  // Each thread has a list of its own, so the lists together are not in order of age; nor are pids, which wrap.
  return children
    .flatMap((pid) => statOf(pid) ?? [])
    .sort((a, b) => a.startTime - b.startTime || a.pid - b.pid)
    .map(({ pid }) => pid)
}

/** The states of a process's threads (proc(5), /proc/pid/task/tid/stat); empty when it is gone. */
export function threadStates(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(
      (task) => parseStat(readProc(pid, `task/${task}/stat`) ?? '')?.state ?? [],
    )
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** Processes in one pid namespace, named as `readlink /proc/PID/ns/pid` prints it. */
export function processesOf(namespace: string): ProcessStat[] {
  return allPids().flatMap((pid) => {
    if (readProcLink(pid, 'ns/pid') !== namespace) return []
    return statOf(pid) ?? []
  })
}
