/** One connection as the checker sees it, on whichever side it is: what came, frame by frame, and how it ended. */
import type { Socket } from 'node:net'
import {
  describeBytes,
  describeFrame,
  encodeFrame,
  FrameReader,
  REQUEST,
  type Frame,
} from '../../../src/wire/ttrpc/frame.ts'
import { encodeRequest, type Request } from '../../../src/wire/ttrpc/message.ts'
import type { CheckContext } from '../../kit/index.ts'
import { Outgoing } from './outgoing.ts'

export const requestFrame = (stream: number, request: Partial<Request>): Buffer =>
  encodeFrame({ stream, type: REQUEST, flags: 0, data: encodeRequest(request) })

/** The last type and all flags of PROTOCOL.md, "Message Frame". */
const DATA = 3
const MOST_FLAGS = 7

/** What differs from run to run in what `describe` says. */
export const DESCRIBED: readonly RegExp[] = [
  /sent (\d+) bytes of a frame that is not complete/,
  / and (\d+) more frames?/,
  /data where a header should be: ([^()]+) \(length (\d+), stream (\d+), type (\d+) \((\w+)\), flags (\d+)\)/,
]

/** Whether bytes at least look like a header: a type that there is, and flags that there are. */
const isHeader = (bytes: Buffer): boolean =>
  bytes.readUInt8(8) >= REQUEST && bytes.readUInt8(8) <= DATA && bytes.readUInt8(9) <= MOST_FLAGS

export class Peer {
  /** complete frames, in the order in which they came */
  readonly frames: Frame[] = []
  /** bytes that came, complete frames or not */
  received = 0
  /** what ended it, in words; undefined while it is open */
  ended: string | undefined
  #pauseAt = Infinity
  readonly #reader = new FrameReader()
  readonly #outgoing = new Outgoing()
  readonly #socket: Socket
  readonly #context: CheckContext
  readonly #name: string

  /** `name` is whom the connection is with. The socket must allow that one direction ends before the other. */
  constructor(context: CheckContext, socket: Socket, name: string) {
    this.#context = context
    this.#socket = socket
    this.#name = name
    context.defer(() => this.close())
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length
      if (this.received >= this.#pauseAt) socket.pause()
      const frames = this.#reader.push(chunk)
      this.frames.push(...frames)
      for (const frame of frames) context.timeline.note('received', describeFrame(frame))
    })
    socket.on('end', () => this.#end(`${name} ended the connection`))
    socket.on('close', () => this.#end(`${name} closed the connection`))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#end(`${name} broke the connection (${error.code ?? 'error'})`)
    })
  }

  #end(how: string): void {
    if (this.ended !== undefined) return
    this.ended = how
    this.#context.timeline.note('end', this.ended)
  }

  /** Sends bytes; they wait here as long as the peer does not read. */
  write(bytes: Buffer): void {
    this.#context.timeline.note('sent', this.#outgoing.describe(bytes))
    this.#socket.write(bytes)
  }

  /** The same without a word: one of many pieces. */
  pour(bytes: Buffer): void {
    this.#outgoing.take(bytes)
    this.#socket.write(bytes)
  }

  /** Ends our side once all is sent. */
  finish(): void {
    this.#end('the check ended the connection')
    this.#socket.end()
  }

  request(stream: number, request: Partial<Request>): void {
    this.write(requestFrame(stream, request))
  }

  /** Sends bytes one at a time, with a moment between them in which each can be read on its own. */
  async writeEach(bytes: Buffer): Promise<void> {
    this.#context.timeline.note('sent', `one byte at a time: ${this.#outgoing.describe(bytes)}`)
    for (let at = 0; at < bytes.length && this.ended === undefined; at += 1) {
      this.#socket.write(bytes.subarray(at, at + 1))
      await this.#context.pause()
    }
  }

  /** Whether the kernel has taken all that was sent: but for what a socket's buffer holds the peer has read it. */
  get flushed(): boolean {
    return this.#socket.writableLength === 0
  }

  /** Whether what came is out of step: no frame can be found in it any more. */
  get broken(): boolean {
    return this.#reader.broken
  }

  /** Reads no more, once so many bytes more have come, until `resume`. */
  pause(after = 0): void {
    this.#pauseAt = this.received + after
    if (after === 0) this.#socket.pause()
  }

  resume(): void {
    this.#pauseAt = Infinity
    this.#socket.resume()
  }

  /** Ends the connection; a peer that has sent what nobody read sees a reset. */
  close(): void {
    this.#end('the check closed the connection')
    this.#socket.destroy()
  }

  /** the first frame on a stream */
  on(stream: number): Frame | undefined {
    return this.frames.find((frame) => frame.stream === stream)
  }

  /** What came, besides what `known` frames were: for a failure's text. */
  describe(known = 0): string {
    const frame = this.frames[known]
    const { rest } = this.#reader
    const bytes = this.#reader.broken
      ? `${isHeader(rest) ? 'a frame of more than 4194304 bytes of data' : 'data where a header should be'}: ${describeBytes(rest)}`
      : frame !== undefined
        ? describeFrame(frame)
        : rest.length > 0
          ? `${rest.length} bytes of a frame that is not complete: ${describeBytes(rest)}`
          : 'no byte'
    const more = this.frames.length - known
    const others = more > 1 ? ` and ${more - 1} more frame${more === 2 ? '' : 's'}` : ''
    const nothing = more <= 0 && rest.length === 0
    const what = known > 0 && nothing ? 'nothing more' : bytes
    return `${this.#name} sent ${what}${others}${this.ended === undefined ? '' : `; ${this.ended}`}`
  }
}
