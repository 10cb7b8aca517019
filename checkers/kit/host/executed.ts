/** When has a program that was started through several tools been executed? */
import { childrenOf, readProc } from '../procfs.ts'
import type { Running } from './running.ts'

/** ms for which a start is watched without pause where that is asked for, and a look takes no longer than this */
const BRISK = 40
const CHEAP = 0.3

/**
 * Waits until the launcher's descendant at `depth` has executed the program: its command line is no longer one of the
 * tools on the way to it (`tool`: a line that holds that word; else one that ends with the program's argv after more
 * words than an interpreter needs). What the program makes of its command line then is its own affair: it may execute
 * something else at once. Ends early when the program has exited.
 */
export async function untilExecuted(
  launcher: number,
  argv: string[],
  running: Running,
  found: (pid: number) => void,
  { depth = 1, tool, brisk = false }: { depth?: number; tool?: string; brisk?: boolean | undefined } = {},
): Promise<void> {
  const begin = performance.now()
  let ended = false
  void running.gone.then(() => (ended = true))
  void running.exited.catch(() => (ended = true))
  while (!ended) {
    const looking = performance.now()
    let pid: number | undefined = launcher
    for (let level = 0; level < depth && pid !== undefined; level += 1) pid = childrenOf(pid)[0]
    if (pid !== undefined && isProgram(commandLine(pid), argv, tool)) {
      found(pid)
      return
    }
    // Where looking is dear (the one processor of a user-mode kernel), it would keep the program from starting.
    const now = performance.now()
    const atOnce = brisk && now - begin < BRISK && now - looking < CHEAP
    await new Promise((resolve) => (atOnce ? setImmediate(resolve) : setTimeout(resolve, 2)))
  }
}

const commandLine = (pid: number): string[] => (readProc(pid, 'cmdline') ?? '').split('\0').slice(0, -1)

/** Words that may stand before the arguments: the program, or an interpreter, an option of it, and the script. */
const PROGRAM_WORDS = 3

/** Whether a command line is the program's and not that of a tool which is about to execute it. Pure. */
export function isProgram(line: string[], argv: string[], tool?: string): boolean {
  if (line.length === 0 || (tool !== undefined && (line.includes(tool) || line[1] === '--default-signal'))) return false
  const args = argv.slice(1)
  const before = line.length - args.length
  const endsWith = before >= 0 && args.every((word, i) => word === line[before + i])
  if (!endsWith || before === 0) return true
  // Without arguments each line ends with them: then the program's own word tells.
  if (args.length === 0 && line.length > PROGRAM_WORDS) return line.at(-1) !== argv[0]
  return before <= PROGRAM_WORDS
}
