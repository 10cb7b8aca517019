/** A network between hosts of a check: each host has an interface in it, joined by a bridge in the first one. */
import type { CheckContext } from '../check.ts'
import type { Host } from '../host/host.ts'
import { inNetwork, processOf } from './namespace.ts'

/** for documentation and tests alone (RFC 2544, "benchmarking"), so that no route of anybody leads there */
const NETWORK = '198.18.0'
const BRIDGE = 'lan'

export interface Node {
  host: Host
  /** its IPv4 address in the network */
  address: string
}

/**
 * Joins hosts to a network that reaches nothing else: 198.18.0.1 is the first one's. Needs root of the engine's namespace
 * alone, since it makes the interfaces in the hosts. They end with the hosts.
 */
export async function joinHosts({ timeline }: Pick<CheckContext, 'timeline'>, hosts: readonly Host[]): Promise<Node[]> {
  const [first, ...others] = hosts
  if (first === undefined) return []
  const nodes = hosts.map((host, index): Node => ({ host, address: `${NETWORK}.${index + 1}` }))
  const ip = (host: Host, ...words: string[]): Promise<string> => inNetwork(host, ['ip', ...words])
  await ip(first, 'link', 'add', BRIDGE, 'type', 'bridge')
  await ip(first, 'address', 'add', `${NETWORK}.1/24`, 'dev', BRIDGE)
  await ip(first, 'link', 'set', BRIDGE, 'up')
  for (const [index, other] of others.entries()) {
    const port = portOf(index + 1)
    await ip(first, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', processOf(other))
    await ip(first, 'link', 'set', port, 'master', BRIDGE, 'up')
    await ip(other, 'address', 'add', `${NETWORK}.${index + 2}/24`, 'dev', 'eth0')
    await ip(other, 'link', 'set', 'eth0', 'up')
  }
  timeline.note('network', nodes.map(({ host, address }) => `${host.name} ${address}`).join(', '))
  return nodes
}

const portOf = (index: number): string => `port${index}`
