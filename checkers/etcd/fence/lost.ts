/** Step 4: the lock is lost while the command runs. */
import { checks } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import { Keys } from './keys.ts'
import { Locker, NAME, shortTtl, untilTtl, withinTtl } from './locker.ts'
/** the name of another lock */
const OTHER = 'other'
/** a key whose lease ends when a time is over by etcd's clock */
const CLOCK = 'clock'

/** Waits until a command has ended that has lost its lock, and its `fence lock` has said so. */
export async function isEnded(
  context: EtcdContext,
  locker: Locker,
  when: string,
  ttl: number,
  patience = withinTtl(ttl),
): Promise<void> {
  await context.eventually(
    `${when}, its command is ended within the TTL of ${ttl} s`,
    () => locker.commandRuns,
    (runs) => !runs,
    () => locker.describe(),
    patience,
  )
  await locker.exits(when, false)
}

export const lost = checks({
  'lost/key': {
    limit: 40_000,
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const ttl = shortTtl(context, 2)
      for (const what of ['key', 'lease', 'lease alone'] as const) {
        // That its command exits 0 says nothing of the lock.
        const locker = await Locker.start(context, { who: 'the holder', ttl, manner: 'polite' })
        const held = await locker.holds('when nobody else has the lock')
        const [key] = await keys.reach(1, 'etcd has one key while the lock is held')
        if (what === 'key') await keys.delete(held.key)
        // Put again without its lease, the key stays when that ends.
        if (what === 'lease alone') await keys.put(held.key)
        if (what !== 'key') await keys.revoke(key?.lease ?? '0', 'the holder')
        const when =
          what === 'lease alone' ? 'lease of the holder is gone, and its key is not' : `${what} of the holder is gone`
        await isEnded(context, locker, `when the ${when}`, ttl)
      }
    }),
  },

  'lost/stubborn': {
    limit: 40_000,
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const ttl = shortTtl(context, 2)
      const locker = await Locker.start(context, { who: 'the holder', ttl, manner: 'stubborn' })
      const held = await locker.holds('when nobody else has the lock')
      await keys.reach(1, 'etcd has one key while the lock is held')
      await keys.delete(held.key)
      await isEnded(context, locker, 'when the key of a holder is gone whose command does not end by SIGTERM', ttl)
    }),
  },

  'lost/asked': {
    limit: 40_000,
    act: withEtcd(async (context) => {
      const { eventually, expect } = context
      const [keys, others] = [new Keys(context), new Keys(context, OTHER)]
      const ttl = shortTtl(context)
      const begin = async (who: string, name: string): Promise<{ locker: Locker; key: string }> => {
        const locker = await Locker.start(context, { who, name, ttl, manner: 'stubborn' })
        const { key } = await locker.holds('when nobody else has the lock')
        locker.running.kill('SIGTERM')
        await eventually(
          `when ${who} gets SIGTERM, its command gets SIGTERM`,
          () => locker.wasAsked,
          Boolean,
          () => locker.describe(),
          { within: 5000 },
        )
        return { locker, key }
      }
      const one = await begin('the holder', NAME)
      const two = await begin('the holder of another lock', OTHER)
      // It is granted after both were asked: who has kept its lease alive until then, and not longer, has lost it earlier.
      await keys.putFor(ttl + 1, CLOCK)
      await others.delete(two.key)
      await isEnded(
        context,
        two.locker,
        'when SIGTERM was passed on, and the key is deleted while the command goes on',
        ttl,
      )
      await context.timeline.waits.during(
        'contract',
        eventually(
          `etcd deletes a key whose lease of ${ttl + 1} s nobody keeps alive`,
          async () => (await keys.client.range({ key: Buffer.from(CLOCK) })).kvs.length,
          (count) => count === 0,
          'the key is there',
          untilTtl(ttl + 1),
        ),
      )
      expect(
        await keys.has(one.key),
        `when SIGTERM was passed on, the key stays as long as the command goes on, also for longer than the TTL of ${ttl} s`,
        'etcd has the key no more, so that another one could hold the lock',
      )
      expect(one.locker.commandRuns, 'the command goes on until it has cleaned up', () => one.locker.describe())
      one.locker.end()
      await keys.reach(0, 'when the command has ended, the key is gone')
    }),
  },
})
