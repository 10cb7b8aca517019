/** Step 3: changes that belong together. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Mirror } from './mirror.ts'
import { Store, type Op } from './store.ts'

const TRANSACTIONS = 30
/** keys and bytes of a transaction whose events are several times what etcd puts into a fragment (1.5 MiB and 512 KiB) */
const LARGE = { keys: 80, bytes: 100_000 }

/** Keys with large values, a few in one request, which etcd bounds to 1.5 MiB. */
export async function fill(store: Store, { keys, bytes }: typeof LARGE): Promise<string[]> {
  const names = Array.from({ length: keys }, (_, i) => `${store.prefix}large${String(i).padStart(3, '0')}`)
  for (let i = 0; i < keys; i += 10) {
    await store.txn(...names.slice(i, i + 10).map((put): Op => ({ put, value: 'x'.repeat(bytes) })))
  }
  return names
}

export const transactions = checks({
  'transactions/whole': withEtcd(async (context) => {
    const store = new Store(context)
    const { prefix } = store
    const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
    await mirror.reaches(store.revision)
    for (let i = 0; i < TRANSACTIONS; i += 1) {
      // Each moves a value from one key to another, so that in between there is none or two of it.
      const from = `${prefix}place${i % 3}`
      const to = `${prefix}place${(i + 1) % 3}`
      await store.txn({ del: from }, { put: to, value: `moved ${i} times` }, { put: `${prefix}count`, value: `${i}` })
      if (i % 10 === 9) await mirror.reaches(store.revision)
    }
  }),

  'transactions/large': withEtcd(async (context) => {
    const store = new Store(context)
    const names = await fill(store, LARGE)
    await store.put(`${store.prefix}a`, 'small, for who asks again for what was told last')
    const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
    await mirror.reaches(store.revision)
    await store.txn(...names.map((again) => ({ again })))
    await mirror.reaches(store.revision)
    await store.put(`${store.prefix}a`, 'after it')
    await mirror.reaches(store.revision)
  }),
})
