/** One run on an engine: what is asked, what comes back, and whether that is an answer to it. */
import { randomBytes } from 'node:crypto'
import type { Command, Event } from '../protocol/index.ts'
import { findDownloads } from './downloads.ts'
import type { Inbox } from './inbox.ts'
import type { RunRequest } from './target.ts'

export interface Line {
  inbox: Inbox
  send: (command: Command) => void
  /** the engine has said what it can't say: readers of the inbox get a problem */
  broken: (why: string) => void
  /** called when a run that was cancelled should have ended long ago */
  stuck: () => void
}

/** ms on a fast laptop for a cancelled run to tear down */
const CANCEL = 10_000

export async function* runOn(
  request: RunRequest,
  signal: AbortSignal | undefined,
  factor: number,
  { inbox, send, broken, stuck }: Line,
): AsyncGenerator<Event> {
  const run = randomBytes(4).toString('hex')
  const { source, spec, toolchain, cache, ...rest } = request
  const answers = new Answers(request.checks.map(({ id }) => id))
  let timer: NodeJS.Timeout | undefined
  const cancel = (): void => {
    send({ type: 'cancel', run })
    timer = setTimeout(stuck, CANCEL * factor)
  }
  const downloads = spec.fetch === undefined ? undefined : await findDownloads(toolchain, process.env)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    send({ type: 'put', digest: source.digest, files: source.files })
    send({ type: 'run', run, ...rest, component: { source: source.digest, spec, toolchain, downloads, cache } })
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

/** Whether the events of a run answer what was asked: each check once, none that was not asked for, and all of them. */
export class Answers {
  readonly #asked: ReadonlySet<string>
  readonly #open: Set<string>
  #built = true

  constructor(checks: string[]) {
    this.#asked = new Set(checks)
    this.#open = new Set(checks)
  }

  /** Why this event can't be, in words that follow "it": or undefined when it is right. */
  wrong(event: Event): string | undefined {
    if (event.type === 'check-done') {
      const { check } = event.result
      if (this.#open.delete(check)) return undefined
      return this.#asked.has(check)
        ? `it gave a second verdict for ${check}`
        : `it gave a verdict for ${JSON.stringify(check.slice(0, 80))}, which was not asked for`
    }
    if (event.type === 'build') this.#built = event.state !== 'failed'
    if (event.type === 'run-done' && this.#built && !event.cancelled && this.#open.size > 0) {
      return `it ended the run without a verdict for ${[...this.#open].join(', ')}`
    }
    return undefined
  }
}
