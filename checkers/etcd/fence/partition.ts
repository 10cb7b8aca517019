/** Step 8: a holder that etcd does not hear any more, while it reaches the resource. */
import { checks } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import { joinHosts, partition as cut, Proxy, type Node } from '../../kit/faults/index.ts'
import { Keys } from './keys.ts'
import { Door } from './door.ts'
import { Candidate } from './campaign.ts'
import { isEnded } from './lost.ts'
import { Locker, NAME, shortTtl, untilTtl, withinTtl, type Held } from './locker.ts'
import { Resource } from './resource.ts'

/** Share of the TTL by which answers are late: less than any right program can wait for them, more than a margin makes up for. */
const LATE = 0.45

/** Whether the command of a locker still ran when etcd gave up its key: looked at as soon as etcd says so. */
class Watched {
  givenUp = false
  ranThen = false

  constructor(keys: Keys, locker: Locker, { key }: Held) {
    const watch = keys.client.watch(({ events }) => {
      if (this.givenUp || !events.some(({ type }) => type === 'Delete')) return
      this.givenUp = true
      this.ranThen = locker.commandRuns
    })
    watch.send({ createRequest: { key: Buffer.from(key), filters: ['Noput'] } })
  }

  /** Waits until etcd has given the key up; fails when the command ran then. */
  async isInTime(context: EtcdContext, locker: Locker, ttl: number): Promise<void> {
    const { eventually, expect, timeline } = context
    const over = eventually(
      `etcd gives up the key of who is cut off, whose TTL is ${ttl} s`,
      () => this.givenUp,
      Boolean,
      'the key is there',
      untilTtl(ttl),
    )
    await timeline.waits.during('contract', over)
    expect(
      !this.ranThen,
      'the command of who is cut off from etcd has ended when the TTL is over, counted from when the last keepalive that was answered had been sent',
      `etcd gave up its key, so that another one could hold the lock, and the command still ran`,
    )
    await locker.exits('when the lock is lost', false)
  }
}

async function isCutOff(
  context: EtcdContext,
  { etcdNode, holderNode, resourceNode }: Record<'etcdNode' | 'holderNode' | 'resourceNode', Node>,
): Promise<void> {
  const keys = new Keys(context)
  const resource = await Resource.open(context, resourceNode.host, resourceNode.address)
  const door = await Door.open(context, resource, { ...resourceNode, from: holderNode.host })
  const ttl = shortTtl(context, 2)
  const locker = await Locker.start(context, { who: 'the holder', ttl, host: holderNode.host, manner: 'stubborn' })
  const held = await locker.holds('when nobody else has the lock')
  await door.accepts(held.token, 'while the holder reaches etcd')
  const watched = new Watched(keys, locker, held)
  await cut(context, holderNode, etcdNode)
  await door.accepts(held.token, 'when the holder is cut off from etcd and not from the resource')
  context.expect(locker.commandRuns, 'the command runs on right after the cut', () => locker.describe())
  await watched.isInTime(context, locker, ttl)
  context.expect(
    locker.wasAsked,
    'the command of who is cut off from etcd gets SIGTERM before SIGKILL',
    'it was ended, and has got no SIGTERM before',
  )
}

export const partition = checks({
  'partition/in-time': {
    limit: 60_000,
    act: async (context) => {
      const hosts = [context.host, await context.anotherHost(), await context.anotherHost()]
      const [etcdNode, holderNode, resourceNode] = await joinHosts(context, hosts)
      if (etcdNode === undefined || holderNode === undefined || resourceNode === undefined) return
      const act = withEtcd((one) => isCutOff(one, { etcdNode, holderNode, resourceNode }), { places: [etcdNode] })
      await act(context)
    },
  },

  'partition/refused': {
    limit: 40_000,
    act: withEtcd(async (context) => {
      const [member] = context.etcd.members
      const ttl = shortTtl(context)
      const locker = await Locker.start(context, { who: 'the holder', ttl, manner: 'polite' })
      await locker.holds('when nobody else has the lock')
      await member.kill()
      // How near to its end is judged in the two others: here, that it ends at all.
      await isEnded(context, locker, 'when etcd was killed and stays away', ttl, untilTtl(ttl, 1))
    }),
  },

  'partition/leader': {
    limit: 40_000,
    act: withEtcd(async (context) => {
      const [member] = context.etcd.members
      const keys = new Keys(context)
      const ttl = shortTtl(context)
      const leader = await Candidate.start(context, 'amber', ttl)
      const [key] = await keys.reach(1, 'a candidate has its key', () => leader.running.exit !== undefined)
      await leader.leads('when nobody else leads', key?.key.toString() ?? '')
      await member.pause()
      await leader.exits(`when etcd does not answer any more, within the TTL of ${ttl} s`, false, withinTtl(ttl))
    }),
  },

  'partition/late-answers': {
    limit: 90_000,
    act: withEtcd(async (context) => {
      const [member] = context.etcd.members
      const keys = new Keys(context)
      const proxy = await Proxy.open(context, { host: context.host, to: member.socket, name: 'the way to etcd' })
      const ttl = shortTtl(context, 2)
      const endpoints = `http://127.0.0.1:${proxy.port}`
      const locker = await Locker.start(context, { who: 'the holder', ttl, endpoints })
      const held = await locker.holds('when nobody else has the lock')
      const watched = new Watched(keys, locker, held)
      proxy.set('down', { delay: LATE * ttl * 1000 })
      const renewals = async (): Promise<number> => (await member.asked()).received.get('LeaseKeepAlive') ?? 0
      const before = await renewals()
      await context.eventually(
        `a keepalive of the holder of ${NAME} comes to etcd`,
        renewals,
        (count) => count > before,
        'none came',
        untilTtl(ttl),
      )
      // No further keepalive gets there; the answer to this one does.
      proxy.set('up', { mode: 'lose' })
      await watched.isInTime(context, locker, ttl)
    }),
  },
})
