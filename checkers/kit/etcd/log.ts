/** What an etcd says about its own end: its log holds one JSON object a line (zap). Pure. */

interface Entry {
  level: string
  text: string
}

/** etcd's words for an error that this machine has made, by what is found in them. */
const FULL = /no space left on device|database space exceeded/
const TAKEN = /address already in use/

function parse(line: string): Entry | undefined {
  try {
    const { level, msg, error } = JSON.parse(line) as Record<string, unknown>
    if (typeof level !== 'string' || typeof msg !== 'string') return undefined
    return { level, text: typeof error === 'string' ? `${msg}: ${error}` : msg }
  } catch {
    // A panic of Go is no JSON: its first line says what it was.
    return /^(?:panic|fatal error): /.test(line) ? { level: 'panic', text: line } : undefined
  }
}

const BAD = ['error', 'dpanic', 'panic', 'fatal']

/** The last thing that went wrong, in etcd's words; undefined when it complained of nothing. */
export function lastComplaint(log: string): string | undefined {
  const entries = log.split('\n').flatMap((line) => parse(line) ?? [])
  return entries.findLast(({ level }) => BAD.includes(level))?.text
}

/** What mends it, where the machine and not etcd has to be mended. */
export function remedyFor(complaint: string | undefined): string | undefined {
  if (complaint === undefined) return undefined
  if (FULL.test(complaint)) return 'free some memory or disk space, then run lab check again'
  if (TAKEN.test(complaint)) return 'run lab check again; a program of the same host has the port that etcd needs'
  return undefined
}

/** The releases that this kit has been tried with. */
const KNOWN = ['3.4', '3.5', '3.6']

/** `3.4` of `3.4.23`; undefined when it is none that we know. */
export function knownRelease(version: string): string | undefined {
  const release = /^(\d+\.\d+)\.\d+/.exec(version)?.[1]
  return release !== undefined && KNOWN.includes(release) ? release : undefined
}

export const KNOWN_RELEASES = KNOWN.join(', ')
