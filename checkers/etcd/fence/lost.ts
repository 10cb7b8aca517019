/** Step 4: the lock is lost while the command runs. */
import { checks } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import { Keys } from './keys.ts'
import { Locker, shortTtl, untilTtl } from './locker.ts'

/** Waits until a command has ended that has lost its lock, and its `fence lock` has said so. */
export async function isEnded(context: EtcdContext, locker: Locker, when: string, ttl: number): Promise<void> {
  await context.eventually(
    `${when}, its command is ended within the TTL of ${ttl} s`,
    () => locker.commandRuns,
    (runs) => !runs,
    () => locker.describe(),
    untilTtl(ttl, 1),
  )
  await locker.exits(when, false)
}

export const lost = checks({
  'lost/key': {
    limit: 40_000,
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const ttl = shortTtl(context, 2)
      for (const what of ['key', 'lease'] as const) {
        // That its command exits 0 says nothing of the lock.
        const locker = await Locker.start(context, { who: 'the holder', ttl, manner: 'polite' })
        const held = await locker.holds('when nobody else has the lock')
        const [key] = await keys.reach(1, 'etcd has one key while the lock is held')
        if (what === 'key') await keys.delete(held.key)
        else await keys.revoke(key?.lease ?? '0', 'the holder')
        await isEnded(context, locker, `when the ${what} of the holder is gone`, ttl)
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
})
