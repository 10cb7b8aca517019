/** Step 8: a mirror that was killed itself. */
import { writeFileSync } from 'node:fs'
import { checks } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import { killNow } from '../../kit/faults/index.ts'
import { begin, changeAll } from './compaction.ts'
import type { Line } from './lines.ts'
import { Mirror } from './mirror.ts'
import { Store } from './store.ts'
import { VARIES } from './varies.ts'

const KEPT = '/run/kept'

/**
 * Kills it and keeps what it wrote, cut off in the middle of a line of its last transaction, which had `lines` lines. Returns
 * what a consumer has then: everything up to the last sync line.
 */
async function killed(context: EtcdContext, mirror: Mirror, lines: number): Promise<Line[]> {
  await killNow(context, mirror.running)
  await mirror.ended()
  const whole = Buffer.concat(mirror.chunks).toString().split('\n').slice(0, -1)
  // Its sync line and some of its changes are lost, and one is not whole.
  const there = whole.length - 1 - context.random.integer(1, lines - 1)
  const half = whole[there] ?? ''
  const kept = [...whole.slice(0, there), half.slice(0, context.random.integer(1, half.length - 1))]
  writeFileSync(context.host.path(KEPT), kept.join('\n'))
  context.timeline.note('fault', `keeps ${there} of ${whole.length} lines and half of one`)
  const synced = mirror.lines.slice(0, there).findLastIndex(({ op }) => op === 'sync')
  return mirror.lines.slice(0, synced + 1)
}

async function beginAndKill(context: EtcdContext, store: Store): Promise<Line[]> {
  await begin(store)
  const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
  await mirror.reaches(store.revision)
  await store.put(`${store.prefix}changed`, 'told as a change')
  await store.put(`${store.prefix}told`, 'and taken back')
  await store.del(`${store.prefix}told`)
  await mirror.reaches(store.revision)
  const keys = ['a', 'b', 'c', 'd', 'e']
  await store.txn(...keys.map((key) => ({ put: store.prefix + key, value: 'in one transaction' })))
  await mirror.reaches(store.revision)
  return killed(context, mirror, keys.length)
}

export const resume = checks({
  'resume/goes-on': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const after = await beginAndKill(context, store)
      await changeAll(store)
      const { endpoints } = context.etcd
      const mirror = await Mirror.start(context, store, { from: endpoints, resume: KEPT, after })
      await store.put(`${store.prefix}last`, 'after it began again')
      await mirror.reaches(store.revision)
    }),
  },

  'resume/compacted': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const after = await beginAndKill(context, store)
      await changeAll(store)
      await store.del(`${store.prefix}a`)
      await store.compact()
      await store.put(`${store.prefix}later`, 'after the compaction')
      const { endpoints } = context.etcd
      const mirror = await Mirror.start(context, store, { from: endpoints, resume: KEPT, after })
      await mirror.reaches(store.revision)
      await store.put(`${store.prefix}last`, 'a change again')
      await mirror.reaches(store.revision)
    }),
  },
})
