/** Step 2: the lock is given back. */
import { checks } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Keys } from './keys.ts'
import { Locker, LONG, NAME, startLock } from './locker.ts'

const GONE = `etcd has no key below ${NAME}/ any more, long before the TTL of ${LONG} s is over`

export const release = checks({
  'release/exit': {
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      for (const code of [0, 3]) {
        const locker = await Locker.start(context, { who: 'fence lock' })
        await locker.holds('when nobody else has the lock')
        await keys.reach(1, `etcd has a key below ${NAME}/ while the lock is held`)
        locker.end(code)
        await locker.exits(`when the command exits ${code}`, code === 0)
        await keys.reach(0, `when the command has exited ${code}, ${GONE}`)
      }
      const args = ['--endpoints', context.etcd.endpoints, '--ttl', String(LONG), NAME, '--', '/lab/none']
      const running = await startLock(context, args)
      const expected = 'when the command does not exist, fence lock exits with a code that is not 0'
      await context.eventually(
        expected,
        () => running.exit,
        (exit) => exit !== undefined,
        () => running.describe(),
        { within: 5000 },
      )
      context.expect(running.exit?.code !== 0, expected, 'it exited 0')
      await keys.reach(0, `when the command did not exist, ${GONE}`)
    }),
  },

  'release/term': {
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const locker = await Locker.start(context, { who: 'fence lock' })
      await locker.holds('when nobody else has the lock')
      await keys.reach(1, `etcd has a key below ${NAME}/ while the lock is held`)
      locker.running.kill('SIGTERM')
      const expected = 'when fence lock gets SIGTERM, its command is ended by SIGTERM'
      await context.eventually(
        expected,
        () => locker.commandRuns,
        (runs) => !runs,
        () => locker.describe(),
        { within: 5000 },
      )
      await locker.exits('when its command was ended by SIGTERM', false)
      await keys.reach(0, `when fence lock was ended by SIGTERM, ${GONE}`)
    }),
  },
})
