/** Step 7: a holder that was stopped and does not know what has happened since. */
import { checks, sendSignal } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { pause, resume } from '../../kit/faults/index.ts'
import { judgeLock, type LockEvent } from '../../kit/history/index.ts'
import { describe, Door, REFUSED } from './door.ts'
import { Keys } from './keys.ts'
import { Locker, LONG, shortTtl, tokenNumber, untilTtl, type Held } from './locker.ts'
import { Resource } from './resource.ts'

export const stale = checks({
  'stale/paused': {
    limit: 40_000,
    varies: [/token (\d+)/, /tokens (\d+) and (\d+)/, /with (\d+)/],
    act: withEtcd(async (context) => {
      const { timeline } = context
      const resource = await Resource.open(context)
      const door = await Door.open(context, resource)
      const keys = new Keys(context)
      const events: LockEvent[] = []
      const acquired = (holder: string, { token }: Held): number =>
        events.push({ kind: 'acquired', at: timeline.now(), holder, token: tokenNumber(token) })
      const writes = async (holder: string, { token }: Held): Promise<boolean> => {
        const before = resource.arrived.length
        const answer = await door.answered(await begun(door, token, holder), `fence guard answers a write of ${holder}`)
        const accepted = resource.arrived.length > before
        events.push({ kind: 'write', at: timeline.now(), holder, token: tokenNumber(token), accepted })
        const right = accepted ? answer.status === 201 : answer.status === REFUSED
        context.expect(
          right,
          `a write of ${holder} is answered 201 when it is passed on, and 412 when it is not`,
          () => `it was ${accepted ? '' : 'not '}passed on and answered ${describe(answer)}`,
        )
        return accepted
      }

      const ttl = shortTtl(context)
      const first = await Locker.start(context, { who: 'the first', ttl })
      const one = await first.holds('when nobody else has the lock')
      acquired('the first', one)
      context.expect(await writes('the first', one), 'a write of the holder is passed on', 'it was refused')
      const second = await Locker.start(context, { who: 'the second', ttl: LONG })
      await pause(context, first.running)
      timeline.note('fault', 'stops the command of the first (SIGSTOP)')
      if (one.pid !== undefined) sendSignal(one.pid, 'SIGSTOP')
      const two = await timeline.waits.during(
        'contract',
        second.holds(`when the holder is stopped for longer than its TTL of ${ttl} s`, untilTtl(context, ttl)),
      )
      acquired('the second', two)
      context.expect(await writes('the second', two), 'a write of the new holder is passed on', 'it was refused')
      // What the first one's command would do first when it goes on: it knows of nothing.
      timeline.note('fault', 'lets the command of the first go on (SIGCONT)')
      if (one.pid !== undefined) sendSignal(one.pid, 'SIGCONT')
      await writes('the first', one)
      judgeLock(context, events)
      await resume(context, first.running)
      const over = 'when the first goes on and has lost the lock meanwhile'
      await context.eventually(
        `${over}, its command is ended within the TTL of ${ttl} s`,
        () => first.commandRuns,
        (runs) => !runs,
        () => first.describe(),
        untilTtl(context, ttl, 1),
      )
      await first.exits(over, false)
      context.expect(
        await keys.has(two.key),
        'when the first has ended, the key of the second is still there',
        'etcd has it no more: the first has given back a lock that was not its own',
      )
      context.expect(second.commandRuns, 'the command of the second runs on', () => second.describe())
      context.expect(await writes('the second', two), 'a write of the new holder is passed on', 'it was refused')
    }),
  },
})

async function begun(door: Door, token: string, holder: string): ReturnType<Door['begin']> {
  const body = `written by ${holder}`
  const one = await door.begin(token, body.length)
  one.finish(body)
  return one
}
