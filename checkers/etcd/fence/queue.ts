/** Step 3: those who wait. */
import { checks } from '../../kit/index.ts'
import { withEtcd, type Asked, type EtcdContext } from '../../kit/etcd/index.ts'
import { pause, Proxy, resume } from '../../kit/faults/index.ts'
import type { Patience } from '../../kit/judge.ts'
import { EnvironmentFault } from '../../kit/outcome.ts'
import { Keys } from './keys.ts'
import { Locker, LONG, NAME, shortTtl, untilTtl } from './locker.ts'

const WAITERS = 8
/** Requests and messages that one hand-over may cost, however many wait: what is measured of a right one is 3 to 8. */
const MOST = 12

/** ms on a fast laptop by which etcd's answers are late, so that something can happen between two requests of a program */
const LATE = 200
/** how often that is tried, each time with twice the delay */
const TRIES = 4

/** What was asked between two moments, but for keepalives: requests, and what watches were sent. */
function askedSince(before: Asked, after: Asked): number {
  const grown = (what: keyof Asked, method: string): number =>
    (after[what].get(method) ?? 0) - (before[what].get(method) ?? 0)
  const requests = ['Range', 'Put', 'DeleteRange', 'Txn', 'LeaseGrant', 'LeaseRevoke', 'LeaseTimeToLive', 'LeaseLeases']
  return (
    requests.reduce((sum, method) => sum + grown('started', method), 0) +
    grown('received', 'Watch') +
    grown('sent', 'Watch')
  )
}

/**
 * Waits until a count has grown to at least so many, and returns a moment (ms of performance.now) at which it had not:
 * the last look that saw less began then.
 */
async function grown(
  context: EtcdContext,
  what: string,
  count: () => Promise<number>,
  to: number,
  over: () => boolean,
): Promise<number> {
  let less = performance.now()
  const probe = async (): Promise<number> => {
    const began = performance.now()
    const now = await count()
    if (now < to) less = began
    return now
  }
  await context.eventually(what, probe, (now) => now >= to, 'it did not', { within: 10_000, over })
  return less
}

/** Waits until everybody has kept its lease alive once more, and a half: what they do besides has been done by then. */
async function everyoneRenews(context: EtcdContext, programs: number, ttl: number): Promise<Asked> {
  const { etcd, eventually } = context
  const [member] = etcd.members
  const before = (await member.asked()).received.get('LeaseKeepAlive') ?? 0
  return eventually(
    `${programs} programs keep their leases of ${ttl} s alive`,
    () => member.asked(),
    ({ received }) => (received.get('LeaseKeepAlive') ?? 0) >= before + 1.5 * programs,
    ({ received }) => `${(received.get('LeaseKeepAlive') ?? 0) - before} keepalives were sent`,
    untilTtl(ttl),
  )
}

/** Waits for what a program does that has lost its place: it exits, or runs its command with a new key, and is done then. */
async function beginsAnewOrExits(
  context: EtcdContext,
  keys: Keys,
  locker: Locker,
  whose: string,
  patience: Patience = { within: 5000 },
): Promise<void> {
  await context.eventually(
    `${locker.who}, ${whose}, exits, or runs its command with a new key, when nobody is before it`,
    () => locker.running.exit !== undefined || locker.held !== undefined,
    (over) => over,
    () => locker.describe(),
    patience,
  )
  const { held } = locker
  if (held === undefined) {
    context.expect(!locker.began, `${locker.who}, ${whose}, does not run its command`, 'it was started, and ended')
    return locker.exits('when its place is lost', false)
  }
  context.expect(
    await keys.has(held.key),
    `${locker.who}, ${whose}, does not run its command without a key in etcd`,
    `the command runs with ETCD_LOCK_KEY=${held.key}, which etcd has no more`,
  )
  locker.end()
  await locker.exits('when its command exits 0', true)
}

