/** Step 7: a peer that is gone. */
import { readdirSync } from 'node:fs'
import { durationValue, stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks, type CheckContext } from '../../kit/index.ts'
import { Call, Listener, responseFrame } from './call.ts'
import { requestFrame, type Peer } from './peer.ts'
import { ECHO, NOBODY, Server } from './serve.ts'

const UNIMPLEMENTED = 12
const UNAVAILABLE = 14

/** connections in each state */
const EACH = 8
const LARGE = 2 ** 20

/** Brings a connection into the state in which it is left; stream 1 has been used. */
type Leave = (context: CheckContext, server: Server, peer: Peer) => Promise<void>

const say = (length: number): Buffer =>
  requestFrame(3, { service: ECHO, method: 'Say', payload: stringValue('x'.repeat(length)) })

const STATES: [string, Leave][] = [
  ['in the middle of a header', async (_, __, peer) => peer.write(say(1).subarray(0, 5))],
  ['in the middle of data', async (_, __, peer) => peer.write(say(100).subarray(0, 60))],
  [
    'with a response unread',
    async ({ eventually }, server, peer) => {
      const before = peer.received
      peer.pause(1)
      peer.write(say(LARGE))
      await eventually(
        `frames serve answers a Say with ${LARGE} bytes`,
        () => peer.received > before,
        (begun) => begun,
        () => server.running.describe(),
      )
    },
  ],
  [
    'while a Sleep runs',
    async (_, server, peer) => {
      const sleep = { service: ECHO, method: 'Sleep', payload: durationValue(600_000) }
      peer.write(Buffer.concat([requestFrame(3, sleep), requestFrame(5, NOBODY)]))
      await server.answers(peer, 5, 'a request after one to Sleep', UNIMPLEMENTED)
    },
  ],
]

async function leavesNothing(context: CheckContext): Promise<void> {
  const { server, peer } = await Server.start(context)
  const isServed = async (one: Peer, stream: number, to: string): Promise<void> => {
    one.request(stream, NOBODY)
    await server.answers(one, stream, to, UNIMPLEMENTED)
  }
  const descriptors = (): number => readdirSync(`/proc/${server.requirePid()}/fd`).length
  await isServed(peer, 1, 'a request on the first connection')
  const before = descriptors()
  for (const [n, [how, leave]] of STATES.entries()) {
    const peers: Peer[] = []
    for (let i = 0; i < EACH; i += 1) {
      const one = await server.connect()
      await isServed(one, 1, `a request on a further connection`)
      peers.push(one)
    }
    const open = descriptors()
    context.expect(
      open >= before + EACH,
      `frames serve has ${EACH} descriptors more while ${EACH} more connections are open`,
      `${open - before} more`,
    )
    for (const one of peers) await leave(context, server, one)
    for (const one of peers) one.close()
    await context.eventually(
      `frames serve closes the ${EACH} connections whose peers went away ${how}`,
      descriptors,
      (count) => count <= before,
      (count) => `${count - before} of ${EACH} descriptors are still open; ${server.running.describe()}`,
      { over: () => server.running.exit !== undefined },
    )
    await isServed(peer, 2 * n + 3, `a request on the first connection, after peers went away ${how},`)
  }
}

export const gone = checks({
  'gone/descriptors': leavesNothing,

  'gone/once': async (context) => {
    const payload = stringValue('x')
    const request = { service: ECHO, method: 'Say', payload }
    const nobody = await Call.start(context, `/run/${context.random.word()}.sock`, request)
    await nobody.exits(UNAVAILABLE, 'when nobody listens on the socket')

    for (const [when, answer] of [
      ['when the connection ends before a response', Buffer.alloc(0)],
      ['when the connection ends in the middle of a response', undefined],
    ] as const) {
      const listener = await Listener.start(context)
      const call = await Call.start(context, listener.sock, request)
      const { peer, frame: sent } = await call.sends(listener)
      peer.write(answer ?? responseFrame(sent.stream, { payload }).subarray(0, -1))
      peer.finish()
      await call.exits(UNAVAILABLE, when)
      const requests = listener.peers.reduce((sum, one) => sum + one.frames.length, 0)
      context.expect(requests === 1, `${when}, frames call has sent its request once`, `it sent ${requests} requests`)
    }
  },
})
