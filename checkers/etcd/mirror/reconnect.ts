/** Step 5: connections that are lost, and an etcd that was away. */
import { readFileSync } from 'node:fs'
import { checks } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import { pause, Proxy, resume } from '../../kit/faults/index.ts'
import { lostInList, tear, type Proxied } from './middle.ts'
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
/** tries to connect while etcd is away, of one that goes on trying, and ms on a fast laptop in which they come */
const TRIES = 3
const TRYING = 15_000
/** ms on a fast laptop, after an outage in which the pause between two tries has grown */
const BACK = 10_000

/** A mirror that has told what there is, behind a proxy. */
async function mirrored(context: EtcdContext, store: Store): Promise<Proxied> {
  const [member] = context.etcd.members
  const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
  const mirror = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
  await mirror.reaches(store.revision)
  return { mirror, proxy }
}

/**
 * Connections that were refused in the network of a process so far, tcpAttemptFails of RFC 4022 as proc(5) tells it; 0 when the
 * process has ended.
 */
function refusedBefore(pid: number): number {
  let told: string
  try {
    told = readFileSync(`/proc/${pid}/net/snmp`, 'utf8')
  } catch {
    return 0
  }
  const lines = told.split('\n').filter((line) => line.startsWith('Tcp:'))
  const [names = [], values = []] = lines.map((line) => line.split(' '))
  return Number(values[names.indexOf('AttemptFails')])
}

/** Waits until it has been refused several times, by an etcd that is away. In its network nobody else connects. */
async function isRefused(
  { eventually }: EtcdContext,
  { running }: Mirror,
  before: number,
  when = 'while etcd is away',
): Promise<void> {
  const { pid = 0 } = running
  await eventually(
    `mirror goes on trying ${when}`,
    () => refusedBefore(pid) - before,
    (tries) => tries >= TRIES,
    (tries) => (running.exit === undefined ? `it has tried ${tries} times` : running.describe()),
    { within: TRYING, over: () => running.exit !== undefined },
  )
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
      const proxied = await mirrored(context, store)
      await tear(store, proxied, names)
      proxied.proxy.pass()
      await proxied.mirror.reaches(store.revision)
    }),
  },

  'reconnect/list': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const { mirror, proxy } = await lostInList(context, store)
      proxy.pass()
      await mirror.reaches(store.revision, BACK)
      await store.put(`${store.prefix}last`, 'after the list')
      await mirror.reaches(store.revision)
    }),
  },

  'reconnect/restart': {
    limit: 60_000,
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
      const [member] = etcd.members
      const before = refusedBefore(mirror.running.pid ?? 0)
      await member.kill()
      await isRefused(context, mirror, before)
      // It comes back only after all of this: who begins with a new list then has missed what came and went.
      await pause(context, mirror.running)
      const refused = refusedBefore(mirror.running.pid ?? 0)
      const late = await Mirror.start(context, store, { from: etcd.endpoints })
      await isRefused(context, late, refused, 'when etcd is away from its start on')
      await member.start()
      await late.reaches(store.revision, BACK)
      await store.put(`${prefix}a`, 'after the crash')
      await store.put(`${prefix}a`, 'and once more')
      await store.put(`${prefix}gone`, 'it comes and goes unseen')
      await store.del(`${prefix}gone`)
      await store.put(`${prefix}b`, 'after the crash')
      await resume(context, mirror.running)
      await mirror.reaches(store.revision, BACK)
      await member.restart('stop')
      await store.del(`${prefix}a`)
      await mirror.reaches(store.revision)
    }),
  },
})
