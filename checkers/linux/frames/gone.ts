/** Step 7: a peer that is gone. */
import { readdirSync } from 'node:fs'
import { encodeFrame, HEADER, RESPONSE } from '../../../src/wire/ttrpc/frame.ts'
import { durationValue, encodeFields, stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks, type CheckContext } from '../../kit/index.ts'
import { Call, Listener } from './call.ts'
import { DESCRIBED, requestFrame, type Peer } from './peer.ts'
import { ECHO, NOBODY, Server } from './serve.ts'

const UNIMPLEMENTED = 12
const UNAVAILABLE = 14

/** connections in each state */
const EACH = 8
const LARGE = 2 ** 20

/** Brings a connection into the state in which it is left; stream 1 has been used. */
type Leave = (context: CheckContext, server: Server, peer: Peer) => Promise<void>

const say = (length: number, stream = 3): Buffer =>
  requestFrame(stream, { service: ECHO, method: 'Say', payload: stringValue('x'.repeat(length)) })

/** Leaves what answers these requests unread, but for its begin, which shows that the server has written. */
const unread =
  (requests: Buffer, what: string): Leave =>
  async ({ eventually }, server, peer) => {
    const before = peer.received
    peer.pause(1)
    peer.write(requests)
    await eventually(
      `frames serve answers ${what}`,
      () => peer.received > before,
      (begun) => begun,
      () => server.running.describe(),
      { over: () => server.running.exit !== undefined },
    )
  }

/** The number, where it is there, is how many bytes the connections of that state read at a time. */
const STATES: [string, Leave, number?][] = [
  ['in the middle of a header', async (_, __, peer) => peer.write(say(1).subarray(0, 5))],
  ['in the middle of data', async (_, __, peer) => peer.write(say(100).subarray(0, 60))],
  // The write that waits fails as well as the read.
  ['with a large response unread', unread(say(LARGE), `a Say with ${LARGE} bytes`)],
  // All has been written, so the read alone tells: ECONNRESET.
  [
    'with small responses unread',
    unread(Buffer.concat([say(1), say(2, 5), say(3, 7)]), 'one of three small requests to Say'),
    HEADER,
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
  for (const [n, [how, leave, sip]] of STATES.entries()) {
    const peers: Peer[] = []
    for (let i = 0; i < EACH; i += 1) {
      const one = await server.connect(sip === undefined ? {} : { sip })
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
  'gone/descriptors': { act: leavesNothing, varies: [...DESCRIBED, /(\d+) of \d+ descriptors/, /^(\d+) more$/] },

  'gone/once': async (context) => {
    const payload = stringValue('x')
    const request = { service: ECHO, method: 'Say', payload }
    const nobody = await Call.start(context, `/run/${context.random.word()}.sock`, request)
    await nobody.exits(UNAVAILABLE, 'when nobody listens on the socket')

    // An empty status first: what has come then is a message too, and one that says OK.
    const emptyStatus = { number: 1, value: Buffer.alloc(0) }
    const whole = encodeFields([emptyStatus, { number: 2, value: payload }])
    const border = HEADER + encodeFields([emptyStatus]).length
    for (const [when, part] of [
      ['when the connection ends before a response', 0],
      ['when the connection ends in the middle of the header of a response', HEADER - 4],
      ['when the connection ends after the header of a response', HEADER],
      ['when the connection ends between two fields of a response', border],
      ['when the connection ends one byte before the end of a response', HEADER + whole.length - 1],
    ] as const) {
      const listener = await Listener.start(context)
      const call = await Call.start(context, listener.sock, request)
      const { peer, frame: sent } = await call.sends(listener)
      const response = encodeFrame({ stream: sent.stream, type: RESPONSE, flags: 0, data: whole })
      if (part > 0) peer.write(response.subarray(0, part))
      peer.finish()
      const requests = (): number => listener.peers.reduce((sum, one) => sum + one.frames.length, 0)
      await context.eventually(
        `${when}, frames call exits ${UNAVAILABLE}`,
        () => call.running.exit !== undefined || requests() > 1,
        (over) => over,
        () => call.running.describe(),
        { within: 5000 },
      )
      context.expect(
        requests() === 1,
        `${when}, frames call has sent its request once`,
        'it connected again and sent its request a second time',
      )
      await call.exits(UNAVAILABLE, when)
    }
  },
})
