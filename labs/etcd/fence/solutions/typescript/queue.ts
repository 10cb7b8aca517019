// The queue of a name: a key for each who wants the lock. Who has the oldest one is the holder.
import { Etcd, insist, pause, Refused } from './etcd.ts'
import { Session } from './session.ts'

export class Place {
  readonly #etcd: Etcd
  readonly #name: string
  readonly session: Session
  readonly key: string
  /** revision at which the key was made */
  #created = 0n
  /** a revision at which nobody was before this place any more */
  token = 0n

  private constructor(etcd: Etcd, session: Session, name: string) {
    this.#etcd = etcd
    this.session = session
    this.#name = name
    this.key = `${name}/${session.lease.toString(16)}`
  }

  /** Resolves when the place is the first of its queue. When that does not come about it is left. */
  static async enter(etcd: Etcd, ttl: number, name: string, value: string, signal: AbortSignal): Promise<Place> {
    const session = await Session.open(etcd, ttl, signal)
    const place = new Place(etcd, session, name)
    const held = AbortSignal.any([session.lost, signal])
    try {
      // Sent again after a lost answer, it finds its own key: the name has the lease's number in it.
      place.#created = await insist(held, () => etcd.create(place.key, value, session.lease, held))
      await place.#wait(held)
      held.throwIfAborted()
      void place.#hold()
      return place
    } catch (error) {
      if (session.lost.aborted) throw new Error(`the place in the queue is lost: ${reasonOf(session.lost)}`)
      await place.leave()
      throw error
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { found, revision } = await insist(signal, () => this.#etcd.before(`${this.#name}/`, this.#created, signal))
      await this.#check(signal)
      if (found === undefined) {
        this.token = revision
        return
      }
      // The one right before is enough: whoever is further ahead has somebody else behind it.
      await this.#deleted([found.key, this.key], revision, signal)
    }
  }

  /** Resolves when one of the keys is deleted. A watch that breaks is no news: it resolves then, too, and the caller looks again. */
  async #deleted(keys: string[], revision: bigint, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    try {
      return await Promise.race(keys.map((key) => this.#etcd.untilDeleted(key, revision, either)))
    } catch {
      await pause(100, signal)
      signal.throwIfAborted()
      return false
    } finally {
      over.abort()
    }
  }

  /** Rejects when the key is gone, or is another one of that name; else resolves to a revision at which it was there. */
  async #check(signal: AbortSignal): Promise<bigint> {
    const { found, revision } = await insist(signal, () => this.#etcd.get(this.key, signal))
    if (found?.created !== this.#created) throw new Refused(`the key ${this.key} is gone`)
    return revision
  }

  /** Tells the session as soon as the key is deleted. */
  async #hold(): Promise<void> {
    const { lost } = this.session
    try {
      for (;;) {
        const revision = await this.#check(lost)
        if (await this.#deleted([this.key], revision, lost)) break
      }
    } catch (error) {
      if (!(error instanceof Refused)) return
    }
    this.session.lose(`the key ${this.key} was deleted`)
  }

  /** Gives the lease back, and with it the key. What etcd does not hear in time it finds out by the lease's end. */
  async leave(): Promise<void> {
    const signal = AbortSignal.timeout(Math.ceil(this.session.until(1)))
    await insist(signal, () => this.#etcd.revoke(this.session.lease, signal)).catch(() => undefined)
  }
}

export const reasonOf = ({ reason }: AbortSignal): string => (reason instanceof Error ? reason.message : String(reason))
