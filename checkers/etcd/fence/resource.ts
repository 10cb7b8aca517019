/** What a lock protects: an HTTP server of the check's own in a host, which notes every request that reaches it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { CheckContext } from '../../kit/index.ts'
import { Outpost } from '../../kit/net/outpost.ts'

const PORT = 8000

export interface Arrived {
  at: number
  method: string
  path: string
  /** of the header X-Fence, as it came */
  token: string
  body: string
  bytes: Buffer
  headers: IncomingHttpHeaders
}

/** What the resource answers to a request. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: Buffer | string
}

const kept = ({ body }: Arrived): Reply => ({
  status: 201,
  headers: { 'content-type': 'text/plain', 'x-resource': 'register' },
  body: `kept ${body}`,
})

export class Resource {
  /** all requests, in the order in which they were whole here */
  readonly arrived: Arrived[] = []
  readonly url: string
  /** those that are not answered yet, because the check wants it so */
  #unanswered: (() => void)[] = []
  #mode: 'answers' | 'holds' | 'breaks off' = 'answers'
  #reply: (arrived: Arrived) => Reply = kept

  private constructor(url: string) {
    this.url = url
  }

  /** Listens in a host, at an address of it; the check's end closes it. */
  static async open(context: CheckContext, host = context.host, address = '127.0.0.1'): Promise<Resource> {
    const outpost = await Outpost.open(context, host)
    const listener = await outpost.listen({ host: address, port: PORT })
    const resource = new Resource(`http://${address}:${PORT}`)
    const sockets = new Set<Socket>()
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('error', () => undefined)
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request
        const token = String(headers['x-fence'] ?? '')
        const bytes = Buffer.concat(chunks)
        const arrived = { at: context.timeline.now(), method, path, token, body: bytes.toString(), bytes, headers }
        resource.#arrive(arrived, response)
        context.timeline.note('resource', `${method} ${path} with X-Fence: ${token}`)
      })
    })
    listener.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      server.emit('connection', socket)
    })
    context.defer(() => {
      listener.close()
      for (const socket of sockets) socket.destroy()
    })
    return resource
  }

  #arrive(arrived: Arrived, response: ServerResponse): void {
    this.arrived.push(arrived)
    const answer = (): void => {
      const { status, headers, body } = this.#reply(arrived)
      response.writeHead(status, headers).end(body)
    }
    if (this.#mode === 'holds') this.#unanswered.push(answer)
    else if (this.#mode === 'breaks off') response.destroy()
    else answer()
  }

  /** Answers nothing until `answer`. */
  hold(): void {
    this.#mode = 'holds'
  }

  /** Takes each request, and closes its connection in place of an answer, until `answer`. */
  breakOff(): void {
    this.#mode = 'breaks off'
  }

  /** Answers so from now on. */
  replies(reply: (arrived: Arrived) => Reply): void {
    this.#reply = reply
  }

  answer(): void {
    this.#mode = 'answers'
    for (const answer of this.#unanswered.splice(0)) answer()
  }

  /** the tokens that arrived, in order */
  get tokens(): string[] {
    return this.arrived.map(({ token }) => token)
  }
}
