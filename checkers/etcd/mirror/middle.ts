/** Connections that are lost in the middle of something: of the first list, of a transaction. */
import type { EtcdContext } from '../../kit/etcd/index.ts'
import { Proxy } from '../../kit/faults/index.ts'
import { Mirror } from './mirror.ts'
import type { Op, Store } from './store.ts'

/** what etcd takes in one transaction (its flag max-txn-ops) */
const OPS = 128
/** a list of 1.7 MB, in pages of whatever size, of which 1.1 MB are passed on, at a rate that leaves time to end it there */
const LIST = { keys: 3000, bytes: 500 }
const PART = 1_100_000
const RATE = 2_000_000
/** bytes after which a connection is cut: in the middle of a transaction of at least 4 MB */
const CUT = 3_000_000
/** keys that such a transaction deletes, among its first changes: etcd divides it after 2 MB */
const DELETED = 8
/** ms on a fast laptop for the next try after a lost connection */
const AGAIN = 10_000

export interface Proxied {
  mirror: Mirror
  proxy: Proxy
}

/** Keys that begin with one and the same key, which is the first of them: a page that ends among them goes on among them. */
const FAMILY = 7

/** So many keys with values of so many bytes, in few transactions. In the order in which they are sorted. */
export async function many(store: Store, { keys, bytes }: typeof LIST): Promise<string[]> {
  const names = Array.from(
    { length: keys },
    (_, i) => `${store.prefix}key${String(Math.floor(i / FAMILY)).padStart(6, '0')}${'/'.repeat(i % FAMILY)}`,
  )
  const writes: Promise<number>[] = []
  for (let i = 0; i < keys; i += OPS) {
    const ops = names.slice(i, i + OPS).map((put): Op => ({ put, value: put.padEnd(bytes, '.') }))
    writes.push(store.txn(...ops))
  }
  await Promise.all(writes)
  return names
}

/**
 * A mirror whose connection is lost when it has got a part of its first list, and that has connected again; what it is sent then
 * is held back. What it may have told by now changes before that: the first key, and the second one is gone.
 */
export async function lostInList(
  context: EtcdContext,
  store: Store,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Proxied> {
  const { etcd, eventually, host } = context
  const [first = '', second = ''] = await many(store, LIST)
  const proxy = await Proxy.open(context, { host, to: etcd.members[0].socket, name: 'the way to etcd' })
  proxy.set('down', { rate: RATE })
  const mirror = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
  const { running } = mirror
  const gone = (): boolean => running.exit !== undefined
  const listed = (): boolean => mirror.lines.some(({ op }) => op === 'sync')
  await eventually(
    `mirror reads a list of ${LIST.keys} keys`,
    () => proxy.bytes('down').passed,
    (bytes) => bytes >= PART,
    (bytes) =>
      listed()
        ? `it told a sync line after ${mirror.lines.length - 1} lines`
        : `${bytes} bytes came; ${running.describe()}`,
    { within: AGAIN, over: () => gone() || listed() },
  )
  const patience = { within: AGAIN, over: gone }
  proxy.set('down', { mode: 'hold' })
  await store.txn({ put: first, value: 'meanwhile' }, { del: second })
  await meanwhile()
  const open = (): number => proxy.connections.open
  await eventually('mirror reads on', open, (count) => count > 0, running.describe(), patience)
  const before = proxy.connections.accepted
  await proxy.reset()
  await eventually(
    'mirror connects again when the connection is lost in the middle of its first list',
    () => proxy.connections.accepted - before,
    (times) => times > 0,
    () => (gone() ? running.describe() : 'it did not'),
    patience,
  )
  return { mirror, proxy }
}

/**
 * Tears a transaction of large keys: the connection is cut when a part of it has been passed on, and so is each further one,
 * until the proxy passes on everything. Deletes are among its first changes.
 */
export async function tear(store: Store, { mirror, proxy }: Proxied, large: string[]): Promise<void> {
  const { prefix } = store
  const gone = Array.from({ length: DELETED }, (_, i) => `${prefix}gone${i}`)
  await store.txn(...gone.map((put): Op => ({ put, value: 'for a while' })))
  await mirror.reaches(store.revision)
  // Bytes are counted for each connection: those that come now have none yet, and what was told last is small.
  await proxy.reset()
  await store.put(`${prefix}a`, 'after a reset')
  await mirror.reaches(store.revision)
  const cut = proxy.cutAfter('down', CUT)
  await store.txn(
    ...large.flatMap((again, i): Op[] => (i < DELETED ? [{ del: gone[i] ?? '' }, { again }] : [{ again }])),
  )
  await cut
}
