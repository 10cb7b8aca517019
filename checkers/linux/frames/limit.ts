/** Step 5: lengths that the other side chooses. */
import { readFileSync } from 'node:fs'
import { encodeFrame, encodeHeader, MOST_DATA, REQUEST, RESPONSE } from '../../../src/wire/ttrpc/frame.ts'
import { encodeRequest, encodeResponse, stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks, type CheckContext } from '../../kit/index.ts'
import { Call, Listener } from './call.ts'
import { DESCRIBED } from './peer.ts'
import { ECHO, NOBODY, Server } from './serve.ts'

const RESOURCE_EXHAUSTED = 8
const UNIMPLEMENTED = 12
const MIB = 2 ** 20
/** ms on a fast laptop for 4 MiB to be taken in and sent back */
const LARGE = 8000

/** The message with a string as long as it takes for the whole to have so many bytes. */
function ofLength(length: number, make: (text: string) => Buffer): Buffer {
  // A length takes four bytes between 2^21 and 2^28.
  const overhead = make('x'.repeat(2 ** 21)).length - 2 ** 21
  return make('x'.repeat(length - overhead))
}

const SAY = { service: ECHO, method: 'Say' }

async function serveRefuses(context: CheckContext): Promise<void> {
  const { server, peer } = await Server.start(context)
  let payload: Buffer = Buffer.alloc(0)
  const most = ofLength(MOST_DATA, (text) => encodeRequest({ ...SAY, payload: (payload = stringValue(text)) }))
  peer.write(encodeFrame({ stream: 1, type: REQUEST, flags: 0, data: most }))
  await server.answers(peer, 1, `the Say in a frame with ${MOST_DATA} bytes of data`, payload, { within: LARGE })
  for (const [stream, length] of [
    [3, MOST_DATA + 1],
    [5, 3 * MOST_DATA],
  ] as const) {
    peer.write(Buffer.concat([encodeHeader(length, stream, REQUEST), Buffer.alloc(length)]))
    const told = `a frame with ${length} bytes of data on stream ${stream}`
    await server.answers(peer, stream, told, RESOURCE_EXHAUSTED, { within: LARGE })
  }
  const small = stringValue('small')
  peer.request(7, { ...SAY, payload: small })
  await server.answers(peer, 7, 'the Say on stream 7, after two frames that were too long,', small)
}

async function callRefuses(context: CheckContext): Promise<void> {
  const answer = async (data: (stream: number) => Buffer): Promise<Call> => {
    const listener = await Listener.start(context)
    const call = await Call.start(context, listener.sock, { ...SAY, payload: stringValue('x') })
    const { peer, frame } = await call.sends(listener)
    peer.write(data(frame.stream))
    return call
  }
  let payload: Buffer = Buffer.alloc(0)
  const most = ofLength(MOST_DATA, (text) => encodeResponse({ payload: (payload = stringValue(text)) }))
  const right = await answer((stream) => encodeFrame({ stream, type: RESPONSE, flags: 0, data: most }))
  await right.exits(0, `after a response with ${MOST_DATA} bytes of data`, payload, { within: LARGE })

  const length = MOST_DATA + 1
  const wrong = await answer((stream) => Buffer.concat([encodeHeader(length, stream, RESPONSE), Buffer.alloc(length)]))
  await wrong.exits(RESOURCE_EXHAUSTED, `after a response with ${length} bytes of data`, undefined, { within: LARGE })

  await sendsNothing(context, stringValue('x'.repeat(MOST_DATA)), 'has more')
  const within = ofLength(MOST_DATA - 1, stringValue)
  await sendsNothing(context, within, `has ${within.length} bytes, and with the other fields of the Request more`)
}

