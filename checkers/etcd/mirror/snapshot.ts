/** Step 1: what is there. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Mirror } from './mirror.ts'
import { Store } from './store.ts'

/** Text that is not what it was after a careless way in or out. */
const TEXTS: readonly (readonly [name: string, value: string])[] = [
  ['empty', ''],
  ['quotes', 'say "yes" \\ no'],
  ['lines', 'one\ntwo\r\nthree\n'],
  ['control', 'bell \u0007, null \u0000, escape \u001b, delete \u007f'],
  ['markup', '<a href="x">&amp;</a>'],
  ['separators', 'line\u2028paragraph\u2029next line\u0085'],
  ['letters', 'Größe, 容器, 🦀'],
  ['ключ "key"', 'a key of more than ASCII'],
]
/** A prefix is a beginning, and no folder. */
const BEGINNING = 'app'

export const snapshot = checks({
  'snapshot/keys': withEtcd(async (context) => {
    const store = new Store(context, BEGINNING)
    const { prefix } = store
    // What sorts next to the prefix, and does not begin with it.
    for (const key of ['ap', 'apo', 'apo~', 'apq', 'aq', 'zoo']) await store.put(key, 'outside')
    await store.put(prefix, 'the prefix itself is a key, too')
    // The last one sorts after U+FFFF.
    for (const key of ['/a', '.', '0', 'a', 'b', 'c', 'd/e', '~', '🦀']) await store.put(prefix + key, `first ${key}`)
    await store.put(`${prefix}a`, 'second a')
    await store.del(`${prefix}b`)
    await store.del(`${prefix}c`)
    await store.put(`${prefix}c`, 'another c')
    await store.txn({ put: `${prefix}x`, value: '1' }, { put: `${prefix}y`, value: '1' })
    await store.put('apq', 'outside, and later than all inside')
    const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
    await mirror.reaches(store.revision)
  }),

  'snapshot/text': withEtcd(async (context) => {
    const store = new Store(context)
    for (const [name, value] of TEXTS) await store.put(store.prefix + name, value)
    const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
    await mirror.reaches(store.revision)
  }),
})
