/** What one member of an etcd is started with. Pure. */

/** Folder of a host with an etcd's config, log and unix socket; it is the working directory, since etcd takes a relative path alone. */
export const FOLDER = '/run/etcd'

/** ms of wall time between two heartbeats of a leader; etcd's own default, and it asks for elections of ten times that. */
const HEARTBEAT = 100
/** ms; etcd refuses longer ones (embed/config.go, maxElectionMs) */
const LONGEST_ELECTION = 50_000

export interface MemberConfig {
  name: string
  /** of the host, as others reach it */
  address: string
  clientPort: number
  peerPort: number
  /** absolute path in the host */
  dataDir: string
}

/**
 * An unix URL is a file `NAME:0` in etcd's working directory: up to 3.4 it wants a port in every URL, and joins host and
 * port for the file's name.
 */
export const socketName = (name: string): string => `${name}:0`

const peerUrl = ({ address, peerPort }: MemberConfig): string => `http://${address}:${peerPort}`
export const clientUrl = ({ address, clientPort }: MemberConfig): string => `http://${address}:${clientPort}`

/** Several members elect a leader in a time that a slow machine keeps, too; one alone has nobody to wait for. */
function elections(members: number, factor: number): { 'heartbeat-interval'?: number; 'election-timeout'?: number } {
  if (members === 1) return {}
  const election = Math.min(LONGEST_ELECTION, Math.round(HEARTBEAT * 10 * factor))
  return { 'heartbeat-interval': Math.round(election / 10), 'election-timeout': election }
}

/**
 * The config file of a member: YAML, of which JSON is a part. Keys are etcd's flags (etcd.io, "Configuration options").
 * `more` adds keys or takes the place of ours.
 */
export function configOf(
  member: MemberConfig,
  cluster: readonly MemberConfig[],
  factor: number,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify(
    {
      name: member.name,
      'data-dir': member.dataDir,
      'listen-client-urls': `${clientUrl(member)},unix://${socketName(member.name)}`,
      'advertise-client-urls': clientUrl(member),
      'listen-peer-urls': peerUrl(member),
      'initial-advertise-peer-urls': peerUrl(member),
      'initial-cluster': cluster.map((one) => `${one.name}=${peerUrl(one)}`).join(','),
      ...elections(cluster.length, factor),
      // JSON for clients without gRPC. It is on by default, but off in 3.4 as soon as there is a config file.
      'enable-grpc-gateway': true,
      logger: 'zap',
      'log-outputs': [`${FOLDER}/${member.name}.log`],
      ...more,
    },
    null,
    2,
  )
}
