/** Which subjects are tried again though their proof holds: others each day, until all have had their turn. Pure. */

const DAY = 86_400_000

/** The same subjects in another order each day: the day's share comes first. `share` is how many a day. */
export function rotated<T>(all: readonly T[], now: number, share: number): T[] {
  if (all.length === 0) return []
  const start = (Math.floor(now / DAY) * share) % all.length
  return [...all.slice(start), ...all.slice(0, start)]
}
