/** What this machine must have for a throw-away kernel. */
import { existsSync } from 'node:fs'
import { onPath } from '../../on-path.ts'
import { installLine } from '../../packages.ts'
import { Problem } from '../../problem.ts'

export const KERNEL = 'linux.uml'
/** Where Debian's and Ubuntu's package user-mode-linux has them. */
export const MODULES = '/usr/lib/uml/modules'

/** Throws Problem with what mends it. */
export function requireKernel(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Problem({
      what: 'a throw-away kernel runs on Linux on x86_64 alone',
      why: `This machine is ${process.platform} on ${process.arch}.`,
      remedy: 'lab target   shows the others',
    })
  }
  const lacking = [
    ...(onPath(KERNEL) !== undefined && existsSync(MODULES) ? [] : ['user-mode-linux']),
    ...(onPath('modprobe', `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`) === undefined ? ['kmod'] : []),
  ]
  if (lacking.length === 0) return
  throw new Problem({
    what: `${lacking.join(' and ')} ${lacking.length > 1 ? 'are' : 'is'} not installed; a throw-away kernel needs ${lacking.length > 1 ? 'them' : 'it'}`,
    remedy: installLine(
      lacking.map((name) => ({ 'apt-get': name })),
      'only Debian and Ubuntu have the package user-mode-linux; lab target   shows other targets',
    ),
  })
}
