/** One stream in both directions: what is sent and what comes is recorded, and nothing is sent again. */
import { status as Status, type ClientDuplexStream, type StatusObject } from '@grpc/grpc-js'
import { CallFailed } from './record.ts'

export interface StreamTools<Response> {
  method: string
  onMessage: (message: Response) => void
  /** throws where a message can't be sent */
  check: (message: object) => void
  sent: (message: object) => void
  received: (message: object) => void
  over: (failed: CallFailed | undefined) => void
}

export class Stream<Request extends object, Response extends object> {
  /** resolves when the stream is over: to what it failed with, or undefined where the server ended it without an error */
  readonly over: Promise<CallFailed | undefined>
  readonly #call: ClientDuplexStream<object, object>
  readonly #tools: StreamTools<Response>

  constructor(call: ClientDuplexStream<object, object>, tools: StreamTools<Response>) {
    this.#call = call
    this.#tools = tools
    call.on('data', (message: object) => {
      tools.received(message)
      tools.onMessage(message as Response)
    })
    // What went wrong is in the status, too, which always comes.
    call.on('error', () => undefined)
    this.over = new Promise((resolve) => {
      call.on('status', ({ code, details }: StatusObject) => {
        const failed = code === Status.OK ? undefined : new CallFailed(tools.method, Status[code], details)
        tools.over(failed)
        resolve(failed)
      })
    })
  }

  /** Throws TypeError where the message is none of the proto's. */
  send(message: Request): void {
    this.#tools.check(message)
    this.#tools.sent(message)
    this.#call.write(message)
  }

  /** Reads no more: messages wait in gRPC's window and then at the server, as for a slow client. */
  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  /** Ends our side; the server may go on. */
  end(): void {
    this.#call.end()
  }

  /** Ends both sides at once, with CANCELLED. */
  cancel(): void {
    this.#call.cancel()
  }
}
