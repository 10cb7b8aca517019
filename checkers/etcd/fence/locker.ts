/** `fence lock` with a command of the check's own, which says when it holds the lock and ends when it is told to. */
import { existsSync, readFileSync } from 'node:fs'
import type { CheckContext, Running } from '../../kit/index.ts'
import { pidInside, processesOf, readProcLink, statOf } from '../../kit/procfs.ts'
import type { EtcdContext } from '../../kit/etcd/index.ts'
import type { Patience } from '../../kit/judge.ts'

/** seconds; so long that nothing in a check waits for it */
export const LONG = 120
/** seconds; the shortest that etcd grants, whose elections take 1 s by default, is 2 (lease/lessor.go, minTTL) */
const SHORT = 2

/**
 * A TTL that a check waits for: so many times the shortest, and longer on a slow machine. It grows with the root of the
 * factor, since who holds has to wake up within a part of it, and not to start anything.
 */
export const shortTtl = ({ factor }: Pick<CheckContext, 'factor'>, times = 1): number =>
  Math.ceil(SHORT * times * Math.sqrt(Math.max(1, factor())))

/** ms on a fast laptop beyond a TTL */
const BEYOND_TTL = 2500

/** The patience for what takes up to so many TTLs (s). A TTL is a time of the contract and is not scaled. */
export const untilTtl = (ttl: number, times = 2): Patience => ({ contract: 1000 * times * ttl, within: BEYOND_TTL })

/** ms on a fast laptop in which the check sees what a program has done */
const SEEN_IN = 500

/** The patience for what has to be done when the TTL (s) is over: not scaled, but for what it takes to see it. */
export const withinTtl = (ttl: number): Patience => ({ contract: 1000 * ttl, within: SEEN_IN })

/** What a command that holds the lock was told, and its pid in the engine's namespace. */
export interface Held {
  key: string
  token: string
  pid: number | undefined
}

interface Options {
  /** who it is, in texts: `the first` */
  who: string
  /** of the lock */
  name?: string
  ttl?: number
  endpoints?: string
  host?: CheckContext['host']
  /** of its command, by SIGTERM: a stubborn one says that it was asked, and goes on; a polite one exits 0 */
  manner?: 'stubborn' | 'polite'
}

/** A token as a history has it: as it is below 2^52, which no revision of a check reaches; NaN when it is none. */
export const tokenNumber = (token: string): number =>
  /^\d{1,19}$/.test(token) ? Number(BigInt(token) % 2n ** 52n) : NaN

export const NAME = 'job'

export class Locker {
  readonly who: string
  readonly running: Running
  readonly #context: CheckContext
  readonly #host: CheckContext['host']
  readonly #path: string
  #held: Held | undefined

  private constructor(context: CheckContext, host: CheckContext['host'], who: string, running: Running, path: string) {
    this.#context = context
    this.#host = host
    this.who = who
    this.running = running
    this.#path = path
  }

  static async start(context: EtcdContext, options: Options): Promise<Locker> {
    const { who, name = NAME, ttl = LONG, endpoints = context.etcd.endpoints, host = context.host } = options
    const path = `/tmp/held-${context.random.word()}`
    const command = ['/lab/hold', path, ...(options.manner === undefined ? [] : [options.manner])]
    const running = await startLock(
      context,
      ['--endpoints', endpoints, '--ttl', String(ttl), name, '--', ...command],
      host,
      who,
    )
    return new Locker(context, host, who, running, path)
  }

  /** undefined until its command runs */
  get held(): Held | undefined {
    if (this.#held !== undefined || !existsSync(this.#host.path(this.#path))) return this.#held
    const [key = '', token = '', own = ''] = readFileSync(this.#host.path(this.#path), 'utf8').split('\n')
    const namespace = this.running.pid === undefined ? undefined : readProcLink(this.running.pid, 'ns/pid')
    const all = namespace === undefined ? [] : processesOf(namespace)
    this.#held = { key, token, pid: all.find(({ pid }) => pidInside(pid) === Number(own))?.pid }
    this.#context.timeline.note('saw', `the command of ${this.who} run with ETCD_LOCK_REV=${token}`)
    return this.#held
  }

  /** Whether its command was started, also when it was ended before it could say what it was told. */
  get began(): boolean {
    return this.held !== undefined || existsSync(this.#host.path(`${this.#path}.new`))
  }

  /** Whether its command runs, also while it is stopped. */
  get commandRuns(): boolean {
    const state = this.held?.pid === undefined ? undefined : statOf(this.held.pid)?.state
    return state !== undefined && state !== 'Z' && state !== 'X'
  }

  /** Whether its command, a stubborn one, has got SIGTERM. */
  get wasAsked(): boolean {
    return existsSync(this.#host.path(`${this.#path}.asked`))
  }

  /** Waits until its command runs. */
  holds(when: string, patience: Patience = { within: 5000 }): Promise<Held> {
    return this.#context
      .eventually(
        `${when}, ${this.who} runs its command`,
        () => this.held,
        (held) => held !== undefined,
        () => `${this.describe()}; its command was not started`,
        { ...patience, over: () => this.running.exit !== undefined || patience.over?.() === true },
      )
      .then((held) => held ?? { key: '', token: '', pid: undefined })
  }

  /** Lets its command end with an exit code. */
  end(code = 0): void {
    this.#context.timeline.note('told', `the command of ${this.who} to exit ${code}`)
    this.#host.tell(`${this.#path}.end`, `${code}\n`)
  }

  /** Waits until `fence lock` has exited, and says whether with 0. */
  async exits(when: string, well: boolean, within = 5000): Promise<void> {
    const expected = `${when}, ${this.who} exits with ${well ? 'code 0' : 'a code that is not 0'}`
    const exit = await this.#context.eventually(
      expected,
      () => this.running.exit,
      (exit) => exit !== undefined,
      () => this.describe(),
      { within },
    )
    this.#context.expect((exit?.code === 0) === well, expected, () => this.describe())
  }

  describe(): string {
    const command = this.held === undefined ? '' : `; its command ${this.commandRuns ? 'runs' : 'has ended'}`
    const { exit } = this.running
    const end =
      exit === undefined
        ? 'still runs'
        : exit.signal === undefined
          ? `exited ${exit.code}`
          : `was ended by ${exit.signal}`
    return `${this.who} ${end}${command}`
  }
}

/** `fence lock` with arguments, as a program of a host. */
export const startLock = (
  { component, host: own }: CheckContext,
  args: string[],
  host: CheckContext['host'] = own,
  name = 'fence lock',
): Promise<Running> => host.start(component.argv('main', ['lock', ...args]), { name })
