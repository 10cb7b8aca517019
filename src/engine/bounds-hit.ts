/** What the kernel did to a host because of its bounds, as its cgroups tell: cgroup v2 and v1. */
import { readFileSync } from 'node:fs'
import type { Amounts } from './bounds.ts'

export interface BoundsHit {
  /** processes that the kernel ended for want of memory */
  killed: number
  /** forks that it refused */
  refused: number
}

/**
 * The file and the field of each count. v2: "memory.events", "pids.events" in the kernel's cgroup-v2.rst; v1: oom_kill in
 * memory.oom_control (since Linux 4.13), and pids.events (since 4.9).
 */
const COUNTS = [
  ['killed', 'memory.events', 'oom_kill'],
  ['killed', 'memory.oom_control', 'oom_kill'],
  ['refused', 'pids.events', 'max'],
] as const

/** Reads the counts; 0 where a cgroup has none. To be called before the cgroups are removed. */
export function readBoundsHit(cgroups: string[]): BoundsHit {
  const hit: BoundsHit = { killed: 0, refused: 0 }
  for (const cgroup of cgroups) {
    for (const [what, file, field] of COUNTS) hit[what] += countIn(readIfThere(`${cgroup}/${file}`), field)
  }
  return hit
}

/** A count of a flat keyed file. */
export const countIn = (text: string, field: string): number =>
  Number(new RegExp(`^${field} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
}

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 'es'}`

/** The same in words, about `whose` bounds: "the host's". */
export function describeBoundsHit(hit: BoundsHit, amounts: Amounts, whose: string): string[] {
  const memory = `${amounts.memory / 2 ** 20} MiB`
  return [
    ...(hit.killed === 0
      ? []
      : [`${whose} memory bound of ${memory} was reached; the kernel ended ${plural(hit.killed, 'process')} of it`]),
    ...(hit.refused === 0
      ? []
      : [
          `${whose} bound of ${amounts.processes} processes was reached; the kernel refused ` +
            (hit.refused === 1 ? 'one more' : `to make more, ${hit.refused} times`),
        ]),
  ]
}
