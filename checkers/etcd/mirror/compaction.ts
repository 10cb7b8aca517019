/** Step 6: history that is gone. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Proxy } from '../../kit/faults/index.ts'
import { Mirror } from './mirror.ts'
import { Store } from './store.ts'
import { VARIES } from './varies.ts'

/** All that can happen to a key while nobody looks. `stays` is not touched. */
export async function changeAll(store: Store): Promise<void> {
  const key = (name: string): string => store.prefix + name
  await store.put(key('changed'), 'then')
  await store.put(key('changed'), 'now')
  await store.put(key('rewritten'), 'the same')
  await store.del(key('deleted'))
  await store.del(key('replaced'))
  await store.put(key('replaced'), 'the same')
  await store.put(key('new'), 'now')
  await store.put(key('passing'), 'unseen')
  await store.del(key('passing'))
  await store.put('app0', 'outside')
}

export async function begin(store: Store): Promise<void> {
  for (const name of ['changed', 'deleted', 'stays', 'stays too']) await store.put(store.prefix + name, name)
  for (const name of ['rewritten', 'replaced']) await store.put(store.prefix + name, 'the same')
}

export const compaction = checks({
  'compaction/difference': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      await begin(store)
      const [member] = context.etcd.members
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      const mirror = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
      await mirror.reaches(store.revision)
      await store.put(`${store.prefix}stays too`, 'told as a change')
      await mirror.reaches(store.revision)
      await proxy.refuse()
      await changeAll(store)
      await store.compact()
      await store.put(`${store.prefix}later`, 'after the compaction')
      proxy.pass()
      await mirror.reaches(store.revision)
      await store.put(`${store.prefix}deleted`, 'it is back')
      await store.del(`${store.prefix}stays`)
      await mirror.reaches(store.revision)
    }),
  },
})