async function sendsNothing(context: CheckContext, payload: Buffer, how: string): Promise<void> {
  const listener = await Listener.start(context)
  const call = await Call.start(context, listener.sock, { ...SAY, payload })
  const when = `when standard input ${how} than the ${MOST_DATA} bytes of a frame`
  const sent = (): boolean => listener.peers.some((peer) => peer.received > 0)
  await context.eventually(
    `${when}, frames call exits`,
    () => call.running.exit,
    (exit) => exit !== undefined || sent(),
    () => call.running.describe(),
    { within: LARGE },
  )
  context.expect(!sent(), `${when}, frames call sends nothing of it`, () =>
    listener.peers.map((peer) => peer.describe()).join(', '),
  )
  await call.exits(RESOURCE_EXHAUSTED, when)
}

/** What the header announces, and what is sent of it: more than a program may keep by a wide margin. */
const ANNOUNCED = 3 * 1024 * MIB
const SENT = 256 * MIB
const PIECE = MIB
/** bytes by which a program may grow that drops what it reads; for garbage that is not collected yet */
const RESERVED = 1024 * MIB
const KEPT = 128 * MIB

/** The most that a program had of a kind of memory, bytes: VmPeak (address space) or VmHWM (resident), proc(5). */
const most = (pid: number, kind: 'VmPeak' | 'VmHWM'): number =>
  Number(new RegExp(`^${kind}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

/** A server that runs out of memory may be seen before or after the kernel has ended it. */
const ENDING = /frames serve (was ended by SIGKILL after [\d.]+ m?s|still runs)/

/**
 * A server that takes data for headers answers each piece; which of its answers come before the connection breaks varies.
 * Ahead of DESCRIBED, which takes the count out of the same words.
 */
const FLOOD = /frames serve sent (.* and \d+ more frames?)/

export const limit = checks({
  'limit/refused': {
    varies: [FLOOD, ...DESCRIBED, ENDING],
    act: async (context) => {
      await serveRefuses(context)
      await callRefuses(context)
    },
  },

  'limit/memory': {
    limit: 40_000,
    varies: [FLOOD, ...DESCRIBED, /grew by (\d+) MiB/, /no more after about (\d+) MiB/, ENDING],
    act: async (context) => {
      const { server, peer } = await Server.start(context)
      peer.request(1, NOBODY)
      await server.answers(peer, 1, 'a request for an unknown method', UNIMPLEMENTED)
      const pid = server.requirePid()
      const before = { reserved: most(pid, 'VmPeak'), kept: most(pid, 'VmHWM') }
      const header = encodeHeader(ANNOUNCED, 3, REQUEST)
      peer.write(header)
      const piece = Buffer.alloc(PIECE)
      const taken = `frames serve reads ${SENT / MIB} MiB of a frame whose header announces ${ANNOUNCED / MIB} MiB`
      for (let sent = 0; sent < SENT; sent += PIECE) {
        peer.pour(piece)
        await context.eventually(
          taken,
          () => peer.flushed,
          (flushed) => flushed || peer.ended !== undefined,
          () => `it reads no more after about ${sent / MIB} MiB; ${server.running.describe()}`,
          { over: () => server.running.exit !== undefined },
        )
        context.expect(peer.ended === undefined, taken, () => `${peer.describe(1)}; ${server.running.describe()}`)
      }
      const grown = (kind: 'VmPeak' | 'VmHWM', from: number): number =>
        Math.ceil((most(server.requirePid(), kind) - from) / MIB)
      const reserved = grown('VmPeak', before.reserved)
      context.expect(
        reserved < RESERVED / MIB,
        `after a header that announces ${ANNOUNCED / MIB} MiB, the address space of frames serve grows by less than ${RESERVED / MIB} MiB`,
        `it grew by ${reserved} MiB`,
      )
      const kept = grown('VmHWM', before.kept)
      context.expect(
        kept < KEPT / MIB,
        `while ${SENT / MIB} MiB of a frame that is too long are read, the memory of frames serve grows by less than ${KEPT / MIB} MiB`,
        `it grew by ${kept} MiB`,
      )
      const other = await server.connect()
      other.request(1, NOBODY)
      await server.answers(other, 1, 'a request on another connection meanwhile', UNIMPLEMENTED)
    },
  },
})
