/** `frames call` under test: started, served by the check, and its exit judged. */
import { createServer } from 'node:net'
import { decodeRequest, Malformed, type Request } from '../../../src/wire/ttrpc/message.ts'
import { describeBytes, encodeFrame, REQUEST, RESPONSE, type Frame } from '../../../src/wire/ttrpc/frame.ts'
import { encodeResponse, type Response } from '../../../src/wire/ttrpc/message.ts'
import type { CheckContext, Running } from '../../kit/index.ts'
import type { Patience } from '../../kit/judge.ts'
import { Peer } from './peer.ts'
import { describePayload, difference } from './serve.ts'

const NAME = 'frames call'

/** ms on a fast laptop for a program to start and connect */
const START = 5000

/** The check's own side of a socket in the host. */
export class Listener {
  /** connections that were made, in order */
  readonly peers: Peer[] = []
  readonly sock: string

  private constructor(sock: string) {
    this.sock = sock
  }

  /** `greet` is called with each connection at once. */
  static async start(context: CheckContext, greet: (peer: Peer) => void = () => undefined): Promise<Listener> {
    const listener = new Listener(`/run/check-${context.random.word()}.sock`)
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const peer = new Peer(context, socket, NAME)
      listener.peers.push(peer)
      greet(peer)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(context.host.path(listener.sock), resolve)
    })
    context.defer(() => void server.close())
    return listener
  }
}

export class Call {
  readonly running: Running
  readonly #context: CheckContext
  readonly #chunks: Buffer[]

  private constructor(context: CheckContext, running: Running, chunks: Buffer[]) {
    this.#context = context
    this.running = running
    this.#chunks = chunks
  }

  static async start(
    context: CheckContext,
    sock: string,
    request: { service: string; method: string; payload: Buffer; timeout?: number },
  ): Promise<Call> {
    const { host, component } = context
    const options = request.timeout === undefined ? [] : ['--timeout', String(request.timeout)]
    const args = ['call', '--sock', sock, ...options, request.service, request.method]
    const chunks: Buffer[] = []
    const onBytes = (chunk: Buffer): void => void chunks.push(chunk)
    const running = await host.start(component.argv('main', args), { name: NAME, onBytes })
    running.write(request.payload)
    running.endInput()
    return new Call(context, running, chunks)
  }

  get output(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** Waits until it has connected and sent a whole request, the first frame of its connection. */
  async sends(
    listener: Listener,
    expected = 'frames call connects and sends a request',
  ): Promise<{ peer: Peer; frame: Frame; request: Request }> {
    const peer = await this.#context.eventually(
      expected,
      () => listener.peers.at(-1),
      (found) => found !== undefined && found.frames.length > 0,
      (found) => `${found?.describe() ?? 'it did not connect'}; ${this.running.describe()}`,
      { within: START, over: () => this.running.exit !== undefined },
    )
    const frame = peer?.frames[0]
    if (peer === undefined || frame === undefined) throw new Error('eventually has thrown before')
    let request: Request | undefined
    let why = ''
    try {
      request = decodeRequest(frame.data)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      why = `, since ${error.message}`
    }
    if (frame.type !== REQUEST || request === undefined) {
      this.#context.expect(false, expected, `what it sent is no request${why}: ${describeBytes(encodeFrame(frame))}`)
      throw new Error('expect has thrown before')
    }
    return { peer, frame, request }
  }

  /** Waits until it exits, and judges the code and, with `output`, its standard output. */
  async exits(
    code: number,
    when: string,
    output: Buffer = Buffer.alloc(0),
    patience: Pick<Patience, 'within' | 'contract'> = {},
  ): Promise<void> {
    const expected = `${when}, frames call exits ${code} ${output.length === 0 ? 'with nothing on standard output' : `with the payload ${describePayload(output)} on standard output`}`
    const observed = (): string => `${this.running.describe()}, with ${this.#describeOutput(output)} on standard output`
    await this.#context.eventually(
      expected,
      () => this.running.exit,
      (exit) => exit !== undefined,
      observed,
      { within: START, ...patience },
    )
    this.#context.expect(this.running.exit?.code === code && this.output.equals(output), expected, observed)
  }

  #describeOutput(want: Buffer): string {
    const got = this.output
    if (got.length === 0) return 'nothing'
    const differs = got.equals(want) || want.length === 0 ? '' : difference(got, want)
    return `a payload ${describePayload(got)}${differs}`
  }
}

export const responseFrame = (stream: number, response: Partial<Response>): Buffer =>
  encodeFrame({ stream, type: RESPONSE, flags: 0, data: encodeResponse(response) })
