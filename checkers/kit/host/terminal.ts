/** A real terminal for a program that is process 1: script(1) makes the pty and leads the bytes to and from it. */

import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { EnvironmentFault } from '../outcome.ts'

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/**
 * argv that runs the program as process 1 of a new pid namespace and leader of a session whose controlling terminal is
 * a new pty. unshare(1) without --fork makes script's first child process 1, and script gives that child the session
 * and the terminal; /proc is mounted by the child, since it must be of the new namespace. `shell` is the word by which
 * the command lines on the way are known, `own` are options for unshare(1).
 */
export function terminalCommand(argv: string[], own: readonly string[] = []): { command: string[]; shell: string } {
  // script(1) ignores some signals of its own, and an ignored signal stays ignored through execve(2).
  const shell = `mount -n -t proc proc /proc && exec env --default-signal ${argv.map(quote).join(' ')}`
  return { command: ['unshare', ...own, '--pid', '--mount', '--', 'script', '-qefc', shell, '/dev/null'], shell }
}

/** Throws EnvironmentFault where script(1) is in no folder of the PATH: that a program is not started then is not its fault. */
export function requireScript(path: string | undefined): void {
  for (const folder of (path ?? '').split(':')) {
    try {
      accessSync(join(folder, 'script'), constants.X_OK)
      return
    } catch {
      continue
    }
  }
  throw new EnvironmentFault('script is not on PATH, and terminals are made with it', {
    remedy: 'sudo apt-get install bsdutils   (Debian, Ubuntu), or dnf install util-linux-script   (Fedora)',
  })
}

/** What Ctrl-C sends through a terminal in its usual mode: VINTR, termios(3). */
export const CTRL_C = '\x03'
