/** Step 4: requests that are wrong, on a connection that stays right. */
import { stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks } from '../../kit/index.ts'
import { ECHO, NOBODY, Server } from './serve.ts'

const UNIMPLEMENTED = 12
const INVALID_ARGUMENT = 3

/** Odd, and negative for who takes it for a signed number. */
const HIGH = 0xfffffffd

export const errors = checks({
  'errors/unimplemented': async (context) => {
    const { server, peer } = await Server.start(context)
    const unknown = [
      { service: ECHO, method: 'Nope' },
      { service: NOBODY.service, method: 'Say' },
      { service: `${ECHO}2`, method: 'Say' },
      { service: ECHO, method: 'say' },
    ]
    for (const [n, { service, method }] of unknown.entries()) {
      const stream = 2 * n + 1
      peer.request(stream, { service, method, payload: stringValue('x') })
      const before = n === 0 ? '' : ', on a connection that has had such requests before,'
      await server.answers(peer, stream, `a request for method ${method} of service ${service}${before}`, UNIMPLEMENTED)
    }
    context.expect(peer.ended === undefined, 'the connection stays open', () => peer.describe())
  },

  'errors/stream-id': async (context) => {
    const { server, peer } = await Server.start(context)
    const right = async (stream: number, after: string): Promise<void> => {
      peer.request(stream, NOBODY)
      await server.answers(peer, stream, `a request for an unknown method on stream ${stream}${after}`, UNIMPLEMENTED)
    }
    const wrong = async (stream: number, why: string): Promise<void> => {
      const after = peer.frames.length
      peer.request(stream, NOBODY)
      await server.answers(peer, stream, `a request on stream ${stream}, ${why},`, INVALID_ARGUMENT, { after })
    }
    await right(1, '')
    await wrong(20, 'an even number')
    await right(9, ', after a wrong one on stream 20')
    await wrong(5, 'after one on stream 9')
    await wrong(9, 'a second time')
    await wrong(0, 'an even number')
    await right(11, ', after wrong ones on streams 5, 9 and 0')
    await right(HIGH, ', above 2147483648')
    await wrong(13, `after one on stream ${HIGH}`)
  },
})
