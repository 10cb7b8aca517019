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

/** Throws Problem when one is lacking, with what installs them all. */
export function requirePrograms(missing: readonly string[] = missingPrograms()): void {
  if (missing.length === 0) return
  throw new Problem({
    what: `${missing.join(', ')}: not on PATH, and hosts are made with ${missing.length > 1 ? 'them' : 'it'}`,
    why: 'The programs of util-linux are needed; those of BusyBox lack options.',
    remedy: installLine(missing.map(packagesOf), 'install util-linux, your system’s package'),
  })
}
