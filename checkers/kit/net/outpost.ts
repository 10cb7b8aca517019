/**
 * Sockets in a host's network, held by the engine. A socket belongs to the network namespace in which it was made
 * (network_namespaces(7)), whoever uses it later: a process of ours enters the namespace, makes sockets there and hands
 * them over (Node's process.send with a handle). So what is done with them is written here and not in a program for hosts.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import type { CheckContext } from '../check.ts'
import type { Host } from '../host/host.ts'
import { EnvironmentFault } from '../outcome.ts'
import { namespaceOf } from './namespace.ts'

/**
 * What the process does: `{ id, listen | dial: { host, port } }` → `{ id, error? }`, with the handle. A server is shared for a
 * moment; it is closed here at once, so that the engine alone accepts.
 */
const PROGRAM = `
const net = require('node:net')
process.on('disconnect', () => process.exit(0))
process.on('message', ({ id, listen, dial }) => {
  const failed = (error) => process.send({ id, error: error.code || String(error) })
  if (listen) {
    const server = net.createServer((socket) => socket.destroy())
    server.once('error', failed)
    server.listen(listen, () => process.send({ id }, server, () => server.close()))
  } else {
    const socket = net.connect({ ...dial, allowHalfOpen: true })
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      process.send({ id }, socket)
    })
  }
})
process.send({ id: 0 })
`

interface Reply {
  id: number
  error?: string
}
type Handle = Server | Socket | undefined

export class Outpost {
  readonly host: Host
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (reply: Reply, handle: Handle) => void>()
  #count = 0

  private constructor(host: Host, child: ChildProcess) {
    this.host = host
    this.#child = child
    child.on('message', (message, handle) => {
      const reply = message as unknown as Reply
      this.#waiting.get(reply.id)?.(reply, handle as Handle)
      this.#waiting.delete(reply.id)
    })
  }

  /** The check's end ends it. Throws EnvironmentFault when it does not start. */
  static async open({ defer }: Pick<CheckContext, 'defer'>, host: Host): Promise<Outpost> {
    const child = spawn('nsenter', [`--net=${namespaceOf(host, 'net')}`, '--', process.execPath, '-e', PROGRAM], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {},
      cwd: '/',
    })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)))
    const gone = once(child, 'exit').catch(() => undefined)
    const outpost = new Outpost(host, child)
    defer(async () => {
      child.kill('SIGKILL')
      await gone
    })
    const up = new Promise<boolean>((resolve) => outpost.#waiting.set(0, () => resolve(true)))
    if (await Promise.race([up, gone.then(() => false)])) return outpost
    throw new EnvironmentFault(`no process could enter the network of ${host.name}`, {
      why: said.trim() || 'it ended without a word',
      remedy: 'lab doctor',
    })
  }

  /** A server that listens in the host's network; port 0 is any. Throws EnvironmentFault when the address is taken. */
  async listen(address: { host: string; port: number }): Promise<Server> {
    const { error, handle } = await this.#ask({ listen: address })
    if (error === undefined) return handle as Server
    throw new EnvironmentFault(`${address.host}:${address.port} of ${this.host.name} can’t be listened on`, {
      why: error,
    })
  }

  /** A connection out of the host's network, or the code of the error (`ECONNREFUSED`). */
  async dial(address: { host: string; port: number }): Promise<Socket | string> {
    const { error, handle } = await this.#ask({ dial: address })
    // One that was reset while it was handed over comes without its handle.
    return error ?? (handle as Socket | undefined) ?? 'ECONNRESET'
  }

  async #ask(request: object): Promise<{ error?: string; handle: Handle }> {
    this.#count += 1
    const id = this.#count
    const answer = new Promise<{ error?: string; handle: Handle }>((resolve) => {
      this.#waiting.set(id, ({ error }, handle) => resolve({ handle, ...(error === undefined ? {} : { error }) }))
    })
    this.#child.send({ id, ...request })
    return answer
  }
}
