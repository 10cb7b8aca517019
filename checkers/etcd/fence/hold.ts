/** Step 1: one holder. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { judgeLock, LOCK_GUARANTEES, type LockEvent } from '../../kit/history/index.ts'
import { Keys } from './keys.ts'
import { Locker, LONG, NAME, tokenNumber } from './locker.ts'

/** other locks, whose names begin with this one's */
const OTHERS = [`${NAME}-2`, `${NAME}0`]
const STRANGER = 'a program that had waited'

export const hold = checks({
  'hold/key': {
    varies: [/job\/([0-9a-f]+)/, /lease is ([0-9a-f]+)/, /it is "([^"]*)"/],
    act: withEtcd(async (context) => {
      const { expect } = context
      const keys = new Keys(context)
      const locker = await Locker.start(context, { who: 'fence lock' })
      const held = await locker.holds('when nobody else has the lock')
      const [key] = await keys.reach(1, `etcd has one key below ${NAME}/ while the lock is held`)
      const name = key?.key.toString() ?? ''
      expect(key?.lease !== '0', 'the key is attached to a lease', `${name} has no lease`)
      const lease = BigInt(key?.lease ?? 0).toString(16)
      expect(name === `${NAME}/${lease}`, `the key is ${NAME}/ and the number of its lease in hexadecimal`, () => {
        return `the key is ${name}, and its lease is ${lease}`
      })
      const { grantedTTL } = await keys.client.leaseTimeToLive({ ID: key?.lease ?? '0' })
      expect(
        grantedTTL === String(LONG),
        `with --ttl ${LONG} the lease has a TTL of ${LONG} s`,
        `it has ${grantedTTL} s`,
      )
      expect(held.key === name, `ETCD_LOCK_KEY of the command is the key`, `it is "${held.key}"`)
      const { header } = await keys.client.range({ key: Buffer.from(name) })
      const [from, to] = [BigInt(key?.createRevision ?? 0), BigInt(header?.revision ?? 0)]
      const isRevision = /^[1-9]\d*$/.test(held.token) && BigInt(held.token) >= from && BigInt(held.token) <= to
      expect(
        isRevision,
        'ETCD_LOCK_REV of the command is a revision of the store since the key was made',
        `it is "${held.token}", the key was made at revision ${from}, and the store is at revision ${to}`,
      )
      locker.end()
      await locker.exits('when the command exits 0', true)
    }),
  },

  'hold/order': {
    limit: 40_000,
    varies: [/token (\d+)/, /with (\d+)/],
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      // Locks of other names are held all the time. Each of these keys begins as the name does.
      for (const other of OTHERS) await keys.put(`${other}/1`)
      // Two who came first, with another program: by their names these keys are the last ones.
      const strangers = [`${NAME}/7ffffffffffffffe`, `${NAME}/7fffffffffffffff`] as const
      for (const stranger of strangers) await keys.put(stranger)
      const lockers: Locker[] = []
      const onlyHolder = (holder: number): void => {
        for (const [n, { held, who }] of lockers.entries()) {
          const before = holder < 0 ? 'a program that came before it' : lockers[holder]?.who
          context.expect(
            n <= holder || held === undefined,
            `${who} waits while ${before} holds the lock`,
            'its command runs',
          )
        }
      }
      for (const who of ['the first', 'the second', 'the third']) {
        const locker = await Locker.start(context, { who })
        lockers.push(locker)
        await keys.reach(lockers.length + 2, `${who} has its key in the queue`, () => locker.running.exit !== undefined)
      }
      onlyHolder(-1)
      // The second one waits as etcdctl does: its token is the revision at which it sees that nobody is before it.
      const token = Number(await keys.delete(strangers[0]))
      const events: LockEvent[] = [{ kind: 'acquired', at: context.timeline.now(), holder: STRANGER, token }]
      onlyHolder(-1)
      await keys.delete(strangers[1])
      for (const [n, locker] of lockers.entries()) {
        const held = await locker.holds(
          n === 0
            ? `when who came before it is gone, and others hold ${OTHERS.join(' and ')},`
            : `when ${lockers[n - 1]?.who} is done`,
        )
        events.push({
          kind: 'acquired',
          at: context.timeline.now(),
          holder: locker.who,
          token: tokenNumber(held.token),
        })
        await keys.reach(lockers.length - n, `the keys of those who are done are gone`)
        onlyHolder(n)
        locker.end()
      }
      await lockers.at(-1)?.exits('when its command exits 0', true)
      judgeLock(context, events, [LOCK_GUARANTEES.oneHolder, LOCK_GUARANTEES.monotone])
    }),
  },
})
