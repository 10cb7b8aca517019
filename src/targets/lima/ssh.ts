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

export interface InVmOptions {
  input?: string | Uint8Array
  /** ms */
  timeout?: number
  /** through a connection of its own, and not the one that is kept open */
  apart?: boolean
  /** ends it: nobody waits for it any more */
  signal?: AbortSignal
}

/** Runs a command in the VM to its end. Throws Unreachable; a command that fails is the caller's to judge. */
export async function inVm(
  place: VmPlace,
  command: readonly string[],
  { input, timeout = 60_000, apart = false, signal }: InVmOptions = {},
): Promise<InVm> {
  const [program = '', ...args] = sshArgv(place, command, apart ? ['-o', 'ControlPath=none'] : [])
  const options = {
    reject: false,
    cwd: '/',
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  }
  const child = execa(program, args, options)
  const late = AbortSignal.timeout(timeout)
  const over = signal === undefined ? late : AbortSignal.any([late, signal])
  // The connection that is kept open has our pipes too (ssh_config(5), ControlMaster), and keeps them while the VM is silent.
  const cut = (): void => {
    child.kill('SIGKILL')
    child.stdin?.destroy()
    child.stdout.destroy()
    child.stderr.destroy()
  }
  over.addEventListener('abort', cut, { once: true })
  if (over.aborted) cut()
  const done = await child
  over.removeEventListener('abort', cut)
  if (over.aborted || done.exitCode === BROKEN || done.exitCode === undefined) {
    throw new Unreachable(
      late.aborted ? `no answer within ${timeout / 1000} s` : (done.stderr ?? '').trim().slice(-300),
    )
  }
  return { code: done.exitCode, stdout: done.stdout ?? '', stderr: done.stderr ?? '' }
}

/**
 * Whether the VM answers within a time, ms. It is asked through the connection that is kept open, which costs it little, and
 * beside that through a new one, since the kept one may hang while the VM does not: then it is ended.
 */
export async function answersInTime(place: VmPlace, timeout: number): Promise<boolean> {
  const over = new AbortController()
  const ask = (apart: boolean): Promise<boolean> =>
    inVm(place, ['true'], { timeout, apart, signal: over.signal }).then(() => apart)
  try {
    const apart = await Promise.any([ask(false), ask(true)])
    if (apart) await endMaster(place)
    return true
  } catch (error) {
    if (!(error instanceof AggregateError) || !error.errors.every((one) => one instanceof Unreachable)) throw error
    await endMaster(place)
    return false
  } finally {
    over.abort()
  }
}

/** Ends the connection that is kept open: after a snapshot it hangs while it looks alive. */
export async function endMaster({ name, sshConfig }: VmPlace): Promise<void> {
  await execa('ssh', ['-F', sshConfig, '-O', 'exit', `lima-${name}`], { reject: false, timeout: 10_000, cwd: '/' })
}
