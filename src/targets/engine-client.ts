/** The CLI's end of an engine's stream: commands out, events in, whatever carries them. */
import type { ChildProcess } from 'node:child_process'
import { PROTOCOL, SYNC, type Command, type Event, type HeldPlace, type TargetFacts } from '../protocol/index.ts'
import { EXIT, Problem } from '../problem.ts'
import { Inbox } from './inbox.ts'
import { Lines, LONGEST } from './lines.ts'
import { Outbox } from './outbox.ts'
import { parseEvent } from './parse-event.ts'
import { runOn, type Line } from './run-on.ts'
import { Silence } from './silence.ts'
import type { Engine, Entry } from './target.ts'

/** ms for a launcher to bring the engine to its first word, for that one to answer, and to end when told */
const LAUNCH = 30_000
const HELLO = 60_000
const END = 15_000
/** ms on a fast laptop without a word, after which an engine is lost; it sends `alive` each second */
const SILENT = 8_000
/** a machine that is slower still gets no more patience: a person waits */
const SLOWEST = 5

type Hello = Extract<Event, { type: 'hello' }>

export interface ClientOptions {
  target: string
  /** describes the target once its facts are known */
  describe(facts: TargetFacts): string
  /** turns what the launcher printed on standard error into a problem, when the engine never came up */
  explain(said: string): Problem
  /** what can be seen of an engine that is silent: "process 42 is stopped" */
  look?: () => string | undefined
  /**
   * ms for the launcher to bring the engine to its first word; default: what a process of this machine needs. Where it is
   * given, the engine is on a slow machine until it says how slow that is.
   */
  launch?: number
  /** is given what was printed before the engine's first word */
  beforeSync?: (line: string) => void
  /** the launcher may ask the person for something, and waits as long as that takes */
  asks?: boolean
  /** bytes that may be under way to the engine; without it as many as a pipe takes */
  window?: number
  onNote: (text: string) => void
  /** a Problem where no host can be entered */
  entryTo: ((place: HeldPlace) => Entry) | Problem
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
  let factor = options.launch === undefined ? 1 : SLOWEST
  const scaled = (ms: number): number => ms * Math.min(factor, SLOWEST)
  stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  stdin.on('error', () => undefined)
  const outbox = new Outbox(stdin, options.window)
  const send = (command: Command): void => {
    outbox.send(`${JSON.stringify(command)}\n`)
  }

