/** What the CLI makes of an engine that misbehaves: one clear problem, soon, and no memory without bound. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { EXIT, Problem } from '../../src/problem.ts'
import { PROTOCOL, type Event } from '../../src/protocol/index.ts'
import { meetEngine } from '../../src/targets/engine-client.ts'
import type { Engine } from '../../src/targets/target.ts'

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** Meets an engine that does what `body` says, in the words of bad-engine.cjs. */
function meet(body: string, notes: string[] = []): Promise<Engine> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bad-engine.cjs'), body], { stdio: 'pipe' })
  children.push(child)
  return meetEngine(child, {
    target: 'local',
    describe: () => 'a bad engine',
    explain: (said) => new Problem({ what: 'it never came up', why: said.trim() }),
    onNote: (text) => notes.push(text),
    entryTo: () => ({ argv: [], environment: {}, component: '' }),
    look: () => (child.pid === undefined ? undefined : `process ${child.pid} was looked at`),
  })
}

const request = {
  lab: 'linux/init',
  // What is in it is no matter: it is sent, and not loaded.
  checkers: join(import.meta.dirname, 'bad-engine.cjs'),
  checks: ['a/one', 'a/two'].map((id) => ({ id, needs: [] })),
  seed: 's',
  source: { digest: 'd', files: [] },
  spec: { run: { main: ['true'] } },
  toolchain: undefined,
  cache: 'c',
  hidden: [],
}

/** Runs on it, and returns the events and the problem that ended them. */
async function outcome(body: string): Promise<{ events: Event[]; problem: Problem | undefined }> {
  const events: Event[] = []
  try {
    await using engine = await meet(body)
    for await (const event of engine.run(request)) events.push(event)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { events, problem: error }
  }
  return { events, problem: undefined }
}

const whole = 'done(run, "a/one"); done(run, "a/two"); end(run)'

describe('an engine that is right', () => {
  it('may be talked over before its sync line: by bytes, escapes, and a line without end', async () => {
    const { events, problem } = await outcome(
      `write("\\x1b[31mWelcome\\r\\n"); write(Buffer.from([0xff, 0xfe, 0x0a])); write("x".repeat(1 << 20) + "\\n");
       up(); onRun((run) => { ${whole} })`,
    )
    expect(problem).toBeUndefined()
    expect(events.map(({ type }) => type)).toEqual(['check-done', 'check-done', 'run-done'])
  })

  it('may send its bytes one by one', async () => {
    const { problem } = await outcome(
      `const one = require('node:fs').writeSync
       write(SYNC + '\\n'); hello({ facts: { kernel: 'ü€', arch: '', node: '', root: false, cpus: 1, bounds: 'rlimit', offers: [] } })
       onRun((run) => { for (const byte of Buffer.from(JSON.stringify({ seq: 2, type: 'note', text: 'é€😀' }) + '\\n')) one(1, Buffer.from([byte]))
         end(run, { seq: 3, cancelled: true }) })`,
    )
    expect(problem).toBeUndefined()
  })

  it('may say very much', async () => {
    const { events, problem } = await outcome(
      `up(); onRun((run) => { for (let n = 0; n < 50000; n += 1) say({ type: 'waiting', run, check: 'a/one', what: String(n) }); ${whole} })`,
    )
    expect(problem).toBeUndefined()
    expect(events).toHaveLength(50_003)
  })
})

