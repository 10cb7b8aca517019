/** When has a program that was started through several tools been executed? */
import { basename } from 'node:path'
import { childrenOf, readProc } from '../procfs.ts'
import type { Running } from './running.ts'
import { TERMINAL_SHELL } from './terminal.ts'

/** ms for which a start is watched without pause */
const BRISK = 40

/**
 * Waits until the launcher's descendant at `depth` has executed the program: its command line is then none of the tools'
 * that lead to it, or a few words and the program's arguments (the tools before it have more words). The first alone
 * would not see a program that is such a tool, the second not one that went on to execute another, as a script of the
 * kind `exec ./real "$@"` does in a moment. Ends early when the program has exited.
 */
export async function untilExecuted(
  launcher: number,
  argv: string[],
  running: Running,
  found: (pid: number) => void,
  depth = 1,
): Promise<void> {
  const args = argv.slice(1)
  const begin = performance.now()
  let ended = false
  void running.exited.then(
    () => (ended = true),
    () => (ended = true),
  )
  while (!ended) {
    let pid: number | undefined = launcher
    for (let level = 0; level < depth && pid !== undefined; level += 1) pid = childrenOf(pid)[0]
    if (pid !== undefined && hasExecuted(pid, args)) {
      found(pid)
      return
    }
    // Short at first: a check may want to act in the program's first millisecond.
    const waited = performance.now() - begin
    await new Promise((resolve) => (waited < BRISK ? setImmediate(resolve) : setTimeout(resolve, 2)))
  }
}

/** The tools through which host.ts and terminal.ts start a program. */
const TOOLS = ['nsenter', 'setpriv', 'env', 'unshare', 'script']
const isTool = (line: string[]): boolean =>
  TOOLS.includes(basename(line[0] ?? '')) || line.some((word) => word.startsWith(TERMINAL_SHELL))

/** Words that may stand before the arguments: the program, or an interpreter, an option of it, and the script. */
const PROGRAM_WORDS = 3

function hasExecuted(pid: number, args: string[]): boolean {
  const line = (readProc(pid, 'cmdline') ?? '').split('\0').slice(0, -1)
  if (line.length > 0 && !isTool(line)) return true
  const before = line.length - args.length
  return before >= 1 && before <= PROGRAM_WORDS && args.every((word, i) => word === line[before + i])
}
