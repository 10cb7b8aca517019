/** A TCP proxy in a host: components dial it as they would dial the server, and the check decides what becomes of the bytes. */
import { createConnection, type Server, type Socket } from 'node:net'
import type { CheckContext } from '../check.ts'
import type { Host } from '../host/host.ts'
import { Outpost } from '../net/outpost.ts'
import { tookEffect } from './took-effect.ts'
import { describeRule, PASS, Pump, type Rule } from './pump.ts'

/** `up`: from who has dialled to the server; `down`: from the server */
export type Direction = 'up' | 'down'

type Tools = Pick<CheckContext, 'defer' | 'timeline' | 'eventually'>

interface Link {
  client: Socket
  server: Socket
  pumps: Record<Direction, Pump>
}

export interface ProxyOptions {
  host: Host
  /** of the host, default 127.0.0.1 */
  address?: string
  /** default: any that is free */
  port?: number
  /** what it leads to: a path of a unix socket as the engine reaches it (`member.socket`), or a connection of the caller's */
  to: string | (() => Promise<Socket | string>)
  /** in the timeline */
  name: string
}

export class Proxy {
  readonly port: number
  readonly #tools: Tools
  readonly #name: string
  readonly #to: ProxyOptions['to']
  readonly #links = new Set<Link>()
  readonly #rules: Record<Direction, Rule> = { up: PASS, down: PASS }
  readonly #total = { up: { passed: 0, lost: 0 }, down: { passed: 0, lost: 0 } }
  #accepted = 0
  #cuts = 0
  #refusing = false
  /** how often all connections were reset */
  #resets = 0

  private constructor(tools: Tools, server: Server, options: ProxyOptions) {
    this.#tools = tools
    this.#name = options.name
    this.#to = options.to
    const address = server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : 0
    server.on('connection', (socket: Socket) => void this.#accept(socket))
  }

  /** Listens in the host; the check's end closes it with all its connections. */
  static async open(tools: Tools, options: ProxyOptions): Promise<Proxy> {
    const outpost = await Outpost.open(tools, options.host)
    const server = await outpost.listen({ host: options.address ?? '127.0.0.1', port: options.port ?? 0 })
    const proxy = new Proxy(tools, server, options)
    tools.defer(() => {
      server.close()
      proxy.#drop()
    })
    return proxy
  }

  /** connections that are open, and all that were ever made */
  get connections(): { open: number; accepted: number } {
    return { open: this.#links.size, accepted: this.#accepted }
  }

  /** bytes of a direction, of all connections so far */
  bytes(direction: Direction): { passed: number; lost: number } {
    const sum = { ...this.#total[direction] }
    for (const { pumps } of this.#links) {
      sum.passed += pumps[direction].passed
      sum.lost += pumps[direction].lost
    }
    return sum
  }

  /**
   * Sets a rule for a direction, of connections that are there and that come; what is not named is as in an unhurt one. What
   * it does shows in `bytes` once something is sent: wait for that, so that the fault has been there. `pass` undoes it.
   */
  set(direction: Direction, rule: Partial<Rule>): void {
    this.#note(describeRule(direction, rule))
    this.#rule(direction, rule)
  }

  /** Passes everything on again, in both directions. */
  pass(): void {
    this.#refusing = false
    this.#note('passes on everything')
    for (const direction of ['up', 'down'] as const) this.#rule(direction, {})
    // Who was not told that the other end has gone learns it now.
    this.#drop([...this.#links].filter(({ client, server }) => client.destroyed || server.destroyed))
  }

  /**
   * Both ends stay open and neither hears of the other any more, as when a machine between them has gone: what is sent is
   * taken and lost. New connections are taken, too.
   */
  halfOpen(): void {
    for (const direction of ['up', 'down'] as const) this.set(direction, { mode: 'lose' })
  }

  /** Resets all connections (RST, tcp(7)), and returns how many when they are gone; new ones are taken. */
  async reset(): Promise<number> {
    const count = this.#links.size
    this.#resets += 1
    this.#note(`resets ${count} connections`)
    this.#drop()
    await tookEffect(
      this.#tools,
      `${this.#name} has no connection`,
      () => this.#links.size,
      (n) => n === 0,
      String,
    )
    return count
  }

  /** Resets all connections, and each new one at once, until `pass`. */
  async refuse(): Promise<void> {
    this.#refusing = true
    await this.reset()
  }

  /** Cuts each connection when so many bytes have been passed on in a direction, until `pass`; resolves after the first cut. */
  async cutAfter(direction: Direction, bytes: number, within?: number): Promise<void> {
    const before = this.#cuts
    this.set(direction, { cutAfter: bytes })
    const cut = (): number => this.#cuts - before
    const said = (): string => `${this.bytes(direction).passed} bytes were passed on ${direction}`
    const patience = within === undefined ? {} : { within }
    await tookEffect(this.#tools, `${this.#name} has cut a connection`, cut, (n) => n > 0, said, patience)
  }

  async #accept(client: Socket): Promise<void> {
    this.#accepted += 1
    client.on('error', () => undefined)
    const resets = this.#resets
    const server = this.#refusing ? 'refused' : await this.#dial()
    // One that was being led on when all were reset is one of them.
    if (typeof server === 'string' || client.destroyed || resets !== this.#resets) {
      client.resetAndDestroy()
      if (typeof server !== 'string') server.destroy()
      return
    }
    server.on('error', () => undefined)
    const cut = (): void => {
      this.#cuts += 1
      this.#note('cuts a connection')
      this.#drop([link])
    }
    const link: Link = {
      client,
      server,
      pumps: {
        up: new Pump(client, server, () => this.#rules.up, cut),
        down: new Pump(server, client, () => this.#rules.down, cut),
      },
    }
    this.#links.add(link)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('close', (failed) => {
        if (other.destroyed) this.#forget(link)
        // A reset goes on as a reset, unless nothing of one end is to reach the other.
        if (this.#rules[one === client ? 'up' : 'down'].mode !== 'pass') return
        if (failed && this.#canReset(link, other)) other.resetAndDestroy()
        else other.destroySoon()
      })
    }
  }

  #dial(): Promise<Socket | string> {
    if (typeof this.#to !== 'string') return this.#to()
    const path = this.#to
    return new Promise((resolve) => {
      const socket = createConnection({ path, allowHalfOpen: true })
      socket.once('connect', () => resolve(socket))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })
  }

  #drop(links: Iterable<Link> = this.#links): void {
    for (const link of [...links]) {
      this.#forget(link)
      link.client.resetAndDestroy()
      link.server.destroy()
    }
  }

  /** A unix socket has no reset: Node throws where one is asked for. */
  #canReset({ client }: Link, socket: Socket): boolean {
    return socket === client || typeof this.#to !== 'string'
  }

  #forget(link: Link): void {
    if (!this.#links.delete(link)) return
    for (const direction of ['up', 'down'] as const) {
      this.#total[direction].passed += link.pumps[direction].passed
      this.#total[direction].lost += link.pumps[direction].lost
    }
  }

  #rule(direction: Direction, rule: Partial<Rule>): void {
    this.#rules[direction] = { ...PASS, ...rule }
    for (const { pumps } of this.#links) pumps[direction].turn()
  }

  #note(what: string): void {
    this.#tools.timeline.note('fault', `${this.#name} ${what}`)
  }
}
