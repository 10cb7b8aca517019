/** Step 5: a leader. */
import { checks, type Running } from '../../kit/index.ts'
import { withEtcd, type EtcdContext } from '../../kit/etcd/index.ts'
import type { Patience } from '../../kit/judge.ts'
import { Keys } from './keys.ts'
import { LONG, NAME, shortTtl, withinTtl } from './locker.ts'

/** letters of one, two and three bytes in UTF-8 */
const WIDE = { name: 'žluť', value: 'loď 容器' }

export class Candidate {
  readonly running: Running
  readonly name: string
  readonly value: string
  readonly #context: EtcdContext

  private constructor(context: EtcdContext, running: Running, name: string, value: string) {
    this.#context = context
    this.running = running
    this.name = name
    this.value = value
  }

  static async start(context: EtcdContext, value: string, ttl: number, name = NAME): Promise<Candidate> {
    const { component, etcd, host } = context
    const args = ['campaign', '--endpoints', etcd.endpoints, '--ttl', String(ttl), name, value]
    const running = await host.start(component.argv('main', args), { name: `fence campaign ${name} ${value}` })
    return new Candidate(context, running, name, value)
  }

  /** the lines that it has printed, without empty ones: etcdctl ends with one */
  get lines(): string[] {
    return this.running.output.texts('out').filter((line) => line !== '')
  }

  async leads(when: string, key: string): Promise<void> {
    await this.#context.eventually(
      `${when}, fence campaign ${this.name} ${this.value} prints its key and ${this.value}`,
      () => this.lines,
      (lines) => lines.length >= 2,
      (lines) => `it printed ${lines.length === 0 ? 'nothing' : `"${lines.join('", "')}"`}; ${this.running.describe()}`,
      { within: 5000, over: () => this.running.exit !== undefined },
    )
    this.#context.expect(
      this.lines.join('\n') === `${key}\n${this.value}`,
      `the leader prints the line ${key} and the line ${this.value}`,
      `it printed "${this.lines.join('", "')}"`,
    )
  }

  async exits(when: string, well: boolean, patience: Patience = { within: 5000 }): Promise<void> {
    const expected = `${when}, fence campaign exits with ${well ? 'code 0' : 'a code that is not 0'}`
    await this.#context.eventually(
      expected,
      () => this.running.exit,
      (exit) => exit !== undefined,
      () => this.running.describe(),
      patience,
    )
    this.#context.expect((this.running.exit?.code === 0) === well, expected, () => this.running.describe())
  }
}

const VARIES = [/(?:job|žluť)\/([0-9a-f]+)/, /printed "([^"]*)"/]

export const campaign = checks({
  'campaign/leads': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const first = await Candidate.start(context, 'amber', LONG)
      const [one] = await keys.reach(1, 'a candidate has its key', () => first.running.exit !== undefined)
      context.expect(
        one?.value.toString() === 'amber',
        'the value of the key is VALUE',
        () => `it is "${one?.value.toString() ?? ''}"`,
      )
      await first.leads('when nobody else leads', one?.key.toString() ?? '')
      const second = await Candidate.start(context, 'beryl', LONG)
      const [, two] = await keys.reach(2, 'a second candidate has its key', () => second.running.exit !== undefined)
      const third = await Candidate.start(context, 'coral', LONG)
      await keys.reach(3, 'a third candidate has its key', () => third.running.exit !== undefined)
      context.expect(
        second.lines.length === 0 && third.lines.length === 0,
        'who does not lead yet prints nothing',
        () => `the ${second.lines.length > 0 ? 'second' : 'third'} candidate printed its key`,
      )
      first.running.kill('SIGTERM')
      await first.exits('when the leader gets SIGTERM', true)
      await second.leads('when the first leader is gone', two?.key.toString() ?? '')
      third.running.kill('SIGTERM')
      await third.exits('when it gets SIGTERM while it waits', false)
      context.expect(
        third.lines.length === 0,
        'the third prints nothing while the second leads',
        () => `it printed "${third.lines.join('", "')}"`,
      )
      await keys.reach(
        1,
        `when the third has ended by SIGTERM, long before its TTL of ${LONG} s is over, its key is gone`,
      )

      const wide = await Candidate.start(context, WIDE.value, LONG, WIDE.name)
      const [its] = await new Keys(context, WIDE.name).reach(
        1,
        `a candidate for ${WIDE.name} has its key, in UTF-8 as the name was given`,
        () => wide.running.exit !== undefined,
      )
      context.expect(
        its?.value.toString() === WIDE.value,
        `the value of the key is ${WIDE.value}, in UTF-8 as it was given`,
        () => `it is ${its?.value.toString('hex') ?? ''} in hexadecimal`,
      )
      await wide.leads('when nobody else leads', its?.key.toString() ?? '')
    }),
  },

  'campaign/waits': {
    varies: VARIES,
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const ttl = shortTtl(context, 2)
      const leader = await Candidate.start(context, 'amber', LONG)
      const [one] = await keys.reach(1, 'a candidate has its key', () => leader.running.exit !== undefined)
      await leader.leads('when nobody else leads', one?.key.toString() ?? '')
      const waiter = await Candidate.start(context, 'beryl', ttl)
      const [, two] = await keys.reach(2, 'a second candidate has its key', () => waiter.running.exit !== undefined)
      await keys.delete(two?.key.toString() ?? '')
      await waiter.exits(`when its key is deleted while it waits, within the TTL of ${ttl} s`, false, withinTtl(ttl))
      context.expect(
        waiter.lines.length === 0,
        'who has lost its place prints nothing',
        () => `it printed "${waiter.lines.join('", "')}"`,
      )
      context.expect(leader.running.exit === undefined, 'the leader leads on', () => leader.running.describe())
    }),
  },

  'campaign/lost': {
    limit: 40_000,
    varies: VARIES,
    act: withEtcd(async (context) => {
      const keys = new Keys(context)
      const ttl = shortTtl(context, 2)
      for (const what of ['lease', 'key'] as const) {
        const leader = await Candidate.start(context, 'amber', ttl)
        const [key] = await keys.reach(1, 'a candidate has its key', () => leader.running.exit !== undefined)
        await leader.leads('when nobody else leads', key?.key.toString() ?? '')
        if (what === 'key') await keys.delete(key?.key.toString() ?? '')
        else await keys.revoke(key?.lease ?? '0', 'the leader')
        await leader.exits(`when its ${what} is gone, within the TTL of ${ttl} s`, false, withinTtl(ttl))
      }
    }),
  },
})
