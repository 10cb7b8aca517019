// The two calls of etcd that a mirror needs: api/etcdserverpb/rpc.proto and api/mvccpb/kv.proto.
import { decode, encode } from './fields.ts'
import { Failed, OUT_OF_RANGE, type Connection } from './grpc.ts'

/** What is asked for is not there any more; only the present is. */
export class Compacted extends Error {}

export interface KeyValue {
  key: string
  value: string
  /** the revision at which it was changed last */
  rev: number
}

export interface Event extends KeyValue {
  deleted: boolean
}

export interface Range {
  prefix: string
  /** the first key; default: that of the prefix */
  from?: string
  /** 0: the newest */
  rev: number
  limit: number
}

/** The end of a prefix's range: the prefix with its last byte one larger. */
function endOf(prefix: string): Buffer {
  const end = Buffer.from(prefix) // UTF-8 has no byte 0xff
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1)
  return end
}

export async function range(
  connection: Connection,
  { prefix, from = prefix, rev, limit }: Range,
): Promise<{ rev: number; kvs: KeyValue[]; more: boolean }> {
  const fields = encode([1, Buffer.from(from)], [2, endOf(prefix)], [3, BigInt(limit)], [4, BigInt(rev)])
  const page = { rev: 0, kvs: [] as KeyValue[], more: false }
  try {
    for await (const message of connection.call('/etcdserverpb.KV/Range', fields)) {
      decode(message, (number, value, bytes) => {
        if (number === 1) page.rev = revisionOf(bytes)
        else if (number === 2) page.kvs.push(keyValue(bytes))
        else if (number === 3) page.more = value !== 0n
      })
    }
  } catch (error) {
    throw error instanceof Failed && error.status === OUT_OF_RANGE ? new Compacted(error.message) : error
  }
  return page
}

/** Responses of a watch from a revision on. `fragment`: the next one goes on with the same transactions. */
export async function* watch(
  connection: Connection,
  prefix: string,
  from: number,
): AsyncGenerator<{ events: Event[]; fragment: boolean }> {
  const create = encode([1, Buffer.from(prefix)], [2, endOf(prefix)], [3, BigInt(from)], [8, true])
  for await (const message of connection.call('/etcdserverpb.Watch/Watch', encode([1, create]))) {
    const events: Event[] = []
    let [canceled, compacted, fragment, reason] = [false, false, false, '']
    decode(message, (number, value, bytes) => {
      if (number === 4) canceled = value !== 0n
      else if (number === 5) compacted = value !== 0n
      else if (number === 6) reason = bytes.toString()
      else if (number === 7) fragment = value !== 0n
      else if (number === 11) events.push(event(bytes))
    })
    if (compacted) throw new Compacted('the revision has been compacted')
    if (canceled) throw new Error(`etcd ended the watch: ${reason}`)
    yield { events, fragment }
  }
  throw new Error('etcd ended the watch')
}

function revisionOf(header: Buffer): number {
  let rev = 0
  decode(header, (number, value) => {
    if (number === 3) rev = Number(value)
  })
  return rev
}

function keyValue(message: Buffer): KeyValue {
  const kv = { key: '', value: '', rev: 0 }
  decode(message, (number, value, bytes) => {
    if (number === 1) kv.key = bytes.toString()
    else if (number === 3) kv.rev = Number(value)
    else if (number === 5) kv.value = bytes.toString()
  })
  return kv
}

function event(message: Buffer): Event {
  let deleted = false
  let kv: KeyValue = { key: '', value: '', rev: 0 }
  decode(message, (number, value, bytes) => {
    if (number === 1) deleted = value === 1n
    else if (number === 2) kv = keyValue(bytes)
  })
  return { deleted, ...kv }
}
