/** The store as the check writes it, and all that it did: the truth against which a mirror is judged. */
import type { CheckContext } from '../../kit/index.ts'
import type { Etcd, EtcdContext } from '../../kit/etcd/index.ts'
import type { RequestOp } from '../../../src/wire/etcd/messages.ts'
import { mark } from './lines.ts'
import type { Change, History } from './told.ts'

/** Of a transaction. `again` puts the value that is there, so that much can happen without sending it. */
export type Op = { put: string; value: string } | { again: string } | { del: string }

const bytes = (text: string): Buffer => Buffer.from(text)

export class Store implements History {
  readonly prefix: string
  readonly compacted: number[] = []
  readonly #etcd: Etcd
  readonly #client: ReturnType<Etcd['client']>
  readonly #changes: Change[] = []
  #sorted = true
  readonly #values = new Map<string, string>()

  constructor({ etcd }: Pick<EtcdContext, 'etcd'>, prefix = 'app/') {
    this.prefix = prefix
    this.#etcd = etcd
    this.#client = etcd.client('check')
  }

  /** in the order of revisions: writes may be under way at once, and their answers come in any order */
  get changes(): readonly Change[] {
    if (!this.#sorted) this.#changes.sort((a, b) => a.revision - b.revision)
    this.#sorted = true
    return this.#changes
  }

  /** of the newest change of the prefix */
  get revision(): number {
    return this.changes.findLast(({ key }) => key.startsWith(this.prefix))?.revision ?? 0
  }

  /** Keys are whole: what does not begin with the prefix is written beside it. */
  async put(key: string, value: string): Promise<number> {
    const { header } = await this.#client.put({ key: bytes(key), value: bytes(value) })
    return this.#did(header?.revision, { put: key, value })
  }

  async again(key: string): Promise<number> {
    const { header } = await this.#client.put({ key: bytes(key), value: bytes(''), ignoreValue: true })
    return this.#did(header?.revision, { again: key })
  }

  /** Deletes a key that is there. */
  async del(key: string): Promise<number> {
    const { header } = await this.#client.deleteRange({ key: bytes(key) })
    return this.#did(header?.revision, { del: key })
  }

  async txn(...ops: Op[]): Promise<number> {
    const success = ops.map((op): RequestOp => {
      if ('del' in op) return { requestDeleteRange: { key: bytes(op.del) } }
      if ('again' in op) return { requestPut: { key: bytes(op.again), value: bytes(''), ignoreValue: true } }
      return { requestPut: { key: bytes(op.put), value: bytes(op.value) } }
    })
    const { header } = await this.#client.txn({ success })
    return this.#did(header?.revision, ...ops)
  }

  /** Compacts at its newest revision. */
  async compact(): Promise<number> {
    const at = Number(await this.#etcd.compact())
    this.compacted.push(at)
    return at
  }

  #did(revision: string | undefined, ...ops: Op[]): number {
    const at = Number(revision)
    this.#sorted &&= at > (this.#changes.at(-1)?.revision ?? 0)
    for (const op of ops) {
      if ('del' in op) {
        if (this.#values.delete(op.del)) this.#changes.push({ type: 'delete', key: op.del, revision: at })
        continue
      }
      const key = 'put' in op ? op.put : op.again
      const value = 'put' in op ? mark(op.value) : (this.#values.get(key) ?? '')
      this.#values.set(key, value)
      this.#changes.push({ type: 'put', key, revision: at, value })
    }
    return at
  }
}

/**
 * Does something again and again until the returned function is called, which waits for the last time and returns how many
 * times it was. At the check's end nobody asks any more, and how the last time ended is no matter.
 */
export function busily(
  { defer }: Pick<CheckContext, 'defer'>,
  act: (count: number) => Promise<unknown>,
): () => Promise<number> {
  let stop = false
  let count = 0
  const running = (async (): Promise<void> => {
    while (!stop) await act((count += 1))
  })()
  running.catch(() => undefined)
  defer(() => void (stop = true))
  return async () => {
    stop = true
    await running
    return count
  }
}
