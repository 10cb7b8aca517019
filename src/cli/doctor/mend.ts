/** Runs the commands that mend gaps, when that was asked for. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { EXIT, Problem } from '../../problem.ts'
import type { Block } from '../../report/tty/doctor-screen.ts'

/** Asks on the terminal. Throws Problem (wrong usage) where there is none to ask on. */
export async function agreed(question: string, json: boolean): Promise<boolean> {
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) {
    throw new Problem(
      { what: '--fix asks before it runs anything, and there is no terminal here', remedy: 'lab doctor --fix --yes' },
      EXIT.usage,
    )
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim())
  } finally {
    lines.close()
  }
}

/** Throws Problem when the block is root's to run and there is no way to become root. */
export function runnable({ commands, as }: Block): void {
  if (as === 'you') return
  throw new Problem({
    what: 'these commands are root’s to run, and there is no sudo here',
    remedy: `as root: ${commands.join(' && ')}`,
  })
}

/** Runs the block; what its commands print goes to stderr, so that stdout stays ours. Throws Problem when one fails. */
export async function mend({ commands }: Block): Promise<void> {
  const child = spawn('sh', ['-exc', commands.join('\n')], {
    stdio: ['inherit', process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code === 0) return
  throw new Problem(
    {
      what: `the commands that mend it ended with exit code ${code ?? 'unknown'}; what they said is above`,
      remedy: 'mend what they name, then run lab doctor --fix again',
    },
    EXIT.environment,
  )
}
