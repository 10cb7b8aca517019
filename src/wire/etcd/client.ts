/**
 * A thin client of an etcd: one connection, each call sent once. What a real client library hides (retries, reconnection,
 * resumed watches) is what checks are about, so nothing of it is here.
 */
import { Client, credentials, status as Status, type CallOptions, type ServiceError } from '@grpc/grpc-js'
import { decode, encode } from './codec.ts'
import type * as M from './messages.ts'
import { methodOf, type Method } from './protos.ts'
import { CallFailed, type Recorded, type Recorder } from './record.ts'
import { Stream } from './stream.ts'

export interface ClientOptions {
  /** ms after which a call that has no answer fails with DEADLINE_EXCEEDED; streams have none */
  deadline: number
  /** in what is recorded; default `client` */
  name?: string
  record?: Recorder
  /** monotonic clock, ms; default performance.now */
  now?: () => number
}

/**
 * No retries, no shared connection, no proxy of the environment, no bound on what a response may have. The times only say
 * how soon a lost connection is dialled again for the next call.
 */
const CHANNEL = {
  'grpc.enable_retries': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.min_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
}

/** Part of `Recorded` that differs from kind to kind. */
type What<R = Recorded> = R extends unknown ? Omit<R, 'at' | 'client' | 'call' | 'method'> : never

export class EtcdClient implements Disposable {
  readonly #client: Client
  readonly #options: ClientOptions
  readonly #open = new Set<{ cancel: () => void }>()
  #calls = 0

  /** `address` as gRPC names it: `127.0.0.1:2379`, `unix:/run/etcd/client:0` */
  constructor(address: string, options: ClientOptions) {
    this.#client = new Client(address, credentials.createInsecure(), CHANNEL)
    this.#options = options
  }

  range = (request: M.RangeRequest): Promise<M.RangeResponse> => this.#unary('KV', 'Range', request)
  put = (request: M.PutRequest): Promise<M.PutResponse> => this.#unary('KV', 'Put', request)
  deleteRange = (request: M.DeleteRangeRequest): Promise<M.DeleteRangeResponse> =>
    this.#unary('KV', 'DeleteRange', request)
  txn = (request: M.TxnRequest): Promise<M.TxnResponse> => this.#unary('KV', 'Txn', request)
  compact = (request: M.CompactionRequest): Promise<M.CompactionResponse> => this.#unary('KV', 'Compact', request)

  leaseGrant = (request: M.LeaseGrantRequest): Promise<M.LeaseGrantResponse> =>
    this.#unary('Lease', 'LeaseGrant', request)
  leaseRevoke = (request: { ID: M.Int64 }): Promise<M.CompactionResponse> =>
    this.#unary('Lease', 'LeaseRevoke', request)
  leaseTimeToLive = (request: { ID: M.Int64; keys?: boolean }): Promise<M.LeaseTimeToLiveResponse> =>
    this.#unary('Lease', 'LeaseTimeToLive', request)
  leases = (): Promise<M.LeaseLeasesResponse> => this.#unary('Lease', 'LeaseLeases', {})

  status = (): Promise<M.StatusResponse> => this.#unary('Maintenance', 'Status', {})
  alarm = (request: M.AlarmRequest): Promise<M.AlarmResponse> => this.#unary('Maintenance', 'Alarm', request)
  defragment = (): Promise<M.CompactionResponse> => this.#unary('Maintenance', 'Defragment', {})
  /** of all keys up to a revision; 0 is the newest */
  hashKV = (revision: M.Int64 = '0'): Promise<M.HashKVResponse> => this.#unary('Maintenance', 'HashKV', { revision })
  moveLeader = (request: { targetID: M.Int64 }): Promise<M.CompactionResponse> =>
    this.#unary('Maintenance', 'MoveLeader', request)

  memberList = (): Promise<M.MemberListResponse> => this.#unary('Cluster', 'MemberList', {})

  watch(onMessage: (message: M.WatchResponse) => void): Stream<M.WatchRequest, M.WatchResponse> {
    return this.#stream('Watch', 'Watch', onMessage)
  }

  leaseKeepAlive(
    onMessage: (message: M.LeaseKeepAliveResponse) => void,
  ): Stream<{ ID: M.Int64 }, M.LeaseKeepAliveResponse> {
    return this.#stream('Lease', 'LeaseKeepAlive', onMessage)
  }

  /** Ends the connection; what is under way fails with CANCELLED. */
  close(): void {
    for (const call of this.#open) call.cancel()
    this.#client.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Rejects with CallFailed, and with TypeError where the request is none of the proto's. */
  async #unary<Response>(service: string, name: string, request: object): Promise<Response> {
    const method = methodOf(service, name)
    const tell = this.#teller(`${service}/${name}`)
    const [serialize, deserialize] = codecOf(method)
    serialize(request)
    const options: CallOptions = { deadline: Date.now() + this.#options.deadline }
    tell({ kind: 'sent', message: request })
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, message?: object): void => {
        this.#open.delete(call)
        if (error === null && message !== undefined) {
          tell({ kind: 'received', message })
          resolve(message as Response)
          return
        }
        const { code = Status.UNKNOWN, details = 'no response' } = error ?? {}
        tell({ kind: 'failed', status: Status[code], details })
        reject(new CallFailed(`${service}/${name}`, Status[code], details))
      }
      const call = this.#client.makeUnaryRequest(method.path, serialize, deserialize, request, options, done)
      this.#open.add(call)
    })
  }

  #stream<Request extends object, Response extends object>(
    service: string,
    name: string,
    onMessage: (message: Response) => void,
  ): Stream<Request, Response> {
    const method = methodOf(service, name)
    const tell = this.#teller(`${service}/${name}`)
    const [serialize, deserialize] = codecOf(method)
    const call = this.#client.makeBidiStreamRequest<object, object>(method.path, serialize, deserialize)
    this.#open.add(call)
    return new Stream(call, {
      method: `${service}/${name}`,
      onMessage,
      check: (message) => void serialize(message),
      sent: (message) => tell({ kind: 'sent', message }),
      received: (message) => tell({ kind: 'received', message }),
      over: (failed) => {
        this.#open.delete(call)
        if (failed === undefined) tell({ kind: 'ended' })
        else tell({ kind: 'failed', status: failed.status, details: failed.details })
      },
    })
  }

  #teller(method: string): (what: What) => void {
    this.#calls += 1
    const call = this.#calls
    const { record, now = () => performance.now(), name = 'client' } = this.#options
    return (what) => record?.({ at: now(), client: name, call, method, ...what })
  }
}

const codecOf = ({ request, response }: Method): [(message: object) => Buffer, (bytes: Buffer) => object] => [
  (message) => encode(request, message),
  (bytes) => decode(response, bytes),
]
