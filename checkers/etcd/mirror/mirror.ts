/** `mirror` under test: started, read or left unread, and what it tells judged against the store. */
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import type { CheckContext, Running } from '../../kit/index.ts'
import { isUnmet } from '../../kit/faults/index.ts'
import { reportWatch } from '../../kit/history/index.ts'
import { duration } from '../../kit/judge.ts'
import { inMounts } from '../../kit/net/namespace.ts'
import { parseLine, type Line } from './lines.ts'
import type { Store } from './store.ts'
import { findingIn, lostUpTo } from './told.ts'

/** ms on a fast laptop for a mirror to start, or to connect again after a fault, and tell all that there is */
const SOON = 5_000
/** ms since its last line in which a mirror that is waited for is still at work */
const TELLING = 1_000

export interface MirrorOptions {
  /** of etcd, or of a proxy before it */
  from: string
  /** absolute path in the host */
  resume?: string
  /** lines that an earlier one has told, which belong to the same history */
  after?: readonly Line[]
}

export class Mirror {
  readonly running: Running
  readonly lines: Line[]
  /** what it wrote, as it came */
  readonly chunks: Buffer[] = []
  readonly #context: CheckContext
  readonly #store: Store
  readonly #out: Socket
  #synced = 0

  private constructor(context: CheckContext, store: Store, running: Running, out: Socket, after: readonly Line[]) {
    this.#context = context
    this.#store = store
    this.running = running
    this.#out = out
    this.lines = [...after]
    this.#synced = this.lines.findLast((line) => line.op === 'sync')?.rev ?? 0
    const decoder = new StringDecoder('utf8')
    let partial = ''
    out.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk)
      const pieces = (partial + decoder.write(chunk)).split('\n')
      partial = pieces.pop() ?? ''
      for (const text of pieces) this.#take(parseLine(text, context.timeline.now()))
    })
  }

  /**
   * Its standard output is a fifo of the check's own, so that the check decides when it is read. The program is executed in
   * the place of the shell that opens it.
   */
  static async start(context: CheckContext, store: Store, options: MirrorOptions): Promise<Mirror> {
    const { host, component, random } = context
    const fifo = `/run/mirror-${random.word()}`
    await inMounts(host, ['mkfifo', fifo])
    // Until the program has opened it, nobody else writes, and that would be its end.
    const keeper = openSync(host.path(fifo), constants.O_RDWR | constants.O_NONBLOCK)
    const fd = openSync(host.path(fifo), constants.O_RDONLY | constants.O_NONBLOCK)
    const out = new Socket({ fd, readable: true, writable: false })
    out.on('error', () => undefined)
    const { from, resume, after = [] } = options
    const words = ['--from', from, '--prefix', store.prefix, ...(resume === undefined ? [] : ['--resume', resume])]
    const argv = component.argv('main', words)
    const running = await host.start(['sh', '-c', `exec "$0" "$@" > ${fifo}`, ...argv], { name: 'mirror' })
    const release = (): void => closeSync(keeper)
    void running.gone.then(release, release)
    context.defer(() => void out.destroy())
    return new Mirror(context, store, running, out, after)
  }

  /** Waits for a sync line of this revision or a later one, and judges all that was told up to there. */
  async reaches(revision: number, within = SOON): Promise<void> {
    const { eventually } = this.#context
    // An etcd without any change is at revision 1.
    const least = Math.max(1, revision)
    try {
      await eventually(
        `mirror tells everything up to revision ${least}, and a sync line`,
        () => this.#synced,
        (synced) => synced >= least || this.lines.at(-1)?.op === 'none',
        () => `${this.#describe()}; ${this.running.describe()}`,
        { within, over: () => this.running.exit !== undefined },
      )
    } catch (error) {
      if (!isUnmet(error)) throw error
      this.judge()
      const lost = lostUpTo(this.lines, this.#store, revision)
      // One that has ended, or has told nothing, has not lost one change; one that still tells may only be slow.
      const tells = this.#sinceLast() < TELLING
      if (lost !== undefined && this.#synced > 0 && this.running.exit === undefined && !tells)
        reportWatch(this.#context, lost)
      throw error
    }
    this.judge()
  }

  /** Fails with the first thing that is wrong with what it has told. */
  judge(): void {
    const finding = findingIn(this.lines, this.#store)
    if (finding !== undefined) reportWatch(this.#context, finding)
  }

  /** Reads no more of its output, as a consumer that hangs. */
  stall(): void {
    this.#context.timeline.note('fault', 'reads no more of what mirror writes')
    this.#out.pause()
  }

  readOn(): void {
    this.#context.timeline.note('fault', 'reads on')
    this.#out.resume()
  }

  /** Resolves when it is gone and what it wrote has been read. */
  async ended(): Promise<void> {
    await this.running.exited
    if (!this.#out.closed) await new Promise<void>((resolve) => this.#out.once('close', () => resolve()))
  }

  #take(line: Line): void {
    this.lines.push(line)
    if (line.op === 'sync') this.#synced = line.rev
  }

  #describe(): string {
    if (this.lines.length === 0) return 'it told nothing'
    const syncs = this.#synced === 0 ? 'no sync line came' : `the last sync line was that of revision ${this.#synced}`
    const tells = this.#sinceLast() < TELLING ? `, the last one ${duration(this.#sinceLast())} ago` : ''
    return `${this.lines.length} lines came${tells}, and ${syncs}`
  }

  /** ms since the last line came */
  #sinceLast(): number {
    return this.#context.timeline.now() - (this.lines.at(-1)?.at ?? -Infinity)
  }
}
