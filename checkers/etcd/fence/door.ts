/** `fence guard` before a resource, and what clients of it see. */
import { mkdirSync } from 'node:fs'
import { request, type ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import type { CheckContext, Running } from '../../kit/index.ts'
import { Outpost } from '../../kit/net/outpost.ts'
import type { Resource } from './resource.ts'
import { unread } from './unread.ts'

const PORT = 8001
export const STATE = '/var/lib/fence/token'
export const REFUSED = 412
const MALFORMED = 400

export interface Answer {
  /** of HTTP; 0 when the connection ended without one */
  status: number
  text: string
  bytes: Buffer
  headers: Readonly<Record<string, unknown>>
}

export interface Writing {
  body?: string | Buffer
  path?: string
  method?: string
  /** besides those that say where the request ends */
  headers?: Readonly<Record<string, string>>
}

/** X-Fence: one, one after the other, or none */
type Token = string | string[] | undefined

interface Place {
  host?: CheckContext['host']
  address?: string
  from?: CheckContext['host']
}

/** A request that is under way: some of its body has been sent. */
export interface Begun {
  finish: (rest: string | Buffer) => void
  /** The client closes its connection, and waits for no answer. */
  hangUp: () => void
  /** what was sent of it has left, and fence guard has read it */
  isRead: () => boolean
  answer: Promise<Answer>
}

const NOTHING_BEGUN = { finish: () => undefined, hangUp: () => undefined, isRead: () => false }
const none = (text: string): Answer => ({ status: 0, text, bytes: Buffer.alloc(0), headers: {} })

export class Door {
  readonly #context: CheckContext
  readonly #outpost: Outpost
  readonly #address: string
  readonly #host: CheckContext['host']
  readonly #resource: Resource
  running: Running

  private constructor(
    context: CheckContext,
    parts: { outpost: Outpost; address: string; host: CheckContext['host']; resource: Resource; running: Running },
  ) {
    this.#context = context
    this.#outpost = parts.outpost
    this.#address = parts.address
    this.#host = parts.host
    this.#resource = parts.resource
    this.running = parts.running
  }

  /** Starts it in a host, at an address of it; clients are in `from`, default the same host. Returns when it listens. */
  static async open(
    context: CheckContext,
    resource: Resource,
    { host = context.host, address = '127.0.0.1', from = host }: Place = {},
  ): Promise<Door> {
    mkdirSync(host.path(dirname(STATE)), { recursive: true })
    const running = await start(context, host, address, resource)
    const outpost = await Outpost.open(context, from)
    const door = new Door(context, { outpost, address, host, resource, running })
    await door.listens()
    return door
  }

  /** Starts it again, after it has ended. */
  async again(): Promise<void> {
    this.running = await start(this.#context, this.#host, this.#address, this.#resource)
  }

  /** `when`: what was before, for the text of a failure, with a comma. */
  async listens(when = ''): Promise<void> {
    await this.#context.eventually(
      `${when}fence guard listens on ${this.#address}:${PORT}`,
      () => this.#dial(),
      (got) => {
        if (typeof got !== 'string') got.destroy()
        return typeof got !== 'string'
      },
      (got) => `${typeof got === 'string' ? got : 'it listens'}; ${this.running.describe()}`,
      { within: 5000, over: () => this.running.exit !== undefined },
    )
  }

  #dial(): Promise<Socket | string> {
    return this.#outpost.dial({ host: this.#address, port: PORT })
  }

  /** Sends one request; the answer, or what became of the connection. `token` undefined: without X-Fence. */
  async write(token: Token, { body = 'x', ...writing }: Writing = {}): Promise<Answer> {
    const begun = await this.begin(token, Buffer.byteLength(body), writing)
    begun.finish(body)
    return begun.answer
  }

  /** Sends the head of a request, and a first part of its body, of which there are so many bytes in all, or chunks. */
  async begin(
    token: Token,
    length: number | 'chunked',
    { body = '', path = '/register', method = 'PUT', headers = {} }: Writing = {},
  ): Promise<Begun> {
    const socket = await this.#dial()
    const fence = token === undefined ? {} : { 'x-fence': token }
    const framing = length === 'chunked' ? { 'transfer-encoding': length } : { 'content-length': length }
    this.#context.timeline.note('sent', `${method} ${path} ${described(token)}`)
    if (typeof socket === 'string') return { ...NOTHING_BEGUN, answer: Promise.resolve(none(socket)) }
    const call = request({
      createConnection: () => socket,
      method,
      path,
      headers: { host: 'resource', connection: 'close', ...framing, ...fence, ...headers },
    })
    const answer = answerOf(call)
    void answer.then(({ status }) => this.#context.timeline.note('answer', status === 0 ? 'none' : String(status)))
    call.flushHeaders()
    let left = false
    if (body.length > 0) call.write(body, () => (left = true))
    const hangUp = (): void => {
      this.#context.timeline.note('fault', `the client of ${method} ${path} closes its connection`)
      call.destroy()
    }
    const isRead = (): boolean => left && unread(this.running.pid, socket, PORT) === 0
    return { finish: (rest) => void call.end(rest), hangUp, isRead, answer }
  }

  /** A write that is to be passed on. */
  async accepts(token: string, when: string, body = `token ${token}`): Promise<Answer> {
    const before = this.#resource.arrived.length
    const answer = await this.#within(
      this.write(token, { body }),
      `${when}, fence guard answers a write with token ${token}`,
    )
    const expected = `${when}, a write with token ${token} is passed on`
    this.#context.expect(answer.status === 201, expected, `fence guard answered ${describe(answer)}`)
    const arrived = this.#resource.arrived.slice(before)
    this.#context.expect(
      arrived.length === 1 && arrived[0]?.token === token && arrived[0].body === body,
      expected,
      `fence guard answered 201, and ${arrived.length === 0 ? 'nothing' : 'something else'} came to the resource`,
    )
    return answer
  }

  /** A write that is to be refused, with a status. */
  async refuses(token: Token, when: string, status = token === undefined ? MALFORMED : REFUSED): Promise<void> {
    const what = `a write ${described(token)}`
    const before = this.#resource.arrived.length
    const expected = `${when}, ${what} is answered ${status} and not passed on`
    const answer = await this.#within(this.write(token), expected)
    this.#context.expect(this.#resource.arrived.length === before, expected, 'it was passed on to the resource')
    this.#context.expect(answer.status === status, expected, `fence guard answered ${describe(answer)}`)
  }

  /** An answer, or the check fails: fence guard is waited for no longer. */
  async #within(answer: Promise<Answer>, expected: string): Promise<Answer> {
    return this.answered({ ...NOTHING_BEGUN, answer }, expected)
  }

  async answered({ answer }: Begun, expected: string): Promise<Answer> {
    let got: Answer | undefined
    void answer.then((one) => (got = one))
    await this.#context.eventually(
      expected,
      () => got,
      (one) => one !== undefined,
      () => `no answer; ${this.running.describe()}`,
      { within: 4000 },
    )
    return answer
  }
}

const start = (
  { component }: CheckContext,
  host: CheckContext['host'],
  address: string,
  resource: Resource,
): Promise<Running> =>
  host.start(
    component.argv('main', ['guard', '--listen', `${address}:${PORT}`, '--upstream', resource.url, '--state', STATE]),
    {
      name: 'fence guard',
    },
  )

export const describe = ({ status, text }: Answer): string =>
  status === 0 ? `nothing (${text})` : `${status}${text.trim() === '' ? '' : `: ${text.trim().slice(0, 80)}`}`

const described = (token: Token): string =>
  token === undefined
    ? 'without X-Fence'
    : `with ${[token]
        .flat()
        .map((one) => `X-Fence: ${one}`)
        .join(' and ')}`

function answerOf(call: ClientRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const broke = (text: string): void => resolve(none(text))
    call.on('error', (error: NodeJS.ErrnoException) => broke(error.code ?? error.message))
    call.on('close', () => broke('the connection was closed'))
    call.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => broke('the answer is not whole'))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({ status: response.statusCode ?? 0, text: bytes.toString(), bytes, headers: response.headers })
      })
    })
  })
}