  /** Readers get the problem, and the engine ends: a launcher of another user (sudo) ends when its pipes do. */
  const lose = (problem: Problem): void => {
    inbox.lose(problem)
    child.kill('SIGKILL')
    stdin.destroy()
    stdout.destroy()
    // What carries the stream may have handed its pipes to somebody who keeps them: ssh does.
    stderr.destroy()
  }
  const broken = (why: string): void => {
    const remedy = 'npm run build, then run the command again; if it stays, report it'
    lose(new Problem({ what: 'the engine broke the protocol', why, remedy }, EXIT.bug))
  }
  const silent = (): void =>
    lose(
      new Problem({
        what: 'the engine is silent: it was taken for lost, and ended',
        why: `nothing came from it for ${Math.round(scaled(SILENT) / 1000)} s${seen(options.look?.())}`,
        remedy: 'run the command again',
      }),
    )
  let silence: Silence | undefined
  let timer =
    options.asks === true ? undefined : setTimeout(() => lose(options.explain(said)), options.launch ?? LAUNCH)
  const heard = (line: Buffer): void => {
    if (!synced) {
      // Before the sync line ssh and sudo may print what they like, and a console may not be ready for input yet.
      const text = line.toString('latin1').trimEnd()
      if (text !== SYNC) return options.beforeSync?.(text)
      synced = true
      send({ type: 'hello', protocol: PROTOCOL })
      clearTimeout(timer)
      timer = setTimeout(() => lose(noHello()), HELLO)
      silence = new Silence(() => scaled(SILENT), silent)
      return
    }
    if (inbox.lost) return
    const parsed = parseEvent(line)
    if (parsed instanceof Problem) return lose(parsed)
    if (typeof parsed === 'string') return broken(parsed)
    seq += 1
    if (parsed.seq !== seq) return broken(`event ${parsed.seq} came where ${seq} was due`)
    if (parsed.type === 'received') return outbox.received(parsed.bytes)
    if (parsed.type === 'note') options.onNote(parsed.text)
    else if (parsed.type === 'check-done' || parsed.type === 'script-done') factor = Math.max(1, parsed.result.factor)
    if (parsed.type !== 'note' && parsed.type !== 'alive') inbox.put(parsed)
  }
  const lines = new Lines()
  stdout.on('data', (chunk: Buffer) => {
    silence?.heard()
    try {
      for (const line of lines.add(chunk)) heard(line)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      if (synced) broken(`it sent a line of more than ${LONGEST / 2 ** 20} MiB`)
    }
  })
  stdout.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    // Also emitted when a signal may not be sent: sudo is another user's process.
    child.on('error', (error) => {
      if (child.pid !== undefined) return
      inbox.lose(options.explain(error.message))
      resolve()
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      silence?.[Symbol.dispose]()
      if (!synced) inbox.lose(options.explain(said))
      else if (!closing) inbox.lose(endedEarly(code, signal, said))
      resolve()
    })
  })
  const hello = await greet(inbox, lose)
  clearTimeout(timer)
  factor = Math.max(1, hello.factor)
  const close = async (): Promise<void> => {
    closing = true
    silence?.[Symbol.dispose]()
    send({ type: 'bye' })
    stdin.end()
    const patience = setTimeout(() => {
      child.kill('SIGKILL')
      stdout.destroy()
    }, scaled(END))
    await ended
    clearTimeout(patience)
  }
  const stuck = (): void =>
    lose(
      new Problem({
        what: 'the engine did not stop when it was told to, and was ended',
        why: 'the run was cancelled, and its end did not come',
        remedy: 'lab doctor --clean',
      }),
    )
  const sent = new Set<string>()
  const put: Line['put'] = (digest, files) => {
    if (!sent.has(digest)) send({ type: 'put', digest, files })
    sent.add(digest)
  }
  const line: Line = { inbox, send, put, broken, stuck }

  return {
    target: options.target,
    description: options.describe(hello.facts),
    facts: hello.facts,
    factor: hello.factor,
    removed: hello.removed,
    run: (request, signal) => runOn(request, signal, factor, line),
    script: (request, signal) => runOn(request, signal, factor, line),
    noEntry: options.entryTo instanceof Problem ? options.entryTo : undefined,
    entryTo: (place) => {
      if (options.entryTo instanceof Problem) throw options.entryTo
      return options.entryTo(place)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const seen = (what: string | undefined): string => (what === undefined ? '' : `; ${what}`)

function endedEarly(code: number | null, signal: NodeJS.Signals | null, said: string): Problem {
  const how = signal === null ? `it exited ${code ?? '?'}` : `it was ended by ${signal}`
  return new Problem({
    what: 'the engine ended before it was told to',
    why: `${how}${said === '' ? '' : `: ${said.trim().slice(-500)}`}`,
    remedy: 'lab doctor --clean, then run the command again',
  })
}

const noHello = (): Problem =>
  new Problem({
    what: `the engine did not answer within ${HELLO / 1000} s`,
    remedy: 'run the command again; if it stays, report it',
  })

async function greet(inbox: Inbox, lose: (problem: Problem) => void): Promise<Hello> {
  try {
    const event = await inbox.take()
    if (event.type === 'fault') throw problemOf(event)
    if (event.type === 'hello') return event
    const what = 'the engine broke the protocol'
    throw new Problem({ what, why: `it began with "${event.type}" and not with "hello"` }, EXIT.bug)
  } catch (error) {
    lose(error instanceof Problem ? error : noHello())
    throw error
  }
}

function problemOf(event: Extract<Event, { type: 'fault' }>): Problem {
  const { cause, what, why, remedy, detail } = event.fault
  if (cause === 'bug') throw new Error(what, { cause: detail })
  return new Problem({ what, why, remedy })
}
