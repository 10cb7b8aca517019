/** Step 2: where a frame ends, and where a read ends, have nothing to do with each other. */
import { HEADER } from '../../../src/wire/ttrpc/frame.ts'
import { stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks } from '../../kit/index.ts'
import { Call, Listener, responseFrame } from './call.ts'
import { requestFrame } from './peer.ts'
import { ECHO, Server } from './serve.ts'

const say = (stream: number, payload: Buffer): Buffer => requestFrame(stream, { service: ECHO, method: 'Say', payload })

/** What a server makes of a part of a message: how much of it one read gives is the scheduler's. */
const TORN = /^(code \d+ \([A-Z_]+\).* and a payload of .*)$/

export const reader = checks({
  'reader/split': {
    varies: [TORN],
    act: async (context) => {
      const { server, peer } = await Server.start(context)
      for (const stream of [1, 3]) {
        const payload = stringValue(`stream ${stream}`)
        await peer.writeEach(say(stream, payload))
        await server.answers(peer, stream, `the Say on stream ${stream}, sent one byte at a time,`, payload)
      }

      const listener = await Listener.start(context)
      const payload = stringValue('byte by byte')
      const call = await Call.start(context, listener.sock, { service: ECHO, method: 'Say', payload })
      const { peer: client, frame } = await call.sends(listener)
      await client.writeEach(responseFrame(frame.stream, { payload }))
      await call.exits(0, 'after a response that comes one byte at a time', payload)
    },
  },

  'reader/coalesced': async (context) => {
    const { server, peer } = await Server.start(context)
    const streams = [1, 3, 5, 7, 9]
    const payloads = new Map([...streams, 11].map((stream) => [stream, stringValue(`stream ${stream}`)]))
    const payload = (stream: number): Buffer => payloads.get(stream) ?? Buffer.alloc(0)
    const last = say(11, payload(11))
    // Cut in the data; where a header is cut is the subject of reader/split.
    const half = HEADER + 15
    peer.write(Buffer.concat([...streams.map((stream) => say(stream, payload(stream))), last.subarray(0, half)]))
    for (const stream of streams) {
      const told = `the Say on stream ${stream}, one of ${streams.length} requests in one write,`
      await server.answers(peer, stream, told, payload(stream))
    }
    peer.write(last.subarray(half))
    const told = `the Say on stream 11, of which ${half} bytes came together with earlier requests,`
    await server.answers(peer, 11, told, payload(11))

    const listener = await Listener.start(context)
    const call = await Call.start(context, listener.sock, { service: ECHO, method: 'Say', payload: payload(1) })
    const { peer: client, frame } = await call.sends(listener)
    const other = responseFrame(frame.stream + 2, { code: 5, message: 'for another stream' })
    client.write(Buffer.concat([other, responseFrame(frame.stream, { payload: payload(1) })]))
    const when = `when the response to its stream ${frame.stream} comes together with one to stream ${frame.stream + 2}, which it never used`
    await call.exits(0, when, payload(1))
  },
})