describe('an engine that breaks the protocol is our bug, and is ended', () => {
  it.each([
    ['garbage', 'write("oops\\n")', /a line that is not JSON: "oops"/],
    ['bytes that are not UTF-8', 'write(Buffer.from([0x22, 0xff, 0x22, 0x0a]))', /not JSON/],
    ['an unknown event', 'say({ type: "party" })', /an event that is not known: .*party/],
    ['an event without what it must have', 'say({ type: "check-done", run })', /an event that is not known/],
    ['a wrong number', 'say({ seq: 9, type: "stored", digest: "d" })', /event 9 came where 2 was due/],
    ['a line without end', 'for (;;) write("x".repeat(1 << 20))', /a line of more than 32 MiB/],
    ['a verdict that nobody asked for', 'done(run, "a/three")', /a verdict for "a\/three", which was not asked for/],
    ['a second verdict', 'done(run, "a/one"); done(run, "a/one", "failed")', /a second verdict for a\/one/],
    ['an end before all verdicts', 'done(run, "a/one"); end(run)', /without a verdict for a\/two/],
  ])('%s', async (_, act, why) => {
    const before = process.memoryUsage().rss
    const { problem } = await outcome(`up(); onRun((run) => { ${act} })`)
    expect(problem?.text.what).toBe('the engine broke the protocol')
    expect(problem?.text.why).toMatch(why)
    expect(problem?.exitCode).toBe(EXIT.bug)
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(300)
    // Those of the other tests have ended too: none of these is left to itself.
    expect(children.filter((child) => child.exitCode === null && child.signalCode === null)).toEqual([])
  })

  it('keeps the verdicts that were right', async () => {
    const { events } = await outcome('up(); onRun((run) => { done(run, "a/one", "failed"); write("oops\\n") })')
    expect(events.map((event) => event.type)).toEqual(['check-done'])
  })

  it('a first word that is no hello', async () => {
    const { problem } = await outcome('write(SYNC + "\\n"); say({ type: "stored", digest: "d" })')
    expect(problem?.text.why).toBe('it began with "stored" and not with "hello"')
  })
})

describe('an engine of another version', () => {
  it.each([
    [1, 'it was built before lab was'],
    [99, 'it was built after lab was'],
  ])('%d is named, whatever else its hello says', async (protocol, why) => {
    const { problem } = await outcome(`write(SYNC + "\\n"); say({ type: 'hello', protocol: ${protocol}, more: [] })`)
    expect(problem?.text.what).toBe(
      `the engine speaks version ${protocol} of the protocol, this lab version ${PROTOCOL}`,
    )
    expect(problem?.text.why).toBe(why)
    expect(problem?.exitCode).toBe(EXIT.environment)
  })
})

describe('an engine that ends', () => {
  it.each([
    ['at once', 'process.exit(0)', /it never came up/, undefined],
    ['with a word of its launcher', 'console.error("no way"); process.exit(1)', /it never came up/, /no way/],
    ['before its hello', 'write(SYNC + "\\n"); process.exit(0)', /ended before it was told to/, /it exited 0/],
    ['in a run', 'up(); onRun(() => process.exit(0))', /ended before it was told to/, /it exited 0/],
    [
      'in the middle of a line',
      'up(); onRun(() => { write("{\\"seq\\":2,"); process.exit(7) })',
      /ended/,
      /it exited 7/,
    ],
    ['by a signal', 'up(); onRun(() => process.kill(process.pid, "SIGKILL"))', /ended/, /it was ended by SIGKILL/],
  ])('%s', async (_, body, what, why) => {
    const { problem } = await outcome(body)
    expect(problem?.text.what).toMatch(what)
    if (why !== undefined) expect(problem?.text.why).toMatch(why)
    expect(problem?.exitCode).toBe(EXIT.environment)
  })
})

describe.concurrent('an engine that is silent', () => {
  it.each([
    ['from its first line on', 'write(SYNC + "\\n"); setInterval(() => {}, 1000)'],
    ['in a run', 'up(); onRun(() => {})'],
  ])('%s is given up within seconds', async (_, body) => {
    const began = performance.now()
    const { problem } = await outcome(body)
    expect(problem?.text.what).toMatch(/the engine is silent/)
    expect(problem?.text.why).toMatch(/nothing came from it for 8 s; process \d+ was looked at/)
    expect(problem?.exitCode).toBe(EXIT.environment)
    expect(performance.now() - began).toBeGreaterThan(7000)
  })

  it('is not silent while it says that it is alive', { timeout: 60_000 }, async () => {
    const { problem } = await outcome(
      `up(); onRun((run) => { const beat = setInterval(() => say({ type: 'alive' }), 3000)
         setTimeout(() => { clearInterval(beat); ${whole} }, 11000) })`,
    )
    expect(problem).toBeUndefined()
  })

  it('is slow, on a slow machine, and not silent', { timeout: 60_000 }, async () => {
    const { problem } = await outcome(
      `write(SYNC + '\\n'); hello({ factor: 4 }); onRun((run) => setTimeout(() => { ${whole} }, 11000))`,
    )
    expect(problem).toBeUndefined()
  })
})
