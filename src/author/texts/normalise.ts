/** A failure text as it is compared: what differs from run to run is replaced by a word for it. Pure. */
import type { Failure } from '../../protocol/index.ts'

/** What every text may hold: times, pids, factors, descriptors' paths, temporary folders, seeds. In this order. */
const ALWAYS: readonly [RegExp, string][] = [
  [/×\d+(?:\.\d+)?/g, '×N'],
  [/\b\d+(?:\.\d+)? (?:ms|µs|s|min)\b/g, 'TIME'],
  // In a timeline, times end in one column: those from 10 s on have one space less before them.
  [/^ +TIME\b/gm, '   TIME'],
  [/\bpids? \d+(?:, \d+)*/g, 'pid PID'],
  [/\/proc\/\d+\//g, '/proc/PID/'],
  [/\/tmp\/[\w./-]+/g, '/tmp/PATH'],
  [/\bseed [0-9a-f-]+/g, 'seed SEED'],
]

/** `varies` are the check's own: each group of a match is a number that differs. */
export function normalise(text: string, varies: readonly RegExp[] = []): string {
  const own = varies.reduce((so, pattern) => so.replace(new RegExp(pattern.source, 'gd'), blankGroups), text)
  return ALWAYS.reduce((so, [pattern, word]) => so.replace(pattern, word), own)
}

/** Replaces each group of one match by N. */
function blankGroups(match: string, ...rest: unknown[]): string {
  const at = rest.findIndex((value) => typeof value === 'number')
  const groups = rest.slice(0, at).filter((group): group is string => typeof group === 'string')
  let from = 0
  let out = ''
  for (const group of groups) {
    const found = match.indexOf(group, from)
    out += `${match.slice(from, found)}N`
    from = found + group.length
  }
  return out + match.slice(from)
}

export const normalised = ({ expected, observed }: Failure, varies: readonly RegExp[]): Failure => ({
  expected: normalise(expected, varies),
  observed: normalise(observed, varies),
})
