/** A real terminal for a program that is process 1: script(1) makes the pty and leads the bytes to and from it. */

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** How the command of the shell begins that script(1) starts. */
export const TERMINAL_SHELL = 'mount -n -t proc proc /proc && exec '

/**
 * argv that runs the program as process 1 of a new pid namespace and leader of a session whose controlling terminal is
 * a new pty. unshare(1) without --fork makes script's first child process 1, and script gives that child the session
 * and the terminal; /proc is mounted by the child, since it must be of the new namespace.
 */
export function terminalCommand(argv: string[]): string[] {
  // script(1) ignores some signals of its own, and an ignored signal stays ignored through execve(2).
  const command = `${TERMINAL_SHELL}env --default-signal ${argv.map(quote).join(' ')}`
  return ['unshare', '--pid', '--mount', '--', 'script', '-qefc', command, '/dev/null']
}

/** What Ctrl-C sends through a terminal in its usual mode: VINTR, termios(3). */
export const CTRL_C = '\x03'
