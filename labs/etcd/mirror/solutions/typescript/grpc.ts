// gRPC over HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { connect, type ClientHttp2Session } from 'node:http2'
import { once } from 'node:events'

export const OUT_OF_RANGE = 11

export class Failed extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

export class Connection {
  readonly #session: ClientHttp2Session

  private constructor(session: ClientHttp2Session) {
    this.#session = session
  }

  /** Throws when nobody listens there. */
  static async open(url: string): Promise<Connection> {
    const session = connect(url)
    session.on('error', () => undefined) // each call under way fails as well
    await once(session, 'connect')
    return new Connection(session)
  }

  close(): void {
    this.#session.destroy()
  }

  /**
   * The messages that answer one. Who does not ask for the next one lets HTTP/2's window fill: the server waits then.
   * Throws Failed with the status of the call, and what broke the connection.
   */
  async *call(path: string, message: Buffer): AsyncGenerator<Buffer> {
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    let status: string | undefined
    let said = ''
    const take = (headers: Record<string, unknown>): void => {
      if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status'])
      said = decodeURIComponent(String(headers['grpc-message'] ?? said))
    }
    stream.on('response', take)
    stream.on('trailers', take)
    const header = Buffer.alloc(5)
    header.writeUInt32BE(message.length, 1)
    stream.write(Buffer.concat([header, message])) // and no end: that of a watch would be the watch's
    if (!path.endsWith('Watch')) stream.end()
    try {
      yield* messages(stream)
      if (status !== '0') throw new Failed(Number(status ?? 14), said || 'the connection is lost')
    } finally {
      stream.destroy()
    }
  }
}

/** Finds the messages in a stream of bytes: a byte that says whether it is compressed, 4 bytes of length, and itself. */
async function* messages(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = []
  let have = 0
  let want = 5
  for await (const chunk of stream) {
    chunks.push(chunk)
    have += chunk.length
    while (have >= want) {
      const all: Buffer = chunks.length === 1 ? (chunks[0] ?? chunk) : Buffer.concat(chunks, have)
      const whole = 5 + all.readUInt32BE(1)
      if (have < whole) {
        chunks = [all]
        want = whole
        break
      }
      yield all.subarray(5, whole)
      chunks = have > whole ? [all.subarray(whole)] : []
      have -= whole
      want = 5
    }
  }
}
