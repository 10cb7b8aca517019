/** Step 5: SIGCHLD is one bit, not a counter. */
import { checks, sendSignal, statOf } from '../../kit/index.ts'
import { CHOSEN_CODES, stopped } from './child.ts'
import { endsWithChild, reaped, startOrphans } from './reap.ts'

const ORPHANS = 300

export const storm = checks({
  'storm/zombies': {
    varies: CHOSEN_CODES,
    limit: 40_000,
    act: async (context) => {
      const { init, orphans } = await startOrphans(context, ORPHANS)
      // Stopped, init finds one pending SIGCHLD for all of them (signal(7), "Queueing and delivery semantics").
      await stopped(context, init)
      for (const pid of orphans) sendSignal(pid, 'SIGKILL')
      context.timeline.note('signal', `SIGKILL → ${orphans.length} orphans while init is stopped`)
      await context.eventually(
        `${ORPHANS} orphans have ended`,
        () => orphans.filter((pid) => !['Z', undefined].includes(statOf(pid)?.state)).length,
        (alive) => alive === 0,
        (alive) => `${alive} still live`,
        { within: 5000 },
      )
      init.kill('SIGCONT')
      await reaped(context, init, orphans, `${ORPHANS} orphans that ended at the same moment are all waited for`)
      await endsWithChild(context, init, (code) => `after that init still exits ${code} as its child does`)
    },
  },
})
