/** Step 9: etcd or the guard ends, and comes again. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { checks, type CheckContext } from '../../kit/index.ts'
import { withEtcd } from '../../kit/etcd/index.ts'
import { Disk, killAtRandom, killNow, Proxy } from '../../kit/faults/index.ts'
import { PoweredDisk } from '../../kit/faults/power.ts'
import { moment } from '../../kit/faults/stop.ts'
import { dirname } from 'node:path'
import { describe, Door, REFUSED, STATE } from './door.ts'
import { Keys } from './keys.ts'
import { isEnded } from './lost.ts'
import { Locker, shortTtl, tokenNumber, untilTtl } from './locker.ts'
import { Resource } from './resource.ts'

/** Share of the TTL for which etcd is away: longer than from one keepalive to the next. */
const AWAY = 0.35
/** names of other locks */
const OTHER = 'other'
const CUT = 'cut'
/** The first token: all that follow have as many digits, so that which of them is the last one does not matter. */
const BEGIN = 1_000_007
/** rounds of writes that a SIGKILL ends */
const ROUNDS = 3
/** ms on a fast laptop in which one of them is killed */
const KILL_WITHIN = 60
/** bytes; more than the file of any small database has in its head */
const GARBAGE = 16 * 1024
const DISK = 2 ** 20

/** The greatest token that came to the resource. */
const greatest = (resource: Resource): number => Math.max(...resource.tokens.map(Number))

/** Writes with one token after the other until fence guard is gone. */
async function writesUntilItEnds(door: Door, from: number): Promise<void> {
  for (let token = from; door.running.exit === undefined; token += 1) {
    const { status } = await door.write(String(token))
    if (status === 0) return
  }
}

/** What a parser of numbers may take for one, in place of the token 70. Nothing where the file is no text of that token. */
function alteredTexts(text: string): { what: string; content: string }[] {
  const [, end] = /^70(\s*)$/.exec(text) ?? []
  if (end === undefined) return []
  return ['7 ', '+70', '7_0', '٧٠'].map((one) => ({ what: `"${one}" in place of "70"`, content: one + end }))
}

async function restarts(context: CheckContext, door: Door, when?: string): Promise<void> {
  context.timeline.note('again', 'starts fence guard again with the same file')
  await door.again()
  await door.listens(when)
}

