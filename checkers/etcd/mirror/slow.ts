/** Step 7: a reader that hangs. */
import { mkdirSync, readFileSync } from 'node:fs'
import { checks, childrenOf, type CheckContext, type Running } from '../../kit/index.ts'
import { withEtcd, type EtcdOptions } from '../../kit/etcd/index.ts'
import { Disk } from '../../kit/faults/index.ts'
import { Proxy } from '../../kit/faults/proxy.ts'
import { inMounts } from '../../kit/net/namespace.ts'
import { ExpectationFailed } from '../../kit/outcome.ts'
import { Mirror } from './mirror.ts'
import { Store } from './store.ts'
import { VARIES } from './varies.ts'

const MIB = 2 ** 20
/** bytes of changes that nobody has read, and by how much a mirror may grow meanwhile: the contract's */
const PENDING = 200 * MIB
const GROWTH = 32 * MIB
/** Some of them are much as a queue of so many lines, and one of them is still no request that etcd refuses (1.5 MiB). */
const VALUE = 512 * 1024
const KEYS = 16
/** writes at once */
const AT_ONCE = 8
/** writes elsewhere during which a mirror that waits takes nothing */
const ROUNDS = 40
/**
 * bytes of changes after which a mirror that takes them is waited for, and so many looks at most: of a watch that reads and is
 * behind, etcd 3.4 keeps all that it has not sent in its memory (mvcc/watchable_store.go, syncWatchers)
 */
const PORTION = 25 * MIB
const LOOKS = 40
/**
 * ms for which a reader hangs. By the clock and not by how fast the machine is: whoever has had enough of its reader after a
 * second or two goes by the clock as well.
 */
const HANGS = 4_000
/** bytes of changes that are read afterwards, each of them: more than a mirror may keep without a reason */
const READ = 24 * MIB

/** Resident bytes of a program and of all that it has started, proc(5). */
function memoryOf(pid: number): number {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return 0 // it has ended
  }
  const own = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), own)
}

const requirePid = ({ pid, exit, ...running }: Running): number => {
  if (pid !== undefined && exit === undefined) return pid
  throw new ExpectationFailed('mirror runs', `${running.name} has ended`)
}

/** So many bytes of changes of keys with values of 512 KiB, which are not sent again. */
async function write(store: Store, bytes: number): Promise<void> {
  let left = Math.ceil(bytes / VALUE)
  const worker = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1
      await store.again(`${store.prefix}key${left % KEYS}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function fill(store: Store): Promise<void> {
  for (let i = 0; i < KEYS; i += 1) await store.put(`${store.prefix}key${i}`, String(i % 10).repeat(VALUE))
}

/** Go keeps as much garbage as it has memory in use; a host has 512 MiB, of which the disk takes half. */
const THRIFTY = { GOGC: '20' }
/** where its log is */
const LOG = '/run/log'

/**
 * 256 MiB of /var do not hold what is pending: a host of its own, whose memory no mirror shares, with a disk of its own. etcd
 * allocates 128 MiB for its log before it writes; a ramfs knows no fallocate(2), so that what it writes is all that it takes.
 */
async function elsewhere(context: CheckContext): Promise<EtcdOptions> {
  const host = await context.anotherHost()
  await Disk.mount(context, host, '/mnt', 384 * MIB)
  mkdirSync(host.path(LOG), { recursive: true })
  await inMounts(host, ['mount', '-n', '-t', 'ramfs', '-o', 'mode=755,nosuid,nodev', 'log', LOG])
  const places: EtcdOptions['places'] = [{ host, address: '127.0.0.1' }]
  return { places, dataDir: '/mnt', environment: THRIFTY, config: { 'wal-dir': `${LOG}/wal` } }
}

export const slow = checks({
  'slow/every-change': {
    limit: 60_000,
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      await fill(store)
      const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
      await mirror.reaches(store.revision)
      mirror.stall()
      const since = context.timeline.now()
      await write(store, READ)
      await context.eventually(
        `the reader of mirror has hung for ${HANGS / 1000} s, while changes go on`,
        async () => {
          await store.put(`${store.prefix}waits`, 'nobody reads this yet')
          return context.timeline.now() - since
        },
        (hung) => hung >= HANGS,
        (hung) => `it has for ${Math.round(hung)} ms`,
        { contract: HANGS, over: () => mirror.running.exit !== undefined },
      )
      mirror.readOn()
      // Something comes after what was left out, whenever that was: a mirror that takes changes again tells one of these.
      const end = `${store.prefix}key${KEYS}`
      const first = await store.put(end, 'read on')
      await context.eventually(
        'mirror tells a change that was made after its reader had gone on',
        async () => {
          await store.put(end, 'and on')
          return mirror.lines.some((line) => line.op === 'put' && line.rev >= first)
        },
        Boolean,
        () => 'it told none',
        { within: 10_000, over: () => mirror.running.exit !== undefined },
      )
      await mirror.reaches(store.revision)
    }),
  },

  'slow/memory': {
    limit: 90_000,
    // What came just before the first thing that is wrong: a sync line stands between two of its responses, wherever those end.
    varies: [/mirror told (sync of|put app\/key\d+ at) revision/, ...VARIES, /grew by (\d+) MiB/],
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const [member] = context.etcd.members
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      await fill(store)
      const mirror = await Mirror.start(context, store, { from: `http://127.0.0.1:${proxy.port}` })
      await write(store, MIB)
      await mirror.reaches(store.revision)
      const idle = memoryOf(requirePid(mirror.running))
      mirror.stall()
      // Whatever it leaves out, this is in its output: what is wrong then comes after it, and after the faults.
      await store.put(`${store.prefix}waits`, 'nobody reads this yet')
      let most = idle
      const look = setInterval(() => (most = Math.max(most, memoryOf(mirror.running.pid ?? 0))), 50)
      context.defer(() => clearInterval(look))
      /** bytes that mirror takes while something else is written */
      const takes = async (): Promise<number> => {
        const before = proxy.bytes('down').passed
        for (let i = 0; i < ROUNDS; i += 1) await store.put('app0', String(i))
        return proxy.bytes('down').passed - before
      }
      for (let written = 0; written < PENDING; written += PORTION) {
        await write(store, PORTION)
        for (let i = 0; i < LOOKS && (await takes()) > 0; i += 1);
      }
      await context.eventually(
        'mirror takes no more than it can write',
        async () => ({ took: await takes(), grew: most - idle }),
        ({ took, grew }) => took === 0 || grew > GROWTH,
        ({ took }) => `it still takes ${took} bytes`,
        { within: 15_000 },
      )
      clearInterval(look)
      most = Math.max(most, memoryOf(requirePid(mirror.running)))
      context.expect(
        most - idle <= GROWTH,
        `while ${PENDING / MIB} MiB of changes wait for a reader that hangs, the memory of mirror grows by at most ${GROWTH / MIB} MiB`,
        () => `it grew by ${Math.ceil((most - idle) / MIB)} MiB`,
      )
      // History does not wait for ever: what was not sent yet is gone, and the reader gets where things stand. No watch is open
      // when that happens: an etcd before 3.4.31 and 3.5.13 compacts one that it can't send to at the moment without a word, and
      // goes on with the present (etcd-io/etcd#17529).
      await proxy.refuse()
      await store.compact()
      await store.put(`${store.prefix}end`, 'after the compaction')
      proxy.pass()
      mirror.readOn()
      await mirror.reaches(store.revision, 10_000)
    }, elsewhere),
  },
})
