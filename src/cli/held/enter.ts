/** Runs a shell in a held host. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { EXIT, Problem } from '../../problem.ts'
import { onPath } from '../on-path.ts'
import { shellWord } from '../shell-word.ts'
import type { Held } from './held.ts'

/** The variable that a lab's lesson names its component by: `linux/init` → `INIT`. */
export function variableOf(lab: string): string {
  return lab
    .slice(lab.indexOf('/') + 1)
    .replaceAll('-', '_')
    .toUpperCase()
}

/**
 * Resolves when the shell has ended. On a terminal it is interactive, on a terminal of the host's own, so that it has
 * job control and `tty` answers; else it reads commands from standard input. Throws Problem when it can't be started.
 */
export async function enter({ check, name, entry }: Held, lab: string, inherited: NodeJS.ProcessEnv): Promise<void> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY
  const variables = {
    ...entry.environment,
    [variableOf(lab)]: entry.component,
    PS1: `${name} (${check}) \\w # `,
    TERM: inherited['TERM'] ?? 'dumb',
    ...(inherited['LANG'] !== undefined && { LANG: inherited['LANG'] }),
  }
  // As arguments, since sudo would not pass an environment on.
  const environment = Object.entries(variables).map(([key, value]) => `${key}=${value}`)
  const inside = ['env', '-i', ...environment, 'sh', '-c', 'cd /tmp; exec "$@"', 'sh', ...shell(terminal)]
  const [program = '', ...args] = [...entry.argv, ...(entry.quote === true ? inside.map(shellWord) : inside)]
  const child = spawn(program, args, { stdio: 'inherit', cwd: '/' })
  // Ctrl-C is the shell's while it runs.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    // env(1): 125 to 127, nsenter and setpriv: 1 with a message of their own
    if (code !== null && code >= 125 && code <= 127 && !terminal) throw refused(`it ended with exit code ${code}`)
  } catch (error) {
    throw error instanceof Problem ? error : refused(error instanceof Error ? error.message : String(error))
  } finally {
    process.off('SIGINT', ignore)
  }
}

function refused(why: string): Problem {
  return new Problem(
    { what: 'no shell could be started in the held host', why, remedy: 'lab doctor' },
    EXIT.environment,
  )
}

function shell(terminal: boolean): string[] {
  const bash = onPath('bash', '/bin:/usr/bin')
  const argv = bash === undefined ? ['/bin/sh'] : [bash, '--norc', '--noprofile']
  if (!terminal) return argv.slice(0, 1)
  const script = onPath('script', '/usr/bin:/bin')
  if (script === undefined) return [...argv, '-i']
  return [script, '-qefc', `exec ${argv.join(' ')} -i`, '/dev/null']
}
