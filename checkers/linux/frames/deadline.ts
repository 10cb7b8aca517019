/** Step 8: deadlines, kept by both sides. */
import { durationValue, stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks, type CheckContext } from '../../kit/index.ts'
import { Call, Listener, responseFrame } from './call.ts'
import { DESCRIBED, type Peer } from './peer.ts'
import { EARLY, ECHO, Server } from './serve.ts'

const DEADLINE_EXCEEDED = 4
/** ms: no check waits that long */
const FOR_EVER = 600_000
const NANOS = 1_000_000n
/** ms that both sides wait in a check */
const SHORT = 200
/** ms of a Sleep that ends soon after its timeout_nano of SHORT */
const LONGER = SHORT + 150
/** --timeout of a call that is in vain, ms on a fast laptop: time enough to connect, and many times TRICKLE */
const IN_VAIN = 600
/** ms between two bytes of a server that never comes to an end */
const TRICKLE = 20

/**
 * A Sleep that would end soon after its time is over: it must not be answered then as well. Which answer comes first is
 * not judged: on a machine that stood still for a moment both are ready at once.
 */
async function isAnsweredOnce(
  context: CheckContext,
  server: Server,
  peer: Peer,
  sleep: (stream: number, timeout: number) => void,
): Promise<void> {
  const told = `the request to Sleep for ${LONGER} ms with a timeout_nano of ${SHORT} ms`
  const onStream = (): number => peer.frames.filter(({ stream }) => stream === 9).length
  const known = peer.frames.length
  sleep(9, SHORT)
  await context.eventually(
    `frames serve answers ${told}`,
    onStream,
    (count) => count > 0,
    () => `${peer.describe(known)}; ${server.running.describe()}`,
    { within: 2000 + LONGER, over: () => peer.ended !== undefined || server.running.exit !== undefined },
  )
  // It began later and lasts as long: when it is over, so is the other.
  sleep(11, 0)
  const later = `a later request to Sleep for ${LONGER} ms, without a timeout_nano,`
  await server.answers(peer, 11, later, durationValue(LONGER), { within: 2000 + LONGER })
  const word = stringValue('later')
  peer.request(13, { service: ECHO, method: 'Say', payload: word })
  await server.answers(peer, 13, 'a Say after it', word)
  context.expect(
    onStream() === 1,
    `frames serve answers ${told} once`,
    () => `it answered ${onStream()} times: when the timeout_nano was over, and again when the Sleep was`,
  )
}

/** `frames call --timeout` with servers that are in time, silent and slow. */
async function givesUp(context: CheckContext): Promise<void> {
  const payload = stringValue('in time')
  const inTime = await Listener.start(context)
  const early = await Call.start(context, inTime.sock, { service: ECHO, method: 'Say', payload, timeout: FOR_EVER })
  const { peer, frame } = await early.sends(inTime)
  peer.write(responseFrame(frame.stream, { payload }))
  await early.exits(0, `with --timeout ${FOR_EVER}, after a response in time`, payload)

  const timeout = Math.ceil(IN_VAIN * context.factor())
  for (const [server, trickles] of [
    ['a server that never answers', false],
    [`a server that sends one byte of a response each ${TRICKLE} ms`, true],
  ] as const) {
    const listener = await Listener.start(context)
    const call = await Call.start(context, listener.sock, { service: ECHO, method: 'Say', payload, timeout })
    const { peer: client, frame: sent, request } = await call.sends(listener)
    const nanos = BigInt(timeout) * NANOS
    context.expect(
      request.timeoutNano > 0n && request.timeoutNano <= nanos,
      `with --timeout ${timeout}, a Request with a timeout_nano between 1 and ${nanos} ns`,
      `timeout_nano ${request.timeoutNano} ns`,
    )
    const bytes = responseFrame(sent.stream, { payload: Buffer.alloc(2 ** 20) })
    let at = 0
    const timer = trickles ? setInterval(() => client.pour(bytes.subarray(at, (at += 1))), TRICKLE) : undefined
    context.defer(() => clearInterval(timer))
    await call.exits(DEADLINE_EXCEEDED, `with --timeout ${timeout}, and ${server}`, undefined, {
      contract: timeout,
      within: 3000,
    })
    clearInterval(timer)
    context.expect(
      call.running.ranFor >= timeout - EARLY,
      `with --timeout ${timeout}, frames call waits that many ms`,
      () => `it exited after ${Math.floor(call.running.ranFor)} ms`,
    )
  }
}

/** The timeout of a call follows the speed of the machine. */
const SCALED = [...DESCRIBED, /--timeout (\d+)/, /between 1 and (\d+) ns/, /^timeout_nano (-?\d+) ns$/]

export const deadline = checks({
  'deadline/server': async (context) => {
    const { server, peer } = await Server.start(context)
    const sleep = (stream: number, ms: number, timeout: number): void =>
      peer.request(stream, {
        service: ECHO,
        method: 'Sleep',
        payload: durationValue(ms),
        timeoutNano: BigInt(timeout) * NANOS,
      })
    const ms = SHORT
    const sent = performance.now()
    sleep(1, FOR_EVER, ms)
    const told = `the request to Sleep for ${FOR_EVER / 1000} s with a timeout_nano of ${ms} ms`
    await server.answers(peer, 1, told, DEADLINE_EXCEEDED, { within: 2000 + ms })
    const took = performance.now() - sent
    context.expect(
      took >= ms - EARLY,
      `no answer to ${told} before ${ms} ms are over`,
      `answered after ${Math.floor(took)} ms`,
    )

    sleep(3, ms, FOR_EVER)
    const longer = `the request to Sleep for ${ms} ms with a timeout_nano of ${FOR_EVER / 1000} s, on the same connection,`
    await server.answers(peer, 3, longer, durationValue(ms), { within: 2000 + ms })
    sleep(5, ms, 0)
    const without = `the request to Sleep for ${ms} ms without a timeout_nano`
    await server.answers(peer, 5, without, durationValue(ms), { within: 2000 + ms })

    const word = stringValue('in time')
    peer.request(7, { service: ECHO, method: 'Say', payload: word, timeoutNano: BigInt(FOR_EVER) * NANOS })
    await server.answers(peer, 7, `the Say with a timeout_nano of ${FOR_EVER / 1000} s`, word)
    await isAnsweredOnce(context, server, peer, (stream, timeout) => sleep(stream, LONGER, timeout))
  },

  'deadline/client': { varies: SCALED, act: givesUp },
})
