/** A real etcd of one or three members, for one check. */
import type { EtcdClient } from '../../../src/wire/etcd/client.ts'
import type { Recorded } from '../../../src/wire/etcd/record.ts'
import type { CheckContext } from '../check.ts'
import type { Host } from '../host/host.ts'
import type { EnvironmentFault } from '../outcome.ts'
import type { MemberConfig } from './config.ts'
import { Member, type MemberParts } from './member.ts'

const CLIENT_PORT = 2379
const PEER_PORT = 2380
/** between the ports of members of one host */
const APART = 10

/** Where a member runs, and the address by which others reach that host. */
export interface Place {
  host: Host
  address: string
}

export interface EtcdOptions {
  /** one member for each; default one in the check's own host, at 127.0.0.1 */
  places?: readonly Place[]
  /**
   * argv of etcd, default the one on PATH. One that was unpacked beside the system may need its own loader before it; hosts
   * have to see it, below /opt for example.
   */
  program?: readonly string[]
  /** further variables of its environment: `{ GOGC: '20' }` */
  environment?: Readonly<Record<string, string>>
  /**
   * absolute path in the hosts, default below /var/lib, which is 256 MiB in memory; a member takes 64 MiB of it at once,
   * for the first file of its log
   */
  dataDir?: string
  /** further keys of etcd's config file: `{ 'quota-backend-bytes': 2 ** 24 }` */
  config?: Readonly<Record<string, unknown>>
}

export class Etcd {
  readonly members: readonly [Member, ...Member[]]
  /** all calls and messages of its clients, in the order in which they happened; times are those of the timeline */
  readonly recorded: Recorded[] = []
  readonly #context: CheckContext
  #clients = 0

  private constructor(context: CheckContext, options: EtcdOptions, onLost: MemberParts['onLost']) {
    this.#context = context
    const { places = [{ host: context.host, address: '127.0.0.1' }], program = ['etcd'], environment = {} } = options
    const cluster = places.map(({ address }, index): MemberConfig => {
      const name = places.length === 1 ? 'etcd' : `etcd${index + 1}`
      const dataDir = `${options.dataDir ?? '/var/lib/etcd'}/${name}`
      return { name, address, dataDir, clientPort: CLIENT_PORT + APART * index, peerPort: PEER_PORT + APART * index }
    })
    const members = places.map(({ host }, index) => {
      const config = cluster[index] ?? never()
      const record = (one: Recorded): void => void this.recorded.push(one)
      return new Member({
        context,
        host,
        config,
        cluster,
        program,
        environment,
        record,
        onLost,
        more: options.config ?? {},
      })
    })
    const [first = never(), ...others] = members
    this.members = [first, ...others]
  }

  /**
   * Starts it; returns once every member answers and knows a leader. `onLost` is called with the reason when a member ends
   * that the check has not ended. Throws EnvironmentFault when it does not come up. `withEtcd` is for checks.
   */
  static async start(
    context: CheckContext,
    options: EtcdOptions = {},
    onLost: MemberParts['onLost'] = () => undefined,
  ): Promise<Etcd> {
    const etcd = new Etcd(context, options, onLost)
    await Promise.all(etcd.members.map((member) => member.launch()))
    await Promise.all(etcd.members.map((member) => member.ready()))
    return etcd
  }

  /** of all members, as a list for clients: `http://127.0.0.1:2379,…` */
  get endpoints(): string {
    return this.members.map(({ url }) => url).join(',')
  }

  /** A client of the first member that is there; with a name of its own in what is recorded. */
  client(name = `client${(this.#clients += 1)}`): EtcdClient {
    return this.#living().client(name)
  }

  /** Compacts at a revision, default the newest, and returns it: nothing older can be read or watched from then on. */
  async compact(revision?: string): Promise<string> {
    using client = this.#living().client('kit')
    const at = revision ?? (await client.range({ key: Buffer.of(0), limit: '1' })).header?.revision ?? '0'
    this.#context.timeline.note('fault', `compacts at revision ${at}`)
    await client.compact({ revision: at, physical: true })
    return at
  }

  /** What is wrong with a member that the check has not done. */
  async unwell(): Promise<EnvironmentFault | undefined> {
    for (const member of this.members) {
      const fault = await member.unwell()
      if (fault !== undefined) return fault
    }
    return undefined
  }

  #living(): Member {
    return this.members.find((member) => !member.ended) ?? this.members[0]
  }
}

const never = (): never => {
  throw new Error('an etcd has at least one member')
}
