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

const ROUNDS = 200
/** Rounds that run at the same time, each in a workspace of its own. */
const LANES = 4

interface Appender {
  child: ChildProcess
  /** ids of the events that it said are durable */
  acknowledged: string[]
}

function start(program: string, dir: string, name: string): Appender {
  const child = spawn(process.execPath, [program, dir, name], { stdio: ['ignore', 'pipe', 'inherit'] })
  const appender: Appender = { child, acknowledged: [] }
  let rest = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    appender.acknowledged.push(...lines)
  })
  return appender
}

/** Two processes append and are killed; then every event that either called durable is there once, and in order. */
async function round(program: string, dir: string, name: string): Promise<number> {
  const appenders = ['a', 'b'].map((letter) => start(program, dir, `${name}${letter}`))
  try {
    await once(appenders[Math.random() < 0.5 ? 0 : 1]?.child.stdout ?? process.stdin, 'data')
    await sleep(Math.random() * 12)
    appenders[0]?.child.kill('SIGKILL')
    await sleep(Math.random() * 6)
  } finally {
    for (const { child } of appenders) child.kill('SIGKILL')
    await Promise.all(appenders.map(({ child }) => once(child, 'close')))
  }
  const began = performance.now()
  const { notes } = await appendEvents({ dir }, [{ ...CHECKED, id: `${name}z` }])
  expect(performance.now() - began, 'the lock is free at once').toBeLessThan(5_000)
  for (const note of notes) expect(note).toMatch(/cut off/)

  const { events, notes: remaining } = await readJournal({ dir })
  expect(remaining).toEqual([])
  const ids = events.map((event) => event.id)
  for (const { acknowledged } of appenders) {
    const own = acknowledged[0]?.split('.')[0] ?? '-'
    const written = ids.filter((id) => id.split('.')[0] === own)
    expect(written.slice(0, acknowledged.length)).toEqual(acknowledged)
  }
  const lines = readFileSync(journalPath(dir), 'utf8').trimEnd().split('\n')
  expect(new Set(ids).size).toBe(lines.length)
  return appenders.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
}

test(
  `no acknowledged event is lost, and no lock is stuck, by SIGKILL at any moment (${String(ROUNDS)} rounds)`,
  { timeout: 60_000 },
  async () => {
    using folder = tempFolder()
    const program = join(folder.path, 'append-forever.mjs')
    await build({
      entryPoints: [new URL('append-forever.ts', import.meta.url).pathname],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
    })
    let next = 0
    let acknowledged = 0
    const lane = async (n: number) => {
      // a journal of its own for some twenty rounds: what killed processes leave behind has to be lived with
      while (next < ROUNDS) {
        const number = next++
        const dir = join(folder.path, `lane-${String(n)}-${String(Math.floor(number / 80))}`)
        acknowledged += await round(program, dir, `r${String(number)}`)
      }
    }
    await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)))
    expect(acknowledged).toBeGreaterThan(ROUNDS)
  },
)
