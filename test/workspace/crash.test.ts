import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { appendEvents, readJournal } from '../../src/workspace/journal.ts'
import { journalPath } from '../../src/workspace/places.ts'
import { tempFolder } from '../course/sample.ts'
import { CHECKED } from './checked.ts'

/** Each lane is a workspace after the other, with two processes that append; a round kills one of them, or both. */
const LANES = 2
const WORKSPACES = 10
const ROUNDS = 10

/** A process that appends once it is told where. */
class Appender {
  /** ids of the events that it said are durable */
  readonly acknowledged: string[] = []
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #complaint = ''

  constructor(
    program: string,
    readonly name: string,
  ) {
    this.#child = spawn(process.execPath, [program, name], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#complaint += chunk.toString()))
    this.#closed = once(this.#child, 'close')
    let rest = ''
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      this.acknowledged.push(...lines)
    })
  }

  begin(dir: string): void {
    this.#child.stdin?.end(`${dir}\n`)
  }

  /** Resolves when it has appended something since; a process that ends by itself fails the test. */
  async works(): Promise<void> {
    const before = this.acknowledged.length
    while (this.acknowledged.length === before) {
      if (this.#child.exitCode !== null) {
        await this.#closed
        throw new Error(`${this.name} ended by itself: ${this.#complaint}`)
      }
      await sleep(1)
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}

/** Whatever any process called durable is in the journal once, in its order; whoever comes next gets the lock. */
async function verify(dir: string, appenders: readonly Appender[]): Promise<void> {
  const said = appenders.map(({ name, acknowledged }) => ({ name, ids: [...acknowledged] }))
  const began = performance.now()
  const { notes } = await appendEvents({ dir }, [CHECKED])
  expect(performance.now() - began, 'ms until the lock was free').toBeLessThan(5_000)
  for (const note of notes) expect(note).toMatch(/cut off/)

  const { events, notes: left } = await readJournal({ dir })
  expect(left).toEqual([])
  for (const { name, ids } of said) {
    const own = events.map((event) => event.id).filter((id) => id.startsWith(`${name}.`))
    expect(own.slice(0, ids.length)).toEqual(ids)
  }
  const raw = [...readFileSync(journalPath(dir), 'utf8').matchAll(/"id":"([^"]*)".*\n/g)].map((match) => match[1])
  expect(new Set(raw).size).toBe(raw.length)
}

/** The rounds in one workspace. Returns how many events were called durable. */
async function workspace(program: string, dir: string): Promise<number> {
  const all: Appender[] = []
  try {
    // one process waits in advance, so that a round does not wait for Node to start
    const start = () => {
      const appender = new Appender(program, `p${String(all.length)}`)
      all.push(appender)
      return appender
    }
    let spare = start()
    const next = () => {
      const appender = spare
      appender.begin(dir)
      spare = start()
      return appender
    }
    let [one, two] = [next(), next()]
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([one.works(), two.works()])
      await sleep(Math.random() * 6)
      if (Math.random() < 0.5) [one, two] = [two, one]
      await one.kill()
      const both = round % 5 === 4
      if (both) await two.kill()
      await verify(dir, all)
      ;[one, two] = [next(), both ? next() : two]
    }
  } finally {
    await Promise.all(all.map((appender) => appender.kill()))
  }
  await verify(dir, all)
  return all.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
}

test(
  `no acknowledged event is lost and no lock is stuck, whenever SIGKILL comes (${String(LANES * WORKSPACES * ROUNDS)} rounds)`,
  { timeout: 120_000 },
  async () => {
    using folder = tempFolder()
    const program = join(folder.path, 'append-forever.mjs')
    const entry = new URL('append-forever.ts', import.meta.url).pathname
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      logLevel: 'error',
    })
    let total = 0
    const lane = async (name: string) => {
      for (let w = 0; w < WORKSPACES; w++) total += await workspace(program, join(folder.path, `${name}${String(w)}`))
    }
    await Promise.all(Array.from({ length: LANES }, (_, n) => lane('ab'[n] ?? 'c')))
    expect(total).toBeGreaterThan(LANES * WORKSPACES * ROUNDS)
  },
)
