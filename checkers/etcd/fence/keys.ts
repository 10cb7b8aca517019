/** The keys of a lock in etcd, as a client of the check's own sees them. */
import type { EtcdClient } from '../../../src/wire/etcd/client.ts'
import type { KeyValue } from '../../../src/wire/etcd/messages.ts'
import type { EtcdContext } from '../../kit/etcd/index.ts'
import { NAME } from './locker.ts'

export class Keys {
  readonly client: EtcdClient
  readonly #context: EtcdContext
  readonly #prefix: string
  /** the first key after all that begin with the prefix: "0" follows "/" */
  readonly #end: string

  /** of a lock of that name */
  constructor(context: EtcdContext, name = NAME) {
    this.#context = context
    this.#prefix = `${name}/`
    this.#end = `${name}0`
    this.client = context.etcd.client('the check')
  }

  /** Revokes the lease of somebody. */
  async revoke(lease: string, who: string): Promise<void> {
    this.#context.timeline.note('fault', `revokes the lease of ${who}`)
    await this.client.leaseRevoke({ ID: lease })
  }

  /** All keys of the lock, oldest first. */
  async all(): Promise<KeyValue[]> {
    const range = { key: Buffer.from(this.#prefix), rangeEnd: Buffer.from(this.#end) }
    return (await this.client.range({ ...range, sortTarget: 'Create', sortOrder: 'Ascend' })).kvs
  }

  async has(key: string): Promise<boolean> {
    return (await this.all()).some((one) => one.key.toString() === key)
  }

  /** Waits until so many keys are in the queue, and returns them. `over` is when no further one can come. */
  async reach(count: number, what: string, over: () => boolean = () => false): Promise<KeyValue[]> {
    return this.#context.eventually(
      what,
      () => this.all(),
      (keys) => keys.length === count,
      (keys) =>
        `etcd has ${keys.length === 0 ? 'no key' : keys.map(({ key }) => key.toString()).length === 1 ? 'one key' : `${keys.length} keys`} below ${this.#prefix}`,
      { within: 5000, over },
    )
  }

  /** Without a lease, unless one is named. A key that is there is put again, and keeps its create revision. */
  async put(key: string, lease = '0'): Promise<void> {
    this.#context.timeline.note('fault', `puts the key ${key}`)
    await this.client.put({ key: Buffer.from(key), value: Buffer.alloc(0), lease })
  }

  /** Puts a key with a lease of so many seconds, which nobody keeps alive. */
  async putFor(seconds: number, key: string): Promise<void> {
    const { ID } = await this.client.leaseGrant({ TTL: String(seconds) })
    await this.put(key, ID)
  }

  /** Returns the revision at which it is gone. */
  async delete(key: string): Promise<string> {
    this.#context.timeline.note('fault', `deletes the key ${key}`)
    return (await this.client.deleteRange({ key: Buffer.from(key) })).header?.revision ?? '0'
  }
}
