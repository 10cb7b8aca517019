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

/** A file in the host, and what a consumer has of it: everything up to its last sync line. */
interface Kept {
  resume: string
  after: Line[]
}

/** What is kept of what a mirror wrote: so many of its lines, and so many bytes of the next one. */
type Cut = (whole: readonly string[], mirror: Mirror) => readonly [lines: number, bytes: number]

/** Three bytes in UTF-8. */
const LETTER = '容'

/** lines and bytes of the next one, which is not whole: it ends within a letter, where one is written as itself */
function half({ random }: EtcdContext, whole: readonly string[], lines: number): [number, number] {
  const line = Buffer.from(whole[lines] ?? '')
  const letter = line.indexOf(LETTER)
  return [lines, letter < 0 ? random.integer(1, line.length - 1) : letter + 1]
}

function keep(context: EtcdContext, mirror: Mirror, resume: string, cut: Cut): Kept {
  const whole = Buffer.concat(mirror.chunks).toString().split('\n').slice(0, -1)
  const [lines, bytes] = cut(whole, mirror)
  const next = Buffer.from(whole[lines] ?? '')
  const before = whole.slice(0, lines).map((line) => `${line}\n`)
  writeFileSync(context.host.path(resume), Buffer.concat([Buffer.from(before.join('')), next.subarray(0, bytes)]))
  // Short, since a failure text has a line for each of them.
  const some = `${lines} of ${whole.length} lines and half of one`
  const what = bytes < next.length ? some : 'all but the last line break'
  context.timeline.note('fault', `${resume.replace('/run/', '')}: ${what}`)
  const synced = mirror.lines.slice(0, lines).findLastIndex(({ op }) => op === 'sync')
  return { resume, after: mirror.lines.slice(0, synced + 1) }
}

/** changes of the last transaction of `beginAndKill`; of the first of them more than a look for "sync" is to be made */
const LAST = ['a', 'b', 'c', 'd', 'e']
const VALUES = ['sync', ...LAST.slice(1).map(() => `in one transaction ${LETTER}`)]

/** Its sync line and some of its changes are lost, and one is not whole. */
const inTransaction = (context: EtcdContext, mirror: Mirror): Kept =>
  keep(context, mirror, '/run/kept', (whole) =>
    half(context, whole, whole.length - 1 - context.random.integer(1, LAST.length - 1)),
  )

/** No sync line is in it. */
const inList = (context: EtcdContext, mirror: Mirror): Kept =>
  keep(context, mirror, '/run/begin', (whole, { lines }) => {
    const listed = lines.findIndex(({ op }) => op === 'sync')
    return half(context, whole, context.random.integer(1, listed - 1))
  })

/** All but the last line break, which belongs to a sync line. */
const atLineBreak = (context: EtcdContext, mirror: Mirror): Kept =>
  keep(context, mirror, '/run/whole', (whole) => [whole.length - 1, Infinity])

async function beginAndKill(context: EtcdContext, store: Store): Promise<Mirror> {
  await begin(store)
  const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints })
  await mirror.reaches(store.revision)
  await store.put(`${store.prefix}changed`, 'told as a change')
  await store.put(`${store.prefix}told`, 'and taken back')
  await store.del(`${store.prefix}told`)
  await mirror.reaches(store.revision)
  await store.txn(...LAST.map((key, i) => ({ put: store.prefix + key, value: VALUES[i] ?? '' })))
  await mirror.reaches(store.revision)
  await killNow(context, mirror.running)
  await mirror.ended()
  return mirror
}

export const resume = checks({
  'resume/goes-on': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const first = await beginAndKill(context, store)
      await changeAll(store)
      const from = context.etcd.endpoints
      for (const cut of [inTransaction, inList, atLineBreak]) {
        const kept = cut(context, first)
        const mirror = await Mirror.start(context, store, { from, ...kept })
        await store.put(`${store.prefix}last`, `after it began with ${kept.resume}`)
        await mirror.reaches(store.revision)
      }
    }),
  },

  'resume/compacted': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const store = new Store(context)
      const kept = inTransaction(context, await beginAndKill(context, store))
      await changeAll(store)
      await store.del(`${store.prefix}a`)
      await store.compact()
      await store.put(`${store.prefix}later`, 'after the compaction')
      const mirror = await Mirror.start(context, store, { from: context.etcd.endpoints, ...kept })
      await mirror.reaches(store.revision)
      await store.put(`${store.prefix}last`, 'a change again')
      await mirror.reaches(store.revision)
    }),
  },
})