export const queue = checks({
  'queue/quiet': {
    limit: 60_000,
    varies: [/(\d+) requests/, /(\d+) keepalives/],
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const ttl = shortTtl(context, 2)
      const holder = await Locker.start(context, { who: 'the holder', ttl: LONG })
      await holder.holds('when nobody else has the lock')
      const first = await Locker.start(context, { who: 'the next one', ttl })
      await keys.reach(2, 'the next one has its key in the queue', () => first.running.exit !== undefined)
      for (let n = 2; n <= WAITERS; n += 1) await Locker.start(context, { who: `waiter ${n}`, ttl })
      await keys.reach(WAITERS + 1, `${WAITERS} waiters have their keys in the queue`)
      const begin = await everyoneRenews(context, WAITERS, ttl)
      const quiet = await everyoneRenews(context, WAITERS, ttl)
      context.expect(
        askedSince(begin, quiet) < WAITERS,
        `${WAITERS} waiters ask etcd nothing but keepalives while nobody before them leaves`,
        `${askedSince(begin, quiet)} requests and watch messages beside the keepalives`,
      )
      holder.end()
      await first.holds('when the holder is done')
      const after = await everyoneRenews(context, WAITERS, ttl)
      context.expect(
        askedSince(quiet, after) <= MOST,
        `a hand-over to the first of ${WAITERS} waiters costs at most ${MOST} requests and watch messages`,
        `${askedSince(quiet, after)} requests and watch messages beside the keepalives`,
      )
    }),
  },

  'queue/gap': {
    limit: 90_000,
    act: withEtcd(async (context) => {
      const [member] = context.etcd.members
      const keys = new Keys(context)
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      const endpoints = `http://127.0.0.1:${proxy.port}`
      const before = `${NAME}/7fffffffffffffff`
      // Looks at the queue; and watches, of who has looked when it made its key.
      const looks = async (): Promise<number> => {
        const { started, received } = await member.asked()
        return (started.get('Range') ?? 0) + (started.get('Txn') ?? 0) + (received.get('Watch') ?? 0)
      }
      for (let n = 0; n < TRIES; n += 1) {
        const late = LATE * context.factor() * 2 ** n
        await keys.put(before)
        proxy.set('down', { delay: Math.round(late) })
        const waiter = await Locker.start(context, { who: 'the next one', endpoints })
        const exited = (): boolean => waiter.running.exit !== undefined
        const size = async (): Promise<number> => (await keys.all()).length
        const noKey = await grown(context, 'the next one has its key in the queue', size, 2, exited)
        const count = await looks()
        // It can't have looked before the answer to its last request has come.
        const intime = performance.now() - noKey < late
        const noLook = await grown(context, 'the next one looks who is before it', looks, count + 1, exited)
        await keys.delete(before)
        const inGap = intime && performance.now() - noLook < late
        proxy.pass()
        await waiter.holds('when the key before its own was deleted after it had looked, and before it could watch')
        waiter.end()
        await waiter.exits('when its command exits 0', true)
        if (inGap) return
      }
      throw new EnvironmentFault('a key could not be deleted between two requests of fence lock', {
        why: `etcd's answers were late by up to ${Math.round(LATE * context.factor() * 2 ** (TRIES - 1))} ms, and this machine was slower`,
      })
    }),
  },

  'queue/middle': {
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const first = await Locker.start(context, { who: 'the holder' })
      await first.holds('when nobody else has the lock')
      const second = await Locker.start(context, { who: 'the second' })
      const both = await keys.reach(2, 'the second has its key in the queue', () => second.running.exit !== undefined)
      const ttl = shortTtl(context, 2)
      const third = await Locker.start(context, { who: 'the third', ttl })
      await keys.reach(3, 'the third has its key in the queue', () => third.running.exit !== undefined)
      // It watches by then: what happens to the second is told to it.
      await everyoneRenews(context, 1, ttl)
      second.running.kill('SIGTERM')
      await second.exits('when it gets SIGTERM while it waits', false)
      context.expect(second.held === undefined, 'who waits and gets SIGTERM does not run its command', 'it ran')
      const gone = both.at(-1)?.key.toString() ?? ''
      await context.eventually(
        'when the second has ended by SIGTERM, its key is gone',
        () => keys.has(gone),
        (has) => !has,
        `etcd still has it, with a TTL of ${LONG} s`,
        { within: 5000 },
      )
      // Who takes that for its own turn runs its command at once; who comes only then, and has a lock of its own, takes longer.
      const other = await Locker.start(context, { who: 'one with another lock', name: 'other' })
      await other.holds('when nobody else has that lock')
      context.expect(third.held === undefined, 'the third waits while the holder holds the lock', 'its command runs')
      const fourth = await Locker.start(context, { who: 'the fourth' })
      await keys.reach(3, 'the fourth has its key in the queue', () => fourth.running.exit !== undefined)
      first.end()
      await third.holds('when the holder is done')
      context.expect(fourth.held === undefined, 'the fourth waits while the third holds the lock', 'its command runs')
    }),
  },

  'queue/expired': {
    limit: 60_000,
    varies: [/job\/([0-9a-f]+)/],
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const told = 'whose key is deleted while it waits'
      const holder = await Locker.start(context, { who: 'the holder' })
      await holder.holds('when nobody else has the lock')
      const waiter = await Locker.start(context, { who: 'the next one' })
      const both = await keys.reach(2, 'the next one has its key in the queue', () => waiter.running.exit !== undefined)
      await keys.delete(both.at(-1)?.key.toString() ?? '')
      holder.end()
      await holder.exits('when its command exits 0', true)
      await beginsAnewOrExits(context, keys, waiter, told)

      const first = await Locker.start(context, { who: 'the holder' })
      await first.holds('when nobody else has the lock')
      const ttl = shortTtl(context)
      const second = await Locker.start(context, { who: 'the second', ttl })
      await keys.reach(2, 'the second has its key in the queue', () => second.running.exit !== undefined)
      await pause(context, second.running)
      await context.timeline.waits.during(
        'contract',
        context.eventually(
          'etcd gives up the key of who is stopped',
          () => keys.all(),
          (all) => all.length === 1,
          `its TTL of ${ttl} s is over, and the key is there`,
          untilTtl(ttl),
        ),
      )
      first.end()
      await first.exits('when its command exits 0', true)
      await keys.reach(0, `etcd has no key below ${NAME}/ when the holder is done`)
      await resume(context, second.running)
      await beginsAnewOrExits(context, keys, second, 'whose lease has ended while it was stopped', untilTtl(ttl))
    }),
  },
})
