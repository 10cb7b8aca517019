/** What a lab may require and this machine does not offer, as far as that can be told without starting an engine. */
import { readFileSync } from 'node:fs'
import type { ProblemText } from '../problem.ts'

/** Those that labs about cgroups use: as in src/engine/facts.ts. */
const CONTROLLERS = ['cpu', 'memory', 'pids']

/** Undefined where nothing is known to be lacking: the engine looks at the rest. */
export function localLacks(
  requires: readonly string[],
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): ProblemText | undefined {
  const remedy = 'lab target auto   takes another target that offers it, where there is one'
  if (requires.includes('clock')) {
    const why = 'Its clock is the clock of everything that runs on it.'
    return { what: 'checks may not move the clock of this machine', why, remedy }
  }
  if (!requires.includes('cgroup2')) return undefined
  let has: string[] = []
  try {
    has = read('/sys/fs/cgroup/cgroup.controllers').trim().split(' ')
  } catch {
    // Nothing is mounted there, or cgroup v1.
  }
  const lacking = CONTROLLERS.filter((name) => !has.includes(name))
  if (lacking.length === 0) return undefined
  const what = `this machine has no cgroup v2 with ${lacking.join(', ')}`
  return { what, why: 'They are with cgroup v1, or taken away from this container.', remedy }
}
