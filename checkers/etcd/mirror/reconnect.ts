/** Step 5: connections that are lost, and an etcd that was away. */
import { checks } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import { Proxy } from '../../kit/faults/index.ts'
import { Mirror } from './mirror.ts'
import { Store } from './store.ts'
import { fill } from './transactions.ts'
import { VARIES } from './varies.ts'

const RESETS = 3
/** revisions that etcd puts into one response at most (mvcc/watcher_group.go, watchBatchMaxRevs) */
const BATCH = 1000
const BEHIND = BATCH + 300
/** writes at once */
const AT_ONCE = 50
/** bytes after which a connection is cut: in the middle of a transaction of 8 MB */
const CUT = 3_000_000

/** A mirror that has told what there is, behind a proxy. */
async function mirrored(context: EtcdContext, store: Store): Promise<{ mirror: Mirror; proxy: Proxy }> {
  const [member] = context.etcd.members
  const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
  const mirror = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
  await mirror.reaches(store.revision)
  return { mirror, proxy }
}

export const reconnect = checks({
  'reconnect/reset': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const { prefix } = store
      await store.put(`${prefix}a`, '0')
      const { mirror, proxy } = await mirrored(context, store)
      for (let i = 1; i <= RESETS; i += 1) {
        await store.put(`${prefix}a`, `before reset ${i}`)
        await mirror.reaches(store.revision)
        await proxy.refuse()
        await store.put(`${prefix}a`, `during reset ${i}`)
        await store.put(`${prefix}a`, `still during reset ${i}`)
        await store.put(`${prefix}gone`, 'it comes and goes unseen')
        await store.del(`${prefix}gone`)
        proxy.pass()
        await store.put(`${prefix}b`, `after reset ${i}`)
        await mirror.reaches(store.revision)
      }
    }),
  },

  'reconnect/behind': {
    limit: 60_000,
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const { mirror, proxy } = await mirrored(context, store)
      await proxy.refuse()
      for (let i = 0; i < BEHIND; i += AT_ONCE) {
        const some = Array.from({ length: AT_ONCE }, (_, j) => store.put(`${store.prefix}key${j}`, String(i)))
        await Promise.all(some)
      }
      proxy.pass()
      await mirror.reaches(store.revision)
    }),
  },

  'reconnect/mid-transaction': {
    limit: 60_000,
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const names = await fill(store, { keys: 80, bytes: 100_000 })
      const { mirror, proxy } = await mirrored(context, store)
      // Bytes are counted for each connection: those that come now have none yet.
      await proxy.reset()
      await store.put(`${store.prefix}a`, 'after a reset')
      await mirror.reaches(store.revision)
      const cut = proxy.cutAfter('down', CUT)
      await store.txn(...names.map((again) => ({ again })))
      await cut
      proxy.pass()
      await mirror.reaches(store.revision)
    }),
  },

  'reconnect/restart': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const { etcd } = context
      const store = new Store(context)
      const { prefix } = store
      await store.put(`${prefix}a`, '0')
      const mirror = await Mirror.start(context, store, { from: etcd.endpoints })
      await mirror.reaches(store.revision)
      await store.put(`${prefix}a`, 'before the crash')
      await mirror.reaches(store.revision)
      await etcd.members[0].restart('kill')
      await store.put(`${prefix}a`, 'after the crash')
      await store.put(`${prefix}b`, 'after the crash')
      await mirror.reaches(store.revision)
      await etcd.members[0].restart('stop')
      await store.del(`${prefix}a`)
      await mirror.reaches(store.revision)
    }),
  },
})
