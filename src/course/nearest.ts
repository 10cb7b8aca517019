/** "Did you mean": the nearest name to a mistyped one. */

/** The name with the fewest edits from `name`, when these are at most a third of its length (at least two). */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of names) {
    const distance = levenshtein(name.toLowerCase(), candidate.toLowerCase())
    // A name of which nothing is left is no nearer than any other.
    if (distance < least && distance < Math.max(name.length, 1)) [best, least] = [candidate, distance]
  }
  return best
}

/** Insertions, deletions and substitutions that turn `a` into `b`. */
export function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
