/** The CLI's end of an engine's stream: commands out, events in, whatever carries them. */
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import * as v from 'valibot'
import { Event, PROTOCOL, SYNC, type Command, type HeldPlace, type TargetFacts } from '../protocol/index.ts'
import { Problem } from '../problem.ts'
import type { Engine, Entry, RunRequest } from './target.ts'

/** ms for an engine to answer `hello`, and to end when told */
const HELLO = 20_000
const END = 15_000

type Hello = Extract<Event, { type: 'hello' }>

/** Events in the order of their numbers, and an end: each reader takes what comes after it asked. */
class Inbox {
  readonly #waiting: ((event: Event | Problem) => void)[] = []
  readonly #events: Event[] = []
  #lost: Problem | undefined

  put(event: Event): void {
    const reader = this.#waiting.shift()
    if (reader === undefined) this.#events.push(event)
    else reader(event)
  }

  /** No event comes any more; readers get the reason. The first reason stays. */
  lose(problem: Problem): void {
    this.#lost ??= problem
    for (const reader of this.#waiting.splice(0)) reader(this.#lost)
  }

  async take(): Promise<Event> {
    const ready = this.#events.shift()
    if (ready !== undefined) return ready
    if (this.#lost !== undefined) throw this.#lost
    const event = await new Promise<Event | Problem>((resolve) => this.#waiting.push(resolve))
    if (event instanceof Problem) throw event
    return event
  }
}

export interface ClientOptions {
  target: string
  /** describes the target once its facts are known */
  describe(facts: TargetFacts): string
  /** turns what the launcher printed on standard error into a problem, when the engine never came up */
  explain(said: string): Problem
  onNote: (text: string) => void
  entryTo(place: HeldPlace): Entry
}

/** Speaks with an engine that was just started as a child process with three pipes. */
export async function meetEngine(child: ChildProcess, options: ClientOptions): Promise<Engine> {
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('an engine needs three pipes')
  const inbox = new Inbox()
  let said = ''
  let synced = false
  let seq = 0
  let closing = false
  stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  stdin.on('error', () => undefined)

  const broken = (why: string): void => {
    inbox.lose(
      new Problem({
        what: 'the engine broke the protocol',
        why,
        remedy: 'npm run build, then run the command again; if it stays, report it',
      }),
    )
    child.kill('SIGKILL')
  }
  const lines = createInterface({ input: stdout, crlfDelay: Infinity })
  lines.on('line', (line) => {
    if (!synced) {
      // Before the sync line ssh and sudo may print what they like.
      if (line === SYNC) synced = true
      return
    }
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      return broken(`it sent a line that is not JSON: ${JSON.stringify(line.slice(0, 80))}`)
    }
    const event = v.safeParse(Event, value)
    if (!event.success) return broken(`it sent an event that is not known: ${JSON.stringify(line.slice(0, 80))}`)
    seq += 1
    if (event.output.seq !== seq) return broken(`event ${event.output.seq} came where ${seq} was due`)
    if (event.output.type === 'note') options.onNote(event.output.text)
    else inbox.put(event.output)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said = error.message
      inbox.lose(options.explain(said))
      resolve()
    })
    child.once('close', (code, signal) => {
      if (!synced) inbox.lose(options.explain(said))
      else if (!closing) {
        inbox.lose(
          new Problem({
            what: 'the engine ended before it was told to',
            why: `${signal === null ? `it exited ${code ?? '?'}` : `it was ended by ${signal}`}${said === '' ? '' : `: ${said.trim().slice(-500)}`}`,
            remedy: 'lab doctor --clean, then run the command again',
          }),
        )
      }
      resolve()
    })
  })
  const send = (command: Command): void => void stdin.write(`${JSON.stringify(command)}\n`)

  const hello = await greet(inbox, send, child, () => (synced ? '' : options.explain(said).text.why))
  const close = async (): Promise<void> => {
    closing = true
    send({ type: 'bye' })
    stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), END)
    await ended
    clearTimeout(timer)
  }

  return {
    target: options.target,
    description: options.describe(hello.facts),
    facts: hello.facts,
    factor: hello.factor,
    run: (request, signal) => runOn(request, signal, inbox, send),
    entryTo: (place) => options.entryTo(place),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function greet(
  inbox: Inbox,
  send: (command: Command) => void,
  child: ChildProcess,
  why: () => string | undefined,
): Promise<Hello> {
  send({ type: 'hello', protocol: PROTOCOL })
  const timer = setTimeout(() => {
    inbox.lose(
      new Problem({
        what: `the engine did not answer within ${HELLO / 1000} s`,
        why: why(),
        remedy: 'run the command again; if it stays, lab doctor',
      }),
    )
    child.kill('SIGKILL')
  }, HELLO)
  try {
    const event = await inbox.take()
    if (event.type === 'fault') throw problemOf(event)
    if (event.type !== 'hello')
      throw new Problem({ what: `the engine began with "${event.type}" and not with "hello"` })
    if (event.protocol !== PROTOCOL) {
      throw new Problem({
        what: `the engine speaks version ${event.protocol} of the protocol, this lab version ${PROTOCOL}`,
        remedy: 'npm run build',
      })
    }
    return event
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function problemOf(event: Extract<Event, { type: 'fault' }>): Problem {
  const { cause, what, why, remedy, detail } = event.fault
  if (cause === 'bug') throw new Error(what, { cause: detail })
  return new Problem({ what, why, remedy })
}

async function* runOn(
  request: RunRequest,
  signal: AbortSignal | undefined,
  inbox: Inbox,
  send: (command: Command) => void,
): AsyncGenerator<Event> {
  const run = randomBytes(4).toString('hex')
  const { source, spec, toolchain, cache, ...rest } = request
  const cancel = (): void => send({ type: 'cancel', run })
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    send({ type: 'put', digest: source.digest, files: source.files })
    send({ type: 'run', run, ...rest, component: { source: source.digest, spec, toolchain, cache } })
    if (signal?.aborted === true) cancel()
    for (;;) {
      const event = await inbox.take()
      if ('run' in event && event.run !== run) continue
      if (event.type === 'stored' || event.type === 'hello') continue
      yield event
      if (event.type === 'run-done' || event.type === 'fault') return
    }
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
