/** Step 2: what changes. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Proxy } from '../../kit/faults/index.ts'
import { Mirror } from './mirror.ts'
import { busily, Store } from './store.ts'
import { VARIES } from './varies.ts'

/** ms by which each request is late: that long nobody has asked for changes after the snapshot was answered */
const LATE = 40
/** changes that go on after the first sync line */
const ON = 20

export const changes = checks({
  'changes/each': withEtcd(async (context) => {
    const store = new Store(context)
    const { prefix } = store
    await store.put(`${prefix}a`, '1')
    const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
    await mirror.reaches(store.revision)
    await store.put(`${prefix}a`, '2')
    await store.put(`${prefix}a`, '2')
    await store.put('app0', 'outside')
    await store.put(`${prefix}b`, '1')
    await store.del(`${prefix}a`)
    await store.put(`${prefix}a`, '2')
    await store.put('app', 'outside')
    await store.del(`${prefix}b`)
    await mirror.reaches(store.revision)
    await store.put(`${prefix}c`, 'after a pause')
    await mirror.reaches(store.revision)
  }),

  'changes/no-gap': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const { prefix } = store
      for (const key of ['a', 'b', 'c']) await store.put(prefix + key, '1')
      // The newest key is not what has happened last.
      await store.del(`${prefix}b`)
      await store.put('app0', 'outside')
      const quiet = await Mirror.start(context, store, { from: context.etcd.endpoints })
      await quiet.reaches(store.revision)
      await store.put(`${prefix}d`, '1')
      await quiet.reaches(store.revision)

      const [member] = context.etcd.members
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      proxy.set('up', { delay: LATE })
      const stop = busily(context, (count) => store.put(`${prefix}busy${count % 3}`, String(count)))
      const busy = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
      await busy.reaches(store.revision)
      for (let i = 0; i < ON; i += 1) await store.put(`${prefix}a`, `on ${i}`)
      await stop()
      await busy.reaches(store.revision)
    }),
  },
})
