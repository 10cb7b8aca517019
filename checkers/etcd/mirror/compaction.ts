/** Step 6: history that is gone. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Proxy } from '../../kit/faults/index.ts'
import { lostInList, tear } from './middle.ts'
import { Mirror } from './mirror.ts'
import { Store } from './store.ts'
import { fill } from './transactions.ts'
import { VARIES } from './varies.ts'

/** keys and bytes of a transaction of 4 MB, twice what etcd puts into a fragment */
const LARGE = { keys: 40, bytes: 100_000 }

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
      // A mirror that goes on after the compaction, and not after its list, tells some of this that was over by then.
      for (const value of ['after the compaction', 'and once more']) await store.put(`${store.prefix}later`, value)
      await store.put(`${store.prefix}passing too`, 'unseen')
      await store.del(`${store.prefix}passing too`)
      await store.put(`${store.prefix}later still`, 'after the compaction')
      proxy.pass()
      await mirror.reaches(store.revision)
      await store.put(`${store.prefix}later still`, 'a change again')
      await mirror.reaches(store.revision)
      // The difference may be nothing at all.
      await proxy.refuse()
      await store.put(`${store.prefix}passing`, 'unseen once more')
      await store.del(`${store.prefix}passing`)
      await store.compact()
      proxy.pass()
      await mirror.reaches(store.revision)
      await store.put(`${store.prefix}deleted`, 'it is back')
      await store.del(`${store.prefix}stays`)
      await mirror.reaches(store.revision)
      // Exactly the next revision is compacted, and it is a delete: a watch from there on is no longer told of it by an etcd from
      // before etcd-io/etcd#18274, and without the deleted value by a later one.
      await proxy.refuse()
      await store.del(`${store.prefix}stays too`)
      await store.compact()
      proxy.pass()
      await store.put(`${store.prefix}later`, 'after a delete that was compacted')
      await mirror.reaches(store.revision)
    }),
  },

  'compaction/middle': {
    limit: 60_000,
    // How much of a torn transaction has been read when the next fault comes.
    varies: [...VARIES, /(?<=mirror told (?:sync|put app\/large).*\n)((?:.*fault: .*\n)*)/],
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const { prefix } = store
      // The revision that the list is read at is gone.
      const proxied = await lostInList(context, store, () => store.compact())
      const { mirror, proxy } = proxied
      await store.put(`${prefix}later`, 'after the compaction')
      proxy.pass()
      await mirror.reaches(store.revision)
      // So is a transaction of which a part was passed on: that part is told, and the rest is not.
      const large = await fill(store, LARGE)
      await mirror.reaches(store.revision)
      await tear(store, proxied, large)
      await proxy.refuse()
      await store.put(large[0] ?? '', 'once more')
      await store.compact()
      await store.put(`${prefix}later`, 'after the other compaction')
      proxy.pass()
      await mirror.reaches(store.revision)
    }),
  },
})
