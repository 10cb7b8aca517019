/** One run on an engine: what is asked, what comes back, and whether that is an answer to it. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CHECKERS_FILE, type Command, type Event, type SourceFile } from '../protocol/index.ts'
import { findDownloads } from './downloads.ts'
import type { Inbox } from './inbox.ts'
import type { RunRequest, ScriptRequest } from './target.ts'

export interface Line {
  inbox: Inbox
  send: (command: Command) => void
  /** sends files that the engine does not have yet */
  put: (digest: string, files: SourceFile[]) => void
  /** the engine has said what it can't say: readers of the inbox get a problem */
  broken: (why: string) => void
  /** called when a run that was cancelled should have ended long ago */
  stuck: () => void
}

/** ms on a fast laptop for a cancelled run to tear down */
const CANCEL = 10_000

/** Asks for checks or for scripts, and yields what comes back until the end of that run. */
export async function* runOn(
  request: RunRequest | ScriptRequest,
  signal: AbortSignal | undefined,
  factor: number,
  { inbox, send, put, broken, stuck }: Line,
): AsyncGenerator<Event> {
  const run = randomBytes(4).toString('hex')
  const { source, spec, toolchain, cache, checkers: path, ...others } = request
  const bundle = packCheckers(path)
  const rest = { ...others, checkers: bundle.digest }
  let timer: NodeJS.Timeout | undefined
  const cancel = (): void => {
    send({ type: 'cancel', run })
    timer = setTimeout(stuck, CANCEL * factor)
  }
  const downloads = spec.fetch === undefined ? undefined : await findDownloads(toolchain, process.env)
  const component = { source: source.digest, spec, toolchain, downloads, cache }
  const [command, asked]: [Command, { id: string }[]] =
    'checks' in rest
      ? [{ type: 'run', run, ...rest, component }, rest.checks]
      : [{ type: 'script', run, ...rest, component }, rest.scripts]
  const answers = new Answers(asked.map(({ id }) => id))
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    put(source.digest, source.files)
    put(bundle.digest, bundle.files)
    send(command)
    if (signal?.aborted === true) cancel()
    for (;;) {
      const event = await inbox.take()
      if ('run' in event && event.run !== run) continue
      if (event.type === 'stored' || event.type === 'hello') continue
      const wrong = answers.wrong(event)
      if (wrong !== undefined) {
        broken(wrong)
        continue
      }
      yield event
      if (event.type === 'run-done' || event.type === 'fault') return
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

/** The bundle as the engine gets it: by content, so that the same one is sent once. */
function packCheckers(path: string): { digest: string; files: SourceFile[] } {
  const code = readFileSync(path)
  const digest = createHash('sha256').update(code).digest('hex')
  return { digest, files: [{ path: CHECKERS_FILE, mode: 0o644, data: code.toString('base64') }] }
}

/** Whether the events of a run answer what was asked: each check (or script) once, none that was not asked for, and all of them. */
export class Answers {
  readonly #asked: ReadonlySet<string>
  readonly #open: Set<string>
  #built = true

  constructor(ids: string[]) {
    this.#asked = new Set(ids)
    this.#open = new Set(ids)
  }

  /** Why this event can't be, in words that follow "it": or undefined when it is right. */
  wrong(event: Event): string | undefined {
    const id = answered(event)
    if (id !== undefined) {
      if (this.#open.delete(id)) return undefined
      return this.#asked.has(id)
        ? `it gave a second verdict for ${id}`
        : `it gave a verdict for ${JSON.stringify(id.slice(0, 80))}, which was not asked for`
    }
    if (event.type === 'build') this.#built = event.state !== 'failed'
    if (event.type === 'run-done' && this.#built && !event.cancelled && this.#open.size > 0) {
      return `it ended the run without a verdict for ${[...this.#open].join(', ')}`
    }
    return undefined
  }
}

/** The check or the script that an event is the answer to. */
function answered(event: Event): string | undefined {
  if (event.type === 'check-done') return event.result.check
  return event.type === 'script-done' ? event.result.script : undefined
}
