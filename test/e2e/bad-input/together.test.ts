/** Several commands at once, and commands that are cut short at any moment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../../checkers/kit/procfs.ts'
import { parseEvent } from '../../../src/workspace/events.ts'
import { Bench } from './bad-input.ts'

let bench: Bench
beforeAll(async () => {
  bench = await new Bench().open()
})
beforeEach(() => bench.fresh())
afterAll(() => bench.close())

interface Run {
  child: ChildProcess
  printed(): string
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

function start(...args: string[]): Run {
  const { folder } = bench.checkout
  const command = [join(folder, 'lab/bin/lab.js'), ...args, '--workspace', bench.workspace]
  const env = { ...process.env, HOME: join(folder, 'home'), LANG: 'C.UTF-8', NO_COLOR: '1' }
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  return { child, printed: () => text, ended }
}

async function until(what: string, probe: () => boolean): Promise<void> {
  const deadline = Date.now() + 45_000
  while (!probe()) {
    if (Date.now() > deadline) throw new Error(`gave up waiting until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const lines = (): string[] => readFileSync(bench.path('.lab/journal.jsonl'), 'utf8').trimEnd().split('\n')
const types = (): string[] =>
  lines().map((line) => {
    const event = parseEvent(JSON.parse(line))
    return typeof event === 'object' ? event.type : 'wrong'
  })
const count = (type: string): number => types().filter((t) => t === type).length

describe('two at once', () => {
  it('checks of one workspace both end with their verdicts, and both are in the journal', async () => {
    const before = count('checked')
    const runs = [start('check', 'exit-status/code'), start('check', 'exit-status/code')]
    for (const run of runs) {
      expect((await run.ended).code, run.printed()).toBe(1)
      expect(run.printed()).toContain('exit-status/code failed')
    }
    expect(count('checked')).toBe(before + 2)
    const checked = lines().flatMap((line) => {
      const event = parseEvent(JSON.parse(line))
      return typeof event === 'object' && event.type === 'checked' ? [event.run] : []
    })
    expect(new Set(checked).size).toBe(checked.length)
    for (const run of checked)
      expect(existsSync(bench.path('.lab/runs', run, 'exit-status-code/result.json'))).toBe(true)
  })

  it('a check beside hints and next: all are answered, and nothing is lost', async () => {
    const runs = [start('check', 'exit-status/code'), start('hint'), start('hint'), start('next')]
    expect((await Promise.all(runs.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([1, 0, 0, 1])
    expect([count('checked'), count('hint-taken'), count('wrong')]).toEqual([2, 2, 0])
  })
})

describe('a lock', () => {
  /** A process that takes the journal's lock and keeps it. */
  async function holder(): Promise<ChildProcess> {
    const program = join(bench.checkout.folder, 'holder.mjs')
    const source = fileURLToPath(new URL('../../../src/workspace/lock.ts', import.meta.url))
    const contents = `import { acquireLock } from ${JSON.stringify(source)}
      await acquireLock(process.argv[2]); console.log('held'); setInterval(() => undefined, 1000)`
    await build({
      stdin: { contents, resolveDir: '/' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
    })
    const child = spawn(process.execPath, [program, bench.path('.lab/locks/journal')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    return child
  }

  it('that a stopped process holds is named, and a reader does without it', { timeout: 120_000 }, async () => {
    const child = await holder()
    try {
      child.kill('SIGSTOP')
      expect(bench.lab(['status']).code).toBe(0)
      const { code, out, err } = bench.lab(['hint'])
      expect(code, out + err).toBe(3)
      for (const word of [`in use by process ${child.pid}`, 'within 10 s', `ps -p ${child.pid}`])
        expect(err).toContain(word)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('whose holder was killed is free', async () => {
    const child = await holder()
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(bench.lab(['hint']).code).toBe(0)
    expect(count('hint-taken')).toBe(1)
  })
})

/** Processes that hold files of this checkout: lab, the engine, what it started. */
const ours = (): number[] => allPids().filter((pid) => (readProc(pid, 'cmdline') ?? '').includes(bench.checkout.folder))

describe.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s at any moment of a check', (signal, code) => {
  it(
    'ends it with the code of the signal, and leaves a whole journal and no process',
    { timeout: 180_000 },
    async () => {
      const began = performance.now()
      const whole = start('check', 'exit-status/code')
      await whole.ended
      const length = performance.now() - began
      const AT = 6
      for (let i = 0; i < AT; i += 1) {
        bench.fresh()
        const run = start('check', 'exit-status/code')
        const moment = (length * (i + Math.random())) / AT
        // Not a wait for something: the moment is what the test is about.
        const timer = setTimeout(() => run.child.kill(signal), moment)
        const ended = await run.ended
        clearTimeout(timer)
        const said = `after ${Math.round(moment)} of ${Math.round(length)} ms: ${run.printed()}`
        // Before its handlers stand the signal ends lab itself; after the verdict it has nothing to cut short.
        expect(ended.signal === signal || ended.code === code || ended.code === 1, said).toBe(true)
        expect(run.printed(), said).not.toMatch(/\bbug\b|^ {4}at .*:\d+:\d+/m)
        await until('no process is left', () => ours().length === 0)
        expect(count('wrong'), said).toBe(0)
        expect(readdirSync(bench.path('.lab')).filter((name) => name.endsWith('.tmp'))).toEqual([])
      }
    },
  )
})
