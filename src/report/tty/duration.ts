/** Times as a person says them. */

/** 41 ms, 0.6 s, 12 s, 2 min 5 s, 3 h 20 min */
export function duration(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return workTime(ms)
}

/** Time spent on a lab; seconds are not worth knowing: `< 1 min`, `25 min`, `3 h 20 min`. */
export function workTime(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return '< 1 min'
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** A moment of a check's timeline: always ms below 10 s, so that two of them can be compared. */
export function moment(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** `3 minutes ago`; a clock that went back gives `just now`. */
export function ago(ms: number): string {
  for (const [unit, size] of UNITS) {
    const count = Math.floor(ms / size)
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`
  }
  return ms < 10_000 ? 'just now' : 'less than a minute ago'
}
