/** Step 8: nothing is left, and nobody is harmed. */
import { checks, sendSignal, threadStates, type CheckContext, type Running } from '../../kit/index.ts'
import { allThreads, computed, switchesOf } from './switches.ts'
import {
  call,
  CONTROLLERS,
  ended,
  exits,
  hasBelow,
  isNotZero,
  isZero,
  NAME,
  placeWith,
  refusesNone,
  rootOf,
  said,
  sliceOf,
  SOON,
  startCg,
  startRun,
  within,
  type Group,
} from './slice.ts'

/** ms that pulse lets pass */
const SECOND = 1000
/** times that one who waits may wake up while nothing happens */
const WAKES = 5
/** ms of processor time meanwhile: for one that spins on a processor of its own, which nobody takes from it */
const COMPUTES = 200
/** ms on a fast laptop for it to come to rest */
const SETTLE = 1000

const gone = (context: CheckContext, slice: Group, expected: string): Promise<boolean> =>
  context.eventually(
    expected,
    () => slice.exists,
    (exists) => !exists,
    () => `${slice.path} is still there`,
  )

export const remove = checks({
  'remove/after-run': async (context) => {
    const slice = sliceOf(context)
    const before = rootOf(context).below
    const cg = await startRun(context, [], ['/lab/leave'])
    await said(context, cg, 'ready', 'cg run starts its command')
    const below = await hasBelow(context, cg, slice)
    const left = [...slice.processes, ...below.processes]
    cg.write('3\n')
    await exits(
      context,
      cg,
      'cg run exits 3 after its command has exited 3, and has left two processes',
      (code) => code === 3,
    )
    context.expect(
      !slice.exists,
      `when cg run has exited, ${slice.path} is gone`,
      () =>
        `it is there, with ${left.filter((pid) => [...slice.processes, ...below.processes].includes(pid)).length} processes that the command had left`,
    )
    const again = await startRun(context, [], ['-c', 'sleep 100000 >/dev/null 2>&1 & kill -TERM $$'])
    await exits(
      context,
      again,
      'cg run, in a slice of the same name, exits 143 when SIGTERM (15) has ended its command, which has left a process',
      (code) => code === 143,
    )
    const now = rootOf(context).below
    context.expect(
      now.join() === before.join(),
      'after two runs there is no cgroup more than before',
      `beside ${before.join(', ')} there is ${now.filter((name) => !before.includes(name)).join(', ')}`,
    )
  },

  'remove/busy': async (context) => {
    const { shell, slice } = placeWith(context, 'team', CONTROLLERS)
    // No program that reads: its standard input ends with cg run. In a cgroup of its own, which the slice's list does not show.
    const script = 'mkdir "$0" && echo 0 >"$0/cgroup.procs" && echo ready && exec sleep 100000'
    const own = slice.within('m')
    const cg = await startRun(context, [], ['-c', script, own.path], { shell })
    await said(context, cg, 'ready', 'cg run starts its command, which goes into a cgroup below the slice')
    const [command] = own.processes
    const lives = (): boolean => command !== undefined && own.processes.includes(command)
    cg.kill('SIGKILL')
    await cg.gone
    // In whichever order one looks at them, one is before the command's.
    const empty = ['a', 'b', 'y', 'z'].map((name) => slice.make(name))
    const busy = await startCg(context, ['rm', NAME], { shell })
    await exits(context, busy, 'cg rm of a slice with a process in it exits with a code that is not 0', isNotZero)
    context.expect(
      !slice.exists || empty.every((one) => one.exists),
      'cg rm of a slice with a process in it removes nothing: the cgroups below it without processes are there as before',
      () =>
        `there is no ${empty
          .filter((one) => !one.exists)
          .map(({ path }) => path)
          .join(', ')} any more`,
    )
    context.expect(
      lives(),
      'the command goes on in its slice after cg run was killed, and after cg rm was refused',
      slice.exists ? 'the slice is there, and the command has ended' : 'the slice is gone',
    )
    if (command !== undefined) sendSignal(command, 'SIGKILL')
    await context.eventually(
      'the slice is empty after its command was killed',
      () => slice.populated,
      (populated) => !populated,
      'cgroup.events says "populated 1"',
    )
    await call(context, ['rm', NAME], { shell })
    await gone(context, slice, 'after cg rm of a slice without processes, its folder is gone, with those below it')
    await refusesNone(context, ['rm'])
  },

  'remove/waits': {
    varies: [/woke up (\d+) times/],
    alone: true,
    act: async (context) => {
      const { place, shell } = placeWith(context, 'team', CONTROLLERS)
      const slice = place.make(NAME)
      const pulse = await context.host.start(within(slice.make('below').path, ['sh', '/lab/pulse']), {
        name: 'the process below the slice',
      })
      await context.eventually(
        'a process is in a cgroup below the slice',
        () => pulse.output.texts(),
        (lines) => lines.includes('ready'),
        'it said nothing',
        { within: SOON },
      )
      const cg = await startCg(context, ['rm', '--wait', NAME], { shell })
      await rests(context, cg)
      const over = (): boolean => cg.exit !== undefined
      const waits = 'cg rm --wait waits while a process is in a cgroup below the slice'
      context.expect(!over(), waits, () => ended(cg))
      // Another line of the file that tells of the end.
      for (const value of ['1', '0']) {
        slice.write('cgroup.freeze', value)
        await context.eventually(
          `cgroup.events of the slice says "frozen ${value}"`,
          () => slice.read('cgroup.events'),
          (events) => events?.includes(`frozen ${value}`) !== false,
          'it does not',
        )
      }
      await rests(context, cg)
      context.expect(!over(), 'cg rm --wait waits on after a freeze and a thaw, which change cgroup.events too', () =>
        ended(cg),
      )
      const before = switchesOf(cg.pid ?? 0)
      const computedBefore = computed(cg.pid ?? 0)
      pulse.write('\n')
      await context.eventually(
        'a second goes by in the slice',
        () => pulse.output.texts(),
        (lines) => lines.includes('over'),
        'it does not say so',
        { within: SOON, contract: SECOND, over },
      )
      context.expect(!over() && slice.exists, waits, () => (over() ? ended(cg) : 'the slice is gone'))
      const woke = switchesOf(cg.pid ?? 0) - before
      context.expect(
        woke <= WAKES,
        `while nothing happens cg rm --wait sleeps: it wakes up at most ${WAKES} times in a second`,
        `it woke up ${woke} times`,
      )
      const ms = computed(cg.pid ?? 0) - computedBefore
      context.expect(
        ms <= COMPUTES,
        `while nothing happens cg rm --wait computes for ${COMPUTES} ms at most`,
        `it computed for ${ms} ms`,
      )
      pulse.write('\n')
      await exits(context, cg, 'cg rm --wait exits 0 when the last process has ended', isZero)
      await gone(context, slice, 'then the slice is gone')

      const empty = place.make(NAME)
      await call(context, ['rm', '--wait', NAME], { shell })
      await gone(context, empty, 'after cg rm --wait of a slice that had no process, its folder is gone')
      await refusesNone(context, ['rm', '--wait'])
    },
  },
})

/** Returns when all threads of a program have slept in several looks, or have had the time for it. */
async function rests(context: CheckContext, cg: Running): Promise<void> {
  const pid = cg.pid ?? 0
  const until = performance.now() + SETTLE * context.factor()
  let last = -1
  for (let quiet = 0; quiet < 5 && cg.exit === undefined && performance.now() < until;) {
    for (let n = 0; n < 10; n += 1) await context.pause()
    const now = switchesOf(pid)
    quiet = now === last && now > 0 && threadStates(pid).every((state) => state === 'S') ? quiet + 1 : 0
    last = now
  }
  context.timeline.note('saw', `cg rm --wait at rest, with ${allThreads(pid).length} threads`)
}
