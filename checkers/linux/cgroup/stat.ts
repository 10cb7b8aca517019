/** Step 3: what the kernel has counted. */
import { checks, type CheckContext } from '../../kit/index.ts'
import { call, CONTROLLERS, NAME, placeWith, refusesNone, said, within, type Group } from './slice.ts'

const KEYS = ['memory.current', 'oom_kill', 'pids.current', 'cpu.usage_usec'] as const
type Numbers = Record<(typeof KEYS)[number], number | null>

/** bytes: the kernel charges in batches for each processor (mm/memcontrol.c, MEMCG_CHARGE_BATCH, 64 pages) */
const BATCH = 2 ** 20
const LIMIT = 8 * 2 ** 20
const HELD = 4 * 2 ** 20

const numbersOf = (slice: Group): Numbers => ({
  'memory.current': slice.number('memory.current') ?? null,
  oom_kill: slice.number('memory.events', 'oom_kill') ?? null,
  'pids.current': slice.number('pids.current') ?? null,
  'cpu.usage_usec': slice.number('cpu.stat', 'usage_usec') ?? null,
})

function parse({ expect }: CheckContext, lines: string[]): Record<string, unknown> {
  const expected = 'cg stat prints one line, a JSON object'
  expect(lines.length === 1, expected, `it printed ${lines.length} lines`)
  let value: unknown
  try {
    value = JSON.parse(lines[0] ?? '')
  } catch {
    value = undefined
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  expect(isObject, expected, `it printed ${(lines[0] ?? '').slice(0, 200)}`)
  return value as Record<string, unknown>
}

/** Calls `cg stat` between two looks at the kernel's files. */
async function compare(context: CheckContext, slice: Group, shell: string): Promise<void> {
  const before = numbersOf(slice)
  const cg = await call(context, ['stat', NAME], { shell })
  const printed = parse(context, cg.output.texts())
  const after = numbersOf(slice)
  for (const key of KEYS) {
    const [from, to] = [before[key], after[key]]
    const now = printed[key]
    const slack = key === 'memory.current' ? BATCH : 0
    const isRight =
      from === null || to === null
        ? now === null
        : typeof now === 'number' && now >= Math.min(from, to) - slack && now <= Math.max(from, to) + slack
    const files =
      from === null || to === null
        ? '"null", since the kernel has no such file'
        : from === to
          ? String(from)
          : `${from} to ${to}`
    context.expect(isRight, `cg stat prints "${key}" as the kernel's files have it: ${files}`, () =>
      now === undefined ? 'it is not there' : `it is ${now === null ? '"null"' : JSON.stringify(now)}`,
    )
  }
}

export const stat = checks({
  'stat/numbers': {
    varies: [/have it: (\d+(?: to \d+)?)/, /it is (\d+)/],
    act: async (context) => {
      // The slices are the check's own: what makes and bounds them is built in other steps.
      const { place, shell } = placeWith(context, 'team', CONTROLLERS)
      place.write('cgroup.subtree_control', '+memory +pids')
      const slice = place.make(NAME)
      slice.write('memory.max', String(LIMIT))
      // What happens below a slice counts for it; cgroup.procs and memory.events.local say what is in itself alone.
      const below = slice.make('below')
      slice.write('cgroup.subtree_control', '+memory +pids')
      // A file in memory is charged to who writes it, and stays: so that zero is no answer.
      const script = `head -c ${HELD} /dev/zero >/tmp/held && exec sh /lab/greedy 16M`
      const greedy = await context.host.start(within(below.path, ['sh', '-c', script]), {
        name: 'the process below the slice',
      })
      await said(context, greedy, 'ready', 'a process is in a cgroup below the slice')
      greedy.write('\n')
      await said(context, greedy, 'greedy 137', `a process that takes 16 MiB below a slice of ${LIMIT} bytes is killed`)
      await compare(context, slice, shell)

      await refusesNone(context, ['stat'])

      // What a place enables holds for all that is in it.
      for (const group of [slice, place]) group.write('cgroup.subtree_control', '-memory -pids')
      await compare(context, slice, shell)
    },
  },
})
