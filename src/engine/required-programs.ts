/** The programs with which hosts are made, looked for once at start: each of them would else be missed in a place of its own. */
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { findProgram } from './toolchain.ts'

/** Package of Debian and Ubuntu by program; other distributions have most of these in util-linux, too. */
const PACKAGES: Record<string, string> = {
  ...from('util-linux', ['unshare', 'nsenter', 'setpriv', 'prlimit', 'pivot_root']),
  ...from('mount', ['mount', 'umount']),
  ...from('coreutils', ['cat', 'chmod', 'chown', 'cp', 'env', 'mkfifo', 'rm', 'true']),
  ...from('findutils', ['find']),
  ...from('dash', ['sh']),
}

function from(name: string, programs: string[]): Record<string, string> {
  return Object.fromEntries(programs.map((program) => [program, name]))
}

/** Throws EnvironmentFault with the packages of those that are missing. */
export function requirePrograms(path = ''): void {
  const missing = Object.keys(PACKAGES).filter((program) => findProgram(program, path) === undefined)
  if (missing.length === 0) return
  const packages = [...new Set(missing.map((program) => PACKAGES[program] ?? program))]
  throw new EnvironmentFault(
    `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not on PATH; hosts are made with ${missing.length === 1 ? 'it' : 'them'}`,
    { why: `PATH is ${path}`, remedy: `sudo apt-get install ${packages.join(' ')}   (Debian, Ubuntu)` },
  )
}
