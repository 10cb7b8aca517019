/** Commands in the VM, over the one connection that Lima's ssh.config keeps open (ControlMaster). */
import { execa } from 'execa'
import { Problem } from '../../problem.ts'
import type { VmPlace } from './place.ts'

/** s until sshd of a VM that boots or is busy has to answer */
const CONNECT = 20

/** argv that runs a command in the VM. ssh hands the words to a shell, so they are joined and quoted for it. */
export function sshArgv({ name, sshConfig }: VmPlace, command: readonly string[], options: string[] = []): string[] {
  const patience = ['-o', `ConnectTimeout=${CONNECT}`, '-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3']
  return ['ssh', '-F', sshConfig, ...patience, ...options, `lima-${name}`, '--', command.map(quoted).join(' ')]
}

/** A word as the shell in the VM needs it. */
export const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

export interface InVm {
  code: number | undefined
  stdout: string
  stderr: string
}

/** The VM did not answer, or the way to it broke: another connection may mend it, or `diagnose` says why not. */
export class Unreachable extends Problem {
  constructor(why: string) {
    super({ what: 'the VM can not be reached', why, remedy: 'lab vm up' })
  }
}

/** ssh(1): it exits with 255 when it could not connect, or the connection broke. */
export const BROKEN = 255

/**
 * Runs a command in the VM to its end. Throws Unreachable; a command that fails is the caller's to judge. `timeout`: ms.
 */
export async function inVm(
  place: VmPlace,
  command: readonly string[],
  { input, timeout = 60_000 }: { input?: string | Uint8Array; timeout?: number } = {},
): Promise<InVm> {
  const [program = '', ...args] = sshArgv(place, command)
  const options = {
    reject: false,
    timeout,
    cwd: '/',
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  }
  const done = await execa(program, args, options)
  if (done.timedOut || done.exitCode === BROKEN || done.exitCode === undefined) {
    throw new Unreachable(
      done.timedOut ? `no answer within ${timeout / 1000} s` : (done.stderr ?? '').trim().slice(-300),
    )
  }
  return { code: done.exitCode, stdout: done.stdout ?? '', stderr: done.stderr ?? '' }
}

/** Ends the connection that is kept open: after a snapshot it hangs while it looks alive. */
export async function endMaster({ name, sshConfig }: VmPlace): Promise<void> {
  await execa('ssh', ['-F', sshConfig, '-O', 'exit', `lima-${name}`], { reject: false, timeout: 10_000, cwd: '/' })
}
