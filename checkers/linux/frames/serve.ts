/** `frames serve` under test: started, connected to, and its answers judged. */
import { createConnection, type OnReadOpts, type Socket } from 'node:net'
import { describeFrame, hex, RESPONSE, type Frame } from '../../../src/wire/ttrpc/frame.ts'
import { decodeResponse, Malformed, type Response } from '../../../src/wire/ttrpc/message.ts'
import type { CheckContext, Running } from '../../kit/index.ts'
import { Peer } from './peer.ts'

const SOCK = '/run/frames.sock'
const NAME = 'frames serve'

export const ECHO = 'echo.Echo'
/** A method that no server has: its answer, code 12, shows that the server has read the request. */
export const NOBODY = { service: 'drydock.Nobody', method: 'Nothing' }

/** ms by which a timer may be early: those that count in whole milliseconds are off by a fraction of one */
export const EARLY = 5

/** ms on a fast laptop for a program to start and listen */
const START = 5000
/** ms on a fast laptop for an answer */
const ANSWER = 2000

export class Server {
  readonly running: Running
  readonly #context: CheckContext

  private constructor(context: CheckContext, running: Running) {
    this.#context = context
    this.running = running
  }

  /** Starts it; returns with the first connection that it accepts. */
  static async start(context: CheckContext): Promise<{ server: Server; peer: Peer }> {
    const { host, component } = context
    const running = await host.start(component.argv('main', ['serve', '--sock', SOCK]), { name: NAME })
    const server = new Server(context, running)
    return { server, peer: await server.connect() }
  }

  /** A connection; waits until there is somebody who takes it. With `sip` it reads so many bytes at a time, and no more. */
  async connect({ sip }: { sip?: number } = {}): Promise<Peer> {
    const taken = await this.#context.eventually(
      `frames serve --sock ${SOCK} takes connections at ${SOCK}`,
      () => dial(this.#context.host.path(SOCK), sip),
      (socket) => typeof socket !== 'string',
      (why) => `connect fails with ${typeof why === 'string' ? why : ''}; ${this.running.describe()}`,
      { within: START, over: () => this.running.exit !== undefined },
    )
    if (typeof taken === 'string') throw new Error(taken) // eventually has thrown before
    return new Peer(this.#context, taken, NAME)
  }

  /** pid of the program, or the check fails because it is gone. */
  requirePid(): number {
    const { pid, exit } = this.running
    this.#context.expect(pid !== undefined && exit === undefined, 'frames serve runs', () => this.running.describe())
    return pid ?? 0
  }

  /**
   * Waits for the response on a stream and judges it. `to` names the request: "the Say on stream 3". `want` is a code, or
   * the payload that comes with code 0. Frames up to `after` are of earlier requests.
   */
  async answers(
    peer: Peer,
    stream: number,
    to: string,
    want: number | Buffer,
    { after = 0, within = ANSWER }: { after?: number; within?: number } = {},
  ): Promise<void> {
    const expected = `frames serve answers ${to} with ${wanted(want)}`
    const known = Math.max(after, peer.frames.length)
    const frame = await this.#context.eventually(
      expected,
      () => peer.frames.slice(after).find((one) => one.stream === stream),
      (found) => found !== undefined,
      () => `${peer.describe(known)}; ${this.running.describe()}`,
      { within, over: () => peer.ended !== undefined || peer.broken || this.running.exit !== undefined },
    )
    const wrong = frame === undefined ? 'no response' : judged(frame, want)
    this.#context.expect(wrong === undefined, expected, wrong ?? '')
  }
}

/** A connected socket, or the code of the error. */
function dial(path: string, sip?: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const onread = sip === undefined ? {} : { onread: inSips(sip, (chunk) => socket.emit('data', chunk)) }
    const socket: Socket = createConnection({ path, allowHalfOpen: true, ...onread })
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

/** A buffer of one's own is all that keeps Node from reading whatever is there: what is left stays in the kernel. */
const inSips = (size: number, onBytes: (chunk: Buffer) => void): OnReadOpts => ({
  buffer: Buffer.alloc(size),
  callback: (length, bytes) => {
    onBytes(Buffer.from(bytes.subarray(0, length)))
    return true
  },
})

const CODES: Record<number, string> = {
  0: 'OK',
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  8: 'RESOURCE_EXHAUSTED',
  12: 'UNIMPLEMENTED',
  14: 'UNAVAILABLE',
}
/** "code 12 (UNIMPLEMENTED)" */
export const codeName = (code: number): string => `code ${code}${code in CODES ? ` (${CODES[code]})` : ''}`

const wanted = (want: number | Buffer): string =>
  typeof want === 'number' ? codeName(want) : `${codeName(0)} and the payload that was sent, ${want.length} bytes`

/** "of 12 bytes, 0a 03 …" */
export const describePayload = (payload: Buffer): string =>
  payload.length === 0 ? 'of 0 bytes' : `of ${payload.length} bytes, ${hex(payload)}`

/** What is wrong with a response frame; undefined when nothing is. */
function judged(frame: Frame, want: number | Buffer): string | undefined {
  if (frame.type !== RESPONSE || frame.flags !== 0) return `a frame that is no response: ${describeFrame(frame)}`
  let response: Response
  try {
    response = decodeResponse(frame.data)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return `data that is no Response, since ${error.message}: ${describeFrame(frame)}`
  }
  const { code, message, payload } = response
  const said = message === '' ? '' : `, message "${message.slice(0, 80)}"`
  const observed = `${codeName(code)}${said} and a payload ${describePayload(payload)}`
  if (typeof want === 'number') return code === want ? undefined : observed
  if (code === 0 && payload.equals(want)) return undefined
  return `${observed}${code === 0 ? difference(payload, want) : ''}`
}

/** ", which differs from byte 7 on" */
export function difference(got: Buffer, want: Buffer): string {
  const length = Math.min(got.length, want.length)
  let at = 0
  while (at < length && got[at] === want[at]) at += 1
  return at < length
    ? `, which differs at byte ${at}: ${describeRest(got, at)}`
    : `, ${got.length < want.length ? 'the begin' : 'more than all'} of it`
}
const describeRest = (bytes: Buffer, at: number): string => hex(bytes.subarray(at, at + 8))