export const restart = checks({
  'restart/etcd': {
    limit: 90_000,
    act: withEtcd(async (context) => {
      const [member] = context.etcd.members
      const keys = new Keys(context)
      const ttl = shortTtl(context, 5)
      // One that the proxy keeps from etcd a moment longer. It begins as the first, so that its watch is there by then.
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      const endpoints = `http://127.0.0.1:${proxy.port}`
      const cut = await Locker.start(context, { who: 'the holder of a third lock', ttl, name: CUT, endpoints })
      const three = await cut.holds('when nobody else has that lock')
      const first = await Locker.start(context, { who: 'the holder', ttl })
      const one = await first.holds('when nobody else has the lock')
      const second = await Locker.start(context, { who: 'the second', ttl })
      await keys.reach(2, 'the second has its key in the queue', () => second.running.exit !== undefined)
      const other = await Locker.start(context, { who: 'the holder of another lock', ttl, name: OTHER })
      const { key } = await other.holds('when nobody else has that lock')
      await proxy.refuse()
      await member.kill()
      await context.timeline.waits.during('contract', moment(AWAY * ttl * 1000, context.signal))
      await member.start()
      context.expect(cut.commandRuns, 'when etcd is away for less than half of the TTL, the command runs on', () =>
        cut.describe(),
      )
      await keys.delete(three.key)
      proxy.pass()
      await isEnded(context, cut, 'when its key was deleted while it could not reach etcd, and it can again', ttl)
      await context.eventually(
        'when etcd was killed and is there again, all three keep their leases alive',
        () => member.asked(),
        ({ received }) => (received.get('LeaseKeepAlive') ?? 0) >= 5 || first.running.exit !== undefined,
        ({ received }) =>
          `${received.get('LeaseKeepAlive') ?? 0} keepalives came; ${first.describe()}; ${second.describe()}`,
        untilTtl(ttl),
      )
      const after = 'when etcd was away for less than half of the TTL'
      context.expect(first.commandRuns, `${after}, the command of the holder runs on`, () => first.describe())
      context.expect(second.held === undefined, `${after}, who waited waits on`, () => second.describe())
      await keys.reach(2, `${after}, both have their keys`)
      await keys.delete(key)
      await isEnded(context, other, `${after}, and the key of the holder of another lock is deleted then`, ttl)
      first.end()
      await first.exits('when its command exits 0', true)
      const two = await second.holds('when the holder is done')
      context.expect(
        tokenNumber(two.token) > tokenNumber(one.token),
        `${after}, the next holder has a greater token`,
        `it has ${two.token}, after ${one.token}`,
      )
    }),
    varies: [/has (\d+), after (\d+)/, /^(\d+) keepalives/],
  },

  'restart/guard': {
    limit: 40_000,
    varies: [/token (\d+)/, /X-Fence: (\d+)/],
    act: async (context) => {
      const resource = await Resource.open(context)
      const door = await Door.open(context, resource)
      await door.accepts(`${BEGIN}`, 'as the first request')
      await killNow(context, door.running)
      await restarts(context, door)
      await door.refuses(`${BEGIN - 1}`, `when token ${BEGIN} was there, and fence guard was killed and started again`)
      await door.accepts(`${BEGIN}`, 'when fence guard was killed and started again')
      for (let round = 1; round <= ROUNDS; round += 1) {
        const writing = writesUntilItEnds(door, greatest(resource) + 1)
        await killAtRandom(context, door.running, KILL_WITHIN)
        await writing
        await restarts(context, door)
        const last = greatest(resource)
        await door.refuses(
          String(last - 1),
          `when token ${last} was there, and fence guard was killed in the middle of writes`,
        )
        // It may have stored one more than it has passed on.
        await door.accepts(String(last + 1), 'when fence guard was killed and started again')
      }
    },
  },

  // The first token makes the file, the second one replaces it: each way to lose one has its turn.
  'restart/power': async (context) => {
    const disk = await PoweredDisk.mount(context, context.host, dirname(STATE))
    const resource = await Resource.open(context)
    const door = await Door.open(context, resource)
    for (const [last, when] of [
      [7, 'as the first request'],
      [20, 'when the power was there again'],
    ] as const) {
      await door.accepts(String(last), when)
      await disk.cut()
      await killNow(context, door.running)
      await disk.restore()
      const after = `when token ${last} was passed on, and the disk lost its power then`
      await restarts(context, door, `${after}, `)
      await door.refuses(String(last - 1), `${after} and fence guard was started again`)
    }
    await door.accepts('20', 'when the power was there again')
  },

  'restart/garbage': async (context) => {
    const resource = await Resource.open(context)
    const door = await Door.open(context, resource)
    await door.accepts('70', 'as the first request')
    await killNow(context, door.running)
    const file = context.host.path(STATE)
    const garbage = { what: `${GARBAGE} random bytes`, content: context.random.bytes(GARBAGE) }
    const empty = { what: 'nothing any more', content: '' }
    const altered = alteredTexts(existsSync(file) ? readFileSync(file, 'utf8') : '')
    for (const { what, content } of [garbage, empty, ...altered]) {
      context.timeline.note('fault', `writes ${what} into the file of the token`)
      writeFileSync(file, content)
      await door.again()
      const expected = `when its file holds ${what}, fence guard exits with a code that is not 0`
      await context.eventually(
        expected,
        () => door.running.exit,
        (exit) => exit !== undefined,
        () => door.running.describe(),
        { within: 5000 },
      )
      context.expect(door.running.exit?.code !== 0, expected, () => door.running.describe())
    }
  },

  'restart/full-disk': async (context) => {
    const disk = await Disk.mount(context, context.host, dirname(STATE), DISK)
    const resource = await Resource.open(context)
    const door = await Door.open(context, resource)
    await door.accepts('7', 'as the first request')
    disk.fill()
    // Who has room for the token all the same has to remember it, too. Who has it in memory alone takes it the second time.
    let passed: string | undefined
    for (const time of ['first', 'second']) {
      const answer = await door.write('20')
      if (resource.tokens.includes('20')) {
        passed = time
        break
      }
      const expected = `when the disk is full, a write with a greater token is answered 503 and not passed on, the ${time} time`
      context.expect(answer.status === 503, expected, () => `fence guard answered ${describe(answer)}`)
    }
    await killNow(context, door.running)
    await restarts(context, door)
    const stale = passed === undefined ? '6' : '19'
    const last =
      passed === undefined ? 'token 7 was passed on' : `token 20 was passed on, the ${passed} time that it came`
    const { status } = await door.write(stale)
    context.expect(
      status === REFUSED && resource.tokens.at(-1) !== stale,
      `when ${last}, and fence guard was killed on a full disk and started again, a write with token ${stale} is answered ${REFUSED}`,
      () => `it was answered ${status}`,
    )
    // One more that may fail, so that who goes on has seen it fail.
    await door.write('21')
    disk.empty()
    await door.accepts('22', 'when the disk has room again')
  },
})
