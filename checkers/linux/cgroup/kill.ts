/** Step 7: the end of everything in a slice. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { checks, sendSignal, type CheckContext } from '../../kit/index.ts'
import { readProc } from '../../kit/procfs.ts'
import { call, CONTROLLERS, Group, hasBelow, NAME, placeWith, refusesNone, said, startRun } from './slice.ts'

const PLACE = '/tmp/keepers'

/** The first processor that programs may run on. */
const processor = (): string => /^Cpus_allowed_list:\s*(\d+)/m.exec(readProc(process.pid, 'status') ?? '')?.[1] ?? '0'

/** µs in which programs in real time may run each second; -1: as long as they want (Linux, sched-rt-group.rst) */
const REAL_TIME = '/proc/sys/kernel/sched_rt_runtime_us'

/**
 * With CONFIG_RT_GROUP_SCHED a kernel that bounds real time refuses it in a cgroup without a share of it, and v2 has no file for
 * shares. The bound is taken away where the kernel is the target's own, as its clock is.
 */
function allowRealTime({ offers, defer }: CheckContext): void {
  if (!offers.includes('clock')) return
  const bound = readFileSync(REAL_TIME, 'utf8')
  writeFileSync(REAL_TIME, '-1')
  defer(() => writeFileSync(REAL_TIME, bound))
}

export const kill = checks({
  'kill/replaced': {
    varies: [/in it: (\d+)/],
    alone: true,
    act: async (context) => {
      const { shell, slice } = placeWith(context, 'team', CONTROLLERS)
      await refusesNone(context, ['kill'])
      mkdirSync(context.host.path(PLACE))
      allowRealTime(context)
      const pinned = ['taskset', '--cpu-list', processor()]
      const cg = await startRun(context, [], ['/lab/keepers', PLACE], { by: pinned, shell })
      await said(context, cg, 'a keeps b', 'cg run starts its command, two processes that keep each other alive')
      context.expect(
        slice.read('cpu.weight') !== undefined,
        'the slice has the controller cpu',
        'it has no file cpu.weight',
      )
      const below = await hasBelow(context, cg, slice)
      const first = slice.processes
      // cg run is not to help: it would end what is left when its command has ended.
      cg.kill('SIGSTOP')
      const victim = first.at(-1)
      if (victim !== undefined) sendSignal(victim, 'SIGKILL')
      await context.eventually(
        'when one of the two is killed, the other one starts it again',
        () => slice.processes,
        (now) => now.length === 2 && now.some((pid) => !first.includes(pid)),
        (now) => `${now.length} processes are in the slice`,
        { within: 5000 },
      )
      // The two are to act as soon as they can, and cg, in a cgroup beside it, only while they wait. They run in real time; where
      // that is refused weights have to do, and a policy of cg's own would not: it holds among the processes of one cgroup
      // (sched-design-CFS.rst, "Group Scheduler Extensions to CFS").
      slice.write('cpu.weight', '10000')
      new Group(context, shell).write('cpu.weight', '1')
      await call(context, ['kill', NAME], { by: pinned, shell })
      await context.eventually(
        'cg kill ends every process in the slice and below it, also those that are started meanwhile: cgroup.events says "populated 0"',
        () => slice.populated,
        (populated) => !populated,
        () => `it says "populated 1"; processes in it: ${slice.processes.length}, below it: ${below.processes.length}`,
        { within: 1000 },
      )
    },
  },
})
