/** Step 4: more keys than one response holds. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Proxy } from '../../kit/faults/index.ts'
import { many } from './middle.ts'
import { Mirror } from './mirror.ts'
import { busily, Store } from './store.ts'
import { VARIES } from './varies.ts'

/** More than the 4 MiB that a gRPC library takes in one message unless it is told otherwise. */
const LIST = { keys: 6000, bytes: 900 }
/** transactions meanwhile, at most: fewer than etcd puts into one response, so that nobody is behind */
const WRITES = 400
/** ms by which each response is late, so that something happens between two of them */
const LATE = 5

export const pages = checks({
  'pages/one-revision': {
    limit: 60_000,
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const names = await many(store, LIST)
      const [member] = context.etcd.members
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      proxy.set('down', { delay: LATE })
      const [first = '', last = ''] = [names[0], names.at(-1)]
      const stop = busily(context, async (count) => {
        if (count <= WRITES) await store.txn({ put: first, value: `${count}` }, { put: last, value: `${count}` })
        await context.pause()
      })
      const mirror = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
      await mirror.reaches(store.revision)
      await stop()
      await mirror.reaches(store.revision)
    }),
  },
})
