/** Step 3: many requests on one connection. */
import { durationValue, stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks } from '../../kit/index.ts'
import { DESCRIBED, requestFrame } from './peer.ts'
import { EARLY, ECHO, Server } from './serve.ts'

/** ms: no check waits for a Sleep of this length */
const FOR_EVER = 600_000
/** ms */
const SHORT = 200
/** Requests one after the other meanwhile: a server may well begin the newest request before older ones that wait. */
const SAYS = 6
/** Requests that sleep while others are to be answered: more than a pool of threads usually has. */
const SLEEPERS = 60

const LARGE = 256 * 1024
const MANY = 16

/** Frames that got mixed are seen where a header is due, or in a payload: which of the two is the scheduler's choice. */
const MIXED = /^(code 0 \(OK\) and a payload of .*|frames serve sent data where a header should be: .*)$/

export const streams = checks({
  'streams/out-of-order': {
    // A server that serves some requests at a time stops at the Say or at a Sleep after it.
    varies: [
      ...DESCRIBED,
      /^(\d+) answers/,
      /answers (the (?:Say|request to Sleep for [\d.]+ m?s) on stream \w+), while .* was sent, (\d+) bytes/,
      /frames serve sent (no byte|nothing more)/,
    ],
    act: async (context) => {
      const { server, peer } = await Server.start(context)
      const sleep = { service: ECHO, method: 'Sleep', payload: durationValue(FOR_EVER) }
      const first = 2 * SLEEPERS + 1
      const say = { service: ECHO, method: 'Say', payload: stringValue('awake') }
      const sleepers = Array.from({ length: SLEEPERS }, (_, n) => requestFrame(2 * n + 1, sleep))
      peer.write(Buffer.concat([...sleepers, requestFrame(first, say)]))
      const during = `while ${SLEEPERS} requests to Sleep for ${FOR_EVER / 1000} s run on the same connection`
      const last = first + 2 * (SAYS - 1)
      for (let stream = first; stream <= last; stream += 2) {
        if (stream > first) peer.request(stream, say)
        await server.answers(peer, stream, `the Say on stream ${stream}, ${during},`, say.payload)
      }

      const ms = SHORT
      const short = last + 2
      const sent = performance.now()
      peer.request(short, { service: ECHO, method: 'Sleep', payload: durationValue(ms) })
      const told = `the request to Sleep for ${ms} ms on stream ${short}, ${during},`
      await server.answers(peer, short, told, durationValue(ms), { within: 2000 + ms })
      const took = performance.now() - sent
      context.expect(
        took >= ms - EARLY,
        `Sleep for ${ms} ms is not answered before they are over`,
        `answered after ${Math.floor(took)} ms`,
      )
      context.expect(
        peer.frames.length === SAYS + 1,
        `no answer to a Sleep for ${FOR_EVER / 1000} s that has only begun`,
        () => `${peer.frames.length} answers to ${SAYS + 1} requests that are done`,
      )
    },
  },

  'streams/whole-frames': {
    varies: [MIXED, ...DESCRIBED],
    act: async (context) => {
      const { server, peer } = await Server.start(context)
      const payloads = Array.from({ length: MANY }, (_, n) => stringValue(String.fromCharCode(97 + n).repeat(LARGE)))
      peer.pause()
      payloads.forEach((payload, n) => peer.request(2 * n + 1, { service: ECHO, method: 'Say', payload }))
      // A server that reads on has all requests now, and has filled the buffers with responses; one that writes before it
      // reads on has stopped, with some of them. Both are right.
      const begin = performance.now()
      while (!peer.flushed && performance.now() - begin < 300 * context.factor()) await context.pause()
      peer.resume()
      for (const [n, payload] of payloads.entries()) {
        const told = `the Say on stream ${2 * n + 1}, one of ${MANY} with ${LARGE / 1024} KiB each that are ready at once,`
        await server.answers(peer, 2 * n + 1, told, payload, { within: 8000 })
      }
    },
  },
})
