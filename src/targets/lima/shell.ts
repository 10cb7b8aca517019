/** A shell for a person in the VM. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Problem } from '../../problem.ts'
import { isMade, vmPlace } from './place.ts'
import { BROKEN, sshArgv, Unreachable } from './ssh.ts'

/** Resolves to the exit code. Throws Problem when the VM can't be reached. */
export async function vmShell(command: readonly string[]): Promise<number> {
  const place = vmPlace()
  if (!isMade(place)) throw new Problem({ what: 'there is no VM yet', remedy: 'lab vm up' })
  const terminal = process.stdin.isTTY && process.stdout.isTTY
  const words = command.length === 0 ? ['exec', 'bash', '-l'] : command
  const [program = '', ...args] = sshArgv(place, words, terminal ? ['-t', '-q'] : ['-q'])
  // Ctrl-C is the shell's while it runs.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  try {
    const [code, signal] = (await once(spawn(program, args, { stdio: 'inherit' }), 'close')) as [
      number | null,
      NodeJS.Signals | null,
    ]
    if (code === BROKEN) throw new Unreachable('ssh could not connect, or the connection broke')
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } finally {
    process.off('SIGINT', ignore)
  }
}
