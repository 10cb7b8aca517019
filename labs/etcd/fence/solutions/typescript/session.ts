// A lease that is kept alive, and what is known of its end.
import { Etcd, insist, pause } from './etcd.ts'

/**
 * Shares of the TTL. All are counted from when the last keepalive that was answered had been sent: etcd can't have got it
 * earlier, so the lease lives at least one TTL from there.
 */
const RENEW = 0.2
const END = 0.8
export const KILL = 0.9

export class Session {
  readonly lease: bigint
  readonly #ttl: number
  #sentAt: number
  readonly #lost = new AbortController()

  private constructor(lease: bigint, ttl: number, sentAt: number) {
    this.lease = lease
    this.#ttl = ttl
    this.#sentAt = sentAt
  }

  static async open(etcd: Etcd, seconds: number, signal: AbortSignal): Promise<Session> {
    const session = await insist(signal, async () => {
      const sentAt = performance.now()
      const { lease, ttl } = await etcd.grant(seconds, signal)
      return new Session(lease, ttl * 1000, sentAt) // etcd may grant more than was asked for
    })
    void session.#keepAlive(etcd)
    return session
  }

  /** Comes when the lease is gone, or is so near its end that who holds by it has to end; its reason says why. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  lose(why: string): void {
    this.#lost.abort(new Error(why))
  }

  /** ms from now to when a share of the TTL is over */
  until(share: number): number {
    return Math.max(0, this.#sentAt + share * this.#ttl - performance.now())
  }

  async #keepAlive(etcd: Etcd): Promise<void> {
    let wait = this.until(RENEW)
    while (!this.lost.aborted) {
      await pause(Math.min(wait, this.until(END)))
      const sentAt = performance.now()
      const ttl = await etcd.keepAlive(this.lease, AbortSignal.timeout(Math.ceil(this.until(END)))).catch(() => undefined)
      if (this.until(END) === 0) return this.lose('no keepalive was answered in time')
      if (ttl === 0) return this.lose('the lease is gone')
      if (ttl !== undefined) this.#sentAt = sentAt
      wait = ttl === undefined ? this.#ttl / 50 : this.until(RENEW)
    }
  }
}
