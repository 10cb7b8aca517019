/** The fault that packets between two hosts are lost, in both directions or in one. */
import type { CheckContext } from '../check.ts'
import { EnvironmentFault } from '../outcome.ts'
import { inNetwork } from '../net/namespace.ts'
import type { Node } from '../net/lan.ts'
import { Outpost } from '../net/outpost.ts'
import { tookEffect } from './took-effect.ts'

type Tools = Pick<CheckContext, 'defer' | 'timeline' | 'eventually'>

/** Nobody listens there: who is reached refuses at once. */
const NOBODY = 9
let count = 0

/**
 * Loses what one host gets from the other, by a rule of nftables in the host that would get it: neither side is told, as
 * with a broken cable. `both` loses what comes back, too. Returns when a packet has been lost; what it returns heals it, and
 * the check's end does so at the latest.
 */
export async function partition(
  tools: Tools,
  from: Node,
  to: Node,
  { both = true }: { both?: boolean } = {},
): Promise<() => Promise<void>> {
  tools.timeline.note('fault', `cuts ${from.host.name} ${both ? 'and' : '→'} ${to.host.name}`)
  const cuts = [await lose(tools, from, to), ...(both ? [await lose(tools, to, from)] : [])]
  let healed = false
  return async () => {
    if (healed) return
    healed = true
    tools.timeline.note('fault', `joins ${from.host.name} and ${to.host.name} again`)
    for (const heal of cuts) await heal()
    const outpost = await Outpost.open(tools, from.host)
    const answer = async (): Promise<string> => {
      const answered = await outpost.dial({ host: to.address, port: NOBODY })
      if (typeof answered === 'string') return answered
      answered.destroy()
      return 'a connection'
    }
    const reached = (code: string): boolean => code === 'ECONNREFUSED' || code === 'a connection'
    await tookEffect(tools, `${from.host.name} reaches ${to.host.name} again`, answer, reached, (code) => code)
  }
}

/** Loses what `to` would get of `from`; returns what undoes it. */
async function lose(tools: Tools, from: Node, to: Node): Promise<() => Promise<void>> {
  count += 1
  const table = `cut${count}`
  const nft = (...words: string[]): Promise<string> => inNetwork(to.host, ['nft', ...words])
  let there = true
  const undo = async (): Promise<void> => {
    if (!there) return
    there = false
    await nft('delete', 'table', 'ip', table)
    if ((await nft('list', 'tables')).includes(table)) throw new EnvironmentFault(`nft left the table ${table}`)
  }
  await nft('add', 'table', 'ip', table)
  tools.defer(undo)
  await nft('add', 'chain', 'ip', table, 'input', '{ type filter hook input priority -300 ; }')
  await nft('add', 'rule', 'ip', table, 'input', 'ip', 'saddr', from.address, 'counter', 'drop')
  // The rule counts what it loses. What it counts is an attempt to connect that we make.
  const outpost = await Outpost.open(tools, from.host)
  const lost = async (): Promise<number> => {
    void outpost.dial({ host: to.address, port: NOBODY }).then((got) => typeof got !== 'string' && got.destroy())
    return Number(/counter packets (\d+)/.exec(await nft('list', 'table', 'ip', table))?.[1] ?? 0)
  }
  const what = `a packet of ${from.host.name} to ${to.host.name} is lost`
  await tookEffect(
    tools,
    what,
    lost,
    (packets) => packets > 0,
    (packets) => `${packets} packets were lost`,
  )
  return undo
}
