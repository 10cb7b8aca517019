/** What a lock protects: an HTTP server of the check's own in a host, which notes every request that reaches it. */
import { createServer, type ServerResponse } from 'node:http'
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
}

export class Resource {
  /** all requests, in the order in which they were whole here */
  readonly arrived: Arrived[] = []
  readonly url: string
  /** those that are not answered yet, because the check wants it so */
  #unanswered: (() => void)[] = []
  #slow = false

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
        const arrived = { at: context.timeline.now(), method, path, token, body: Buffer.concat(chunks).toString() }
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
      response.writeHead(201, { 'content-type': 'text/plain', 'x-resource': 'register' }).end(`kept ${arrived.body}`)
    }
    if (this.#slow) this.#unanswered.push(answer)
    else answer()
  }

  /** Answers nothing until `answer`. */
  hold(): void {
    this.#slow = true
  }

  answer(): void {
    this.#slow = false
    for (const answer of this.#unanswered.splice(0)) answer()
  }

  /** the tokens that arrived, in order */
  get tokens(): string[] {
    return this.arrived.map(({ token }) => token)
  }
}
