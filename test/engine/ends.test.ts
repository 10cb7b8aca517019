/** However an engine loses the one who started it, it ends in order: what it made is gone, by its own hand. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { findBounds, MARK } from '../../src/engine/bounds.ts'
import { PROTOCOL } from '../../src/protocol/index.ts'
import { launcher } from '../../src/targets/local.ts'
import { engineBelow } from '../e2e/checkout.ts'

const enginePath = join(import.meta.dirname, '../../dist/engine.cjs')
const bounds = findBounds()
const withCgroups = bounds.kind === 'rlimit' ? describe.skip : describe

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Starts an engine that has answered, with its cgroups. */
async function engine() {
  const [program = '', ...args] = launcher('root', [process.execPath, enginePath], {})
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  children.push(child)
  child.stdin.on('error', () => undefined)
  child.stdin.write(`${JSON.stringify({ type: 'hello', protocol: PROTOCOL })}\n`)
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('"hello"')) break
  const id = idOf(engineBelow(child.pid) ?? 0)
  return { child, folders: bounds.parents.map((parent) => join(parent, `${MARK}${id}`)) }
}

/** Its id is the name of a socket that it holds: /proc/net/unix, whose seventh field is the inode. */
function idOf(pid: number): string | undefined {
  const held = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n')
  const own = lines.find(
    (line) => line.includes('@drydock-engine-') && held.includes(`socket:[${line.split(/ +/)[6]}]`),
  )
  return /@drydock-engine-([0-9a-f]+)/.exec(own ?? '')?.[1]
}

withCgroups('an engine removes its cgroups', () => {
  it.each([
    ['its input ends', ({ stdin }: ChildProcess) => stdin?.end()],
    ['nobody reads its events any more, while its input stays open', ({ stdout }: ChildProcess) => stdout?.destroy()],
  ])('when %s', async (_, lose) => {
    const { child, folders } = await engine()
    expect(folders.filter(existsSync)).toEqual(folders)
    const ended = once(child, 'exit')
    lose(child)
    expect(await ended).toEqual([0, null])
    expect(folders.filter(existsSync)).toEqual([])
  })
})
