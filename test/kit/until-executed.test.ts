/** A program is handed over when it has been executed, and not a moment before: real tools on the way to it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { untilExecuted } from '../../checkers/kit/host/executed.ts'
import type { Running } from '../../checkers/kit/host/running.ts'
import { childrenOf, readProc } from '../../checkers/kit/procfs.ts'
import { until } from '../e2e/until.ts'

const started: ChildProcess[] = []
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const gone = once(child, 'exit')
    process.kill(-(child.pid ?? NaN), 'SIGKILL')
    await gone
  }
})

/** A launcher `sh -c text`, and what of a Running says that it has ended. */
function launch(text: string) {
  const child = spawn('sh', ['-c', text], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  started.push(child)
  const gone = once(child, 'exit')
  const running = { gone, exited: gone.then(() => ({ code: 0 })) } as unknown as Running
  return { child, pid: child.pid ?? 0, running }
}

/** Waits for it, and says the program's command line at the moment of handing over. */
async function lineFound(
  { pid, running }: ReturnType<typeof launch>,
  argv: string[],
  options?: Parameters<typeof untilExecuted>[4],
): Promise<{ pid: number; line: string } | undefined> {
  let found: { pid: number; line: string } | undefined
  await untilExecuted(
    pid,
    argv,
    running,
    (one) => (found = { pid: one, line: readProc(one, 'cmdline') ?? '' }),
    options,
  )
  return found
}

describe('untilExecuted', () => {
  it('finds a child that has executed the program, after the tools on the way to it', async () => {
    const text = '(sleep 0.06; exec env -u A -u B -u C sleep 1000) & wait'
    const launched = launch(text)
    // The child is a copy of sh, then env with the program's words at its end, then the program.
    const found = await lineFound(launched, ['sleep', '1000'], { tool: text })
    expect(found).toEqual({ pid: childrenOf(launched.pid)[0], line: 'sleep\x001000\0' })
  })

  it('looks as deep as it is told', async () => {
    const launched = launch('sh -c "sleep 1000 & wait" x & wait')
    await until('the grandchild runs', () => childrenOf(childrenOf(launched.pid)[0] ?? 0).length === 1)
    const found = await lineFound(launched, ['sleep', '1000'], { depth: 2, tool: 'sh' })
    expect(found).toEqual({ pid: childrenOf(childrenOf(launched.pid)[0] ?? 0)[0], line: 'sleep\x001000\0' })
  })

  it('ends without it when the launcher has ended, and when it could not be started', async () => {
    const ended = launch('exit 1')
    expect(await lineFound(ended, ['sleep', '1000'])).toBeUndefined()
    const never = { gone: new Promise(() => undefined), exited: Promise.reject(new Error('ENOENT')) }
    const running = never as unknown as Running
    expect(await lineFound({ ...ended, running }, ['sleep', '1000'])).toBeUndefined()
  })

  it('goes on looking for as long as it takes', async () => {
    const launched = launch('read line; sleep 1000 & wait')
    // The child is a copy of sh first.
    const found = lineFound(launched, ['sleep', '1000'], { tool: 'sh' })
    const begin = performance.now()
    await until('more than the brisk time has passed', () => performance.now() - begin > 60)
    expect(childrenOf(launched.pid)).toEqual([])
    launched.child.stdin?.write('go\n')
    expect((await found)?.line).toBe('sleep\x001000\0')
  })
})
