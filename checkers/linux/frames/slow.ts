/** Step 6: a peer that does not read. */
import { stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks } from '../../kit/index.ts'
import { DESCRIBED } from './peer.ts'
import { ECHO, Server } from './serve.ts'

/** Many times what a socket's buffers hold (net.core.wmem_default: 208 KiB), and less than a frame may have. */
const LARGE = 3 * 2 ** 20
const OTHERS = 3

export const slow = checks({
  'slow/other-connections': {
    varies: DESCRIBED,
    act: async (context) => {
      const { server, peer } = await Server.start(context)
      const large = stringValue('x'.repeat(LARGE))
      peer.pause(1)
      peer.request(1, { service: ECHO, method: 'Say', payload: large })
      await context.eventually(
        `frames serve begins its answer to a Say with ${LARGE} bytes`,
        () => peer.received > 0,
        (begun) => begun,
        () => `${peer.describe()}; ${server.running.describe()}`,
        { within: 8000, over: () => peer.ended !== undefined || server.running.exit !== undefined },
      )
      context.timeline.note('paused', 'the first connection is read no further')
      context.expect(peer.frames.length === 0, 'an answer that the buffers of the socket can not hold', () =>
        peer.describe(),
      )
      const during = 'while another connection leaves a response unread'
      for (let n = 0; n < OTHERS; n += 1) {
        const other = await server.connect()
        const payload = stringValue(`connection ${n + 2}`)
        other.request(1, { service: ECHO, method: 'Say', payload })
        await server.answers(other, 1, `the Say on connection ${n + 2}, ${during},`, payload)
      }
      peer.resume()
      await server.answers(peer, 1, `the Say with ${LARGE} bytes, read at last,`, large, { within: 8000 })
    },
  },
})
