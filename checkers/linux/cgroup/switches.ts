/** How often a program was on a processor: each time that it wakes up it has to leave it again. */
import { readdirSync } from 'node:fs'
import { isGone, readProc } from '../../kit/procfs.ts'

export function allThreads(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/**
 * Switches of all its threads, those that they asked for and those that they did not: proc(5), /proc/pid/status. One that
 * computes all the time is switched too, by whatever else wants the processor.
 */
export function switchesOf(pid: number): number {
  return allThreads(pid)
    .map((thread) => readProc(pid, `task/${thread}/status`) ?? '')
    .flatMap((status) => [...status.matchAll(/^(?:non)?voluntary_ctxt_switches:\s*(\d+)$/gm)])
    .reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Processor time of a program so far, ms: proc(5), utime and stime of /proc/pid/stat, in ticks of 10 ms. */
export function computed(pid: number): number {
  const stat = readProc(pid, 'stat') ?? ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
