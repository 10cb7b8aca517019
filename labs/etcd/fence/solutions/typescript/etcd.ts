// gRPC as etcd speaks it, over HTTP/2 without a library. Field numbers are those of etcd's rpc.proto and kv.proto.
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { Fields, encode, type Message } from './protobuf.ts'

/** An answer of etcd that says no: to ask again would not help. */
export class Refused extends Error {}

const UNAVAILABLE = [4, 14] // DEADLINE_EXCEEDED, UNAVAILABLE

export interface Key {
  key: string
  created: bigint
}

const keyOf = (fields: Fields): Key => ({ key: fields.text(1), created: fields.number(2) })
const revisionOf = (fields: Fields): bigint => fields.message(1).number(3)

/** Sends nothing twice. A call has a connection of its own: one that is dead holds up nothing else. */
export class Etcd {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Resolves to the first message for which `take` returns something. Rejects when the call ends before, or the signal comes. */
  call<T>(method: string, request: Message, take: (message: Fields) => T | undefined, signal?: AbortSignal): Promise<T> {
    let session: ClientHttp2Session | undefined
    const called = new Promise<T>((resolve, reject) => {
      if (signal?.aborted) throw new Error('given up')
      signal?.addEventListener('abort', () => reject(new Error('given up')), { once: true })
      session = connect(this.#url)
      session.on('error', reject)
      const stream = session.request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: `/etcdserverpb.${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      const ended = (headers: Record<string, unknown>): void => {
        if (headers['grpc-status'] === undefined) return
        const status = Number(headers['grpc-status'])
        const text = `${method}: ${String(headers['grpc-message'] ?? status)}`
        reject(status === 0 || UNAVAILABLE.includes(status) ? new Error(text) : new Refused(text))
      }
      stream.on('response', ended)
      stream.on('trailers', ended)
      stream.on('error', reject)
      stream.on('close', () => reject(new Error(`${method}: no answer`)))
      let waiting = Buffer.alloc(0)
      stream.on('data', (chunk: Buffer) => {
        waiting = Buffer.concat([waiting, chunk])
        while (waiting.length >= 5 && waiting.length >= 5 + waiting.readUInt32BE(1)) {
          const end = 5 + waiting.readUInt32BE(1)
          const taken = take(new Fields(waiting.subarray(5, end)))
          waiting = waiting.subarray(end)
          if (taken !== undefined) resolve(taken)
        }
      })
      const body = encode(request)
      const frame = Buffer.alloc(5)
      frame.writeUInt32BE(body.length, 1)
      stream.write(Buffer.concat([frame, body]))
    })
    return called.finally(() => session?.destroy())
  }

  grant(ttl: number, signal?: AbortSignal): Promise<{ lease: bigint; ttl: number }> {
    const granted = (m: Fields) => ({ lease: m.number(2), ttl: Number(m.number(3)) })
    return this.call('Lease/LeaseGrant', [[1, ttl]], granted, signal)
  }

  revoke(lease: bigint, signal?: AbortSignal): Promise<true> {
    return this.call('Lease/LeaseRevoke', [[1, lease]], () => true, signal)
  }

  /** Resolves to the TTL in seconds, 0 when there is no such lease. */
  keepAlive(lease: bigint, signal?: AbortSignal): Promise<number> {
    return this.call('Lease/LeaseKeepAlive', [[1, lease]], (m) => Number(m.number(3)), signal)
  }

  get(key: string, signal?: AbortSignal): Promise<{ found: Key | undefined; revision: bigint }> {
    return this.#range([[1, key]], signal)
  }

  /** The youngest key of a prefix that is older than a revision. */
  before(prefix: string, created: bigint, signal?: AbortSignal): Promise<{ found: Key | undefined; revision: bigint }> {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
    const [limit, descending, byCreation, maxCreated] = [3, 5, 6, 13]
    const order: Message = [
      [limit, 1],
      [descending, 2],
      [byCreation, 2],
      [maxCreated, created - 1n],
    ]
    return this.#range([[1, prefix], [2, end], ...order], signal)
  }

  #range(request: Message, signal?: AbortSignal): Promise<{ found: Key | undefined; revision: bigint }> {
    const found = (m: Fields) => ({ found: m.all(2).map(keyOf)[0], revision: revisionOf(m) })
    return this.call('KV/Range', request, found, signal)
  }

  /** Puts a key that is not there yet, under a lease; resolves to the revision at which it was made, now or before. */
  create(key: string, value: string, lease: bigint, signal?: AbortSignal): Promise<bigint> {
    const isNew: Message = [
      [1, 0], // EQUAL
      [2, 1], // CREATE
      [3, key],
      [5, 0],
    ]
    const put: Message = [[2, [[1, key], [2, value], [3, lease]]]]
    const range: Message = [[1, [[1, key]]]]
    const created = (m: Fields): bigint =>
      m.number(2) === 1n ? revisionOf(m) : m.message(3).message(1).message(2).number(2)
    return this.call('KV/Txn', [[1, isNew], [2, put], [3, range]], created, signal)
  }

  /** Resolves once a key has been deleted after a revision, at which it was there. */
  untilDeleted(key: string, revision: bigint, signal?: AbortSignal): Promise<true> {
    const noPut = Buffer.of(0)
    const deleted = (m: Fields): true | undefined => {
      if (m.number(4) === 1n) throw new Error('the watch was canceled')
      return m.all(11).length > 0 ? true : undefined
    }
    const create: Message = [[1, key], [3, revision + 1n], [5, noPut]]
    return this.call('Watch/Watch', [[1, create]], deleted, signal)
  }
}

/** Resolves after so many ms, or when the signal comes. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const over = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal?.addEventListener('abort', over)
  })
}

/** Repeats what fails for want of an answer, until there is one or the signal comes. */
export async function insist<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof Refused || signal.aborted) throw error
    }
    await pause(100, signal)
  }
}
