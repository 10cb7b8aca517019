/** Step 7: the end of everything in a slice. */
import { mkdirSync } from 'node:fs'
import { checks, sendSignal } from '../../kit/index.ts'
import { readProc } from '../../kit/procfs.ts'
import { call, CONTROLLERS, ended, Group, NAME, placeWith, refusesNone, said, SOON, startRun } from './slice.ts'

const PLACE = '/tmp/keepers'

/** The first processor that programs may run on. */
const processor = (): string => /^Cpus_allowed_list:\s*(\d+)/m.exec(readProc(process.pid, 'status') ?? '')?.[1] ?? '0'

export const kill = checks({
  'kill/replaced': {
    varies: [/in it: (\d+)/],
    alone: true,
    act: async (context) => {
      const { shell, slice } = placeWith(context, 'team', CONTROLLERS)
      await refusesNone(context, ['kill'])
      mkdirSync(context.host.path(PLACE))
      const pinned = ['taskset', '--cpu-list', processor()]
      const cg = await startRun(context, [], ['/lab/keepers', PLACE], { by: pinned, shell })
      await said(context, cg, 'a keeps b', 'cg run starts its command, two processes that keep each other alive')
      context.expect(
        slice.read('cpu.weight') !== undefined,
        'the slice has the controller cpu',
        'it has no file cpu.weight',
      )
      const below = new Group(context, `${slice.path}/below/it`)
      await context.eventually(
        'its command has a process in a cgroup two levels below the slice',
        () => below.populated,
        (populated) => populated,
        () => ended(cg),
        { within: SOON, over: () => cg.exit !== undefined },
      )
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
      // The two are to act as soon as they can, and cg, in a cgroup beside it, only while they wait. A policy of its own
      // would not do: it holds among the processes of one cgroup (sched-design-CFS.rst, "Group Scheduler Extensions to CFS").
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
