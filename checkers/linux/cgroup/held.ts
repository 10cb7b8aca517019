/** A fault: who forks is held for a while, and the child goes on meanwhile. */
import { readFileSync } from 'node:fs'
import { installLine, packagesOf } from '../../../src/packages.ts'
import type { CheckContext, Running } from '../../kit/index.ts'
import { EnvironmentFault } from '../../kit/outcome.ts'
import { childrenOf, isGone, statOf } from '../../kit/procfs.ts'
import { ended, isOver } from './slice.ts'

const FORKS = '?fork,?vfork,clone,?clone3'

/** What strace writes of a fork: `12 clone(…) = 13 (DELAYED)`, or `12 <... clone resumed>) = 13 (DELAYED)`. */
const FORKED = /\b(?:v?fork|clone3?)\b.* = [1-9]\d*(?: \(DELAYED\))?$/

/**
 * Words before a command: each of its processes and threads that forks is held for `ms` on its way out of fork(2), vfork(2),
 * clone(2) or clone3(2), and the child is not (strace(1), "Tampering", delay_exit). So a child that waits for nobody is first,
 * however short the time would be in which its parent acts. strace writes into `log`, a path of the host.
 */
export const heldInFork = (ms: number, log: string): string[] =>
  ['strace', '-f', '--seccomp-bpf', '-qq', '-o', log, '-e', `trace=execve,${FORKS}`].concat(
    '-e',
    `inject=${FORKS}:delay_exit=${Math.round(ms * 1000)}`,
  )

/** The pid of the program that strace follows, its child; undefined until strace has executed it. strace forks others before. */
export const tracedBy = ({ pid }: Running): number | undefined =>
  pid === undefined ? undefined : childrenOf(pid).find((child) => ![undefined, 'strace'].includes(statOf(child)?.comm))

/** Throws EnvironmentFault when strace has not followed the program, or has not held it although it forked. */
export async function requireHeld({ host }: Pick<CheckContext, 'host'>, program: Running, log: string): Promise<void> {
  const lines = linesOf(host.path(log))
  const forks = lines.filter((line) => FORKED.test(line))
  if (lines.length > 0 && (forks.length === 0 || forks.some((line) => line.endsWith('(DELAYED)')))) return
  if (isOver(program)) await program.exited // and all that it said is here
  const said = program.output.texts('err').at(-1)
  throw new EnvironmentFault(lines.length === 0 ? 'strace could not follow cg' : 'strace held nobody who forked', {
    why: `${ended(program)}${said === undefined ? '' : `, and said: ${said}`}`,
    remedy: installLine([packagesOf('strace')], 'install strace, your system’s package'),
  })
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}
