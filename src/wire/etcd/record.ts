/** What a client tells of its calls while they happen: what a history is made of. */

interface About {
  /** ms of the client's monotonic clock: when it was handed to gRPC, or came from it */
  at: number
  /** the client's name */
  client: string
  /** the same for all that belongs to one call or stream; from 1 */
  call: number
  /** `KV/Put`, `Watch/Watch` … */
  method: string
}

export type Recorded = About &
  (
    | { kind: 'sent' | 'received'; message: object }
    /** `status` is gRPC's, by name (`UNAVAILABLE`); whether the server carried the call out is not known */
    | { kind: 'failed'; status: string; details: string }
    /** a stream that the server ended without an error */
    | { kind: 'ended' }
  )

export type Recorder = (recorded: Recorded) => void

/** A call that did not succeed. Not every failed write was not carried out: UNAVAILABLE and DEADLINE_EXCEEDED leave it open. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  constructor(
    readonly method: string,
    /** gRPC's, by name: `OUT_OF_RANGE`, `UNAVAILABLE` … (grpc.io, "Status codes") */
    readonly status: string,
    /** the server's words: `etcdserver: mvcc: required revision has been compacted` */
    readonly details: string,
  ) {
    super(`${method}: ${status}: ${details}`)
  }
}
