/** Step 6: a slice that stands still. */
import { readFileSync } from 'node:fs'
import { checks } from '../../kit/index.ts'
import { isGone } from '../../kit/procfs.ts'
import { call, ended, NAME, sliceOf, SOON, startRun } from './slice.ts'

const FILE = '/tmp/count'
/** programs that are started in the host while nothing may happen in the slice */
const MEANWHILE = 3

export const freeze = checks({
  'freeze/frozen': {
    varies: [/from (\d+) to (\d+)/],
    act: async (context) => {
      const slice = sliceOf(context)
      const cg = await startRun(context, [], ['/lab/count', FILE])
      const count = (): number => {
        try {
          return Number(readFileSync(context.host.path(FILE), 'utf8'))
        } catch (error) {
          if (isGone(error)) return 0
          throw error
        }
      }
      const counts = async (expected: string): Promise<void> => {
        // The file is empty for a moment each time.
        const from = count()
        await context.eventually(
          expected,
          count,
          (now) => now > from + 1,
          (now) => `it stands at ${now}; ${ended(cg)}`,
          { within: SOON, over: () => cg.exit !== undefined },
        )
      }
      await counts('cg run starts its command, which counts')
      await call(context, ['freeze', NAME])
      await context.eventually(
        'after cg freeze, cgroup.events of the slice says frozen 1',
        () => slice.number('cgroup.events', 'frozen'),
        (frozen) => frozen === 1,
        (frozen) => `it says frozen ${frozen ?? '(nothing)'}`,
      )
      const from = count()
      for (let n = 0; n < MEANWHILE; n += 1) await (await context.host.start(['sleep', '0.05'])).exited
      const to = count()
      context.expect(
        to === from,
        'in a frozen slice nothing runs: the command does not count on',
        `it counted from ${from} to ${to}`,
      )
      await call(context, ['thaw', NAME])
      await context.eventually(
        'after cg thaw, cgroup.events of the slice says frozen 0',
        () => slice.number('cgroup.events', 'frozen'),
        (frozen) => frozen === 0,
        (frozen) => `it says frozen ${frozen ?? '(nothing)'}`,
      )
      await counts('after cg thaw the command counts on')
    },
  },
})
