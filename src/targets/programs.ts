/** The programs that the engine and its hosts are made with. */
import { realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { onPath } from '../on-path.ts'
import { installLine, packagesOf } from '../packages.ts'
import { Problem } from '../problem.ts'

/** Those of util-linux; BusyBox has some under the same names, without the options that are needed. */
const UTIL_LINUX = [
  'unshare',
  'nsenter',
  'setpriv',
  'mount',
  'umount',
  'pivot_root',
  'prlimit',
  'script',
  'chrt',
  'taskset',
] as const

export const PROGRAMS = [...UTIL_LINUX, 'mkfifo'] as const

/** Where the engine looks too: an ordinary user's PATH may lack these. */
const SYSTEM = '/usr/local/sbin:/usr/sbin:/sbin'

/** Which of them this machine lacks; a BusyBox program counts as lacking. */
export function missingPrograms(path: string = process.env['PATH'] ?? ''): string[] {
  return PROGRAMS.filter((name) => {
    const found = onPath(name, `${path}:${SYSTEM}`)
    if (found === undefined) return true
    return UTIL_LINUX.some((one) => one === name) && basename(realpathSync(found)).startsWith('busybox')
  })
}

/** Where a system keeps its programs. */
const STANDARD = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

/** Only some checks need these: a check that does says so itself. */
const OF_CHECKS: readonly string[] = ['script', 'chrt', 'taskset']

/** Throws Problem when one that every host needs is lacking, with what installs them all. */
export function requirePrograms(missing: readonly string[] = missingPrograms()): void {
  const needed = missing.filter((name) => !OF_CHECKS.includes(name))
  if (needed.length === 0) return
  const [are, them] = needed.length > 1 ? ['are', 'them'] : ['is', 'it']
  const elsewhere = needed.map((name) => onPath(name, STANDARD.join(':')))
  if (elsewhere.every((path) => path !== undefined)) {
    throw new Problem({
      what: `${needed.join(', ')} ${are} not on PATH; hosts are made with ${them}`,
      why: `${elsewhere[0] ?? ''} exists, and PATH is ${JSON.stringify(process.env['PATH'] ?? '')}.`,
      remedy: `export PATH="$PATH:${STANDARD.join(':')}"`,
    })
  }
  throw new Problem({
    what: `${needed.join(', ')} ${are} not on PATH; hosts are made with ${them}`,
    why: 'The programs of util-linux are needed; those of BusyBox lack options.',
    remedy: installLine(missing.map(packagesOf), 'install util-linux, your system’s package'),
  })
}
