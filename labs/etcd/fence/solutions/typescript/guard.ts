// Passes requests on to the resource, one at a time, and none with a token that is smaller than one before it.
import { createServer, request as ask, Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import { readMark, type Mark } from './mark.ts'

/** bytes of a request's body, which is in memory before the token is looked at */
const LARGEST = 2 ** 20
const MOST = 2n ** 63n - 1n

export function guard(listen: string, upstream: string, state: string): void {
  const mark = readMark(state)
  const colon = listen.lastIndexOf(':')
  const door = new Door(new URL(upstream), mark)
  const server = createServer((request, response) => void door.enter(request, response))
  server.on('error', (error) => {
    console.error(`fence: ${error.message}`)
    process.exit(1)
  })
  server.listen({ host: listen.slice(0, colon), port: Number(listen.slice(colon + 1)) })
}

class Door {
  readonly #upstream: URL
  readonly #mark: Mark
  readonly #agent = new Agent()
  /** what was let in last; the next one waits for its end */
  #last: Promise<unknown> = Promise.resolve()

  constructor(upstream: URL, mark: Mark) {
    this.#upstream = upstream
    this.#mark = mark
  }

  async enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
    }
    const token = tokenOf(request)
    if (token === undefined) return refuse(400, 'X-Fence has to be a revision')
    // The whole request comes first: between the look at the token and the resource nobody may be waited for.
    const body = await bodyOf(request).catch(() => undefined)
    if (body === undefined) return refuse(413, 'the request is too large, or broke off')
    this.#last = this.#last.then(async () => {
      if (token < this.#mark.token) return refuse(412, 'a holder with a greater token has been here')
      try {
        if (token > this.#mark.token) this.#mark.raise(token)
      } catch (error) {
        return refuse(503, String(error))
      }
      await this.#pass(request, body, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(502, String(error))
        else response.destroy()
      })
    })
  }

  #pass(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { method, headers, url = '/' } = request
    const { connection: _, 'transfer-encoding': __, ...kept } = headers
    return new Promise((resolve, reject) => {
      const passed = ask(this.#upstream, {
        path: url, // as it came: URL would take out the dots of /a/../b
        method,
        agent: this.#agent,
        headers: { ...kept, 'content-length': body.length },
      })
      passed.on('error', reject)
      passed.on('response', (answer) => {
        const { connection: _, ...others } = answer.headers
        response.writeHead(answer.statusCode ?? 502, others)
        answer.on('data', (chunk) => response.write(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          response.end()
          resolve()
        })
      })
      passed.end(body)
    })
  }
}

function tokenOf({ headers }: IncomingMessage): bigint | undefined {
  const text = headers['x-fence']
  if (typeof text !== 'string' || !/^\d+$/.test(text)) return undefined
  const token = BigInt(text) // not Number: that can't tell 2^53 from 2^53 + 1
  return token > 0n && token <= MOST ? token : undefined
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
