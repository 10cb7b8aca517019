/** Step 1: one request and one response, as bytes. */
import { describeBytes, encodeFrame, REQUEST, RESPONSE } from '../../../src/wire/ttrpc/frame.ts'
import { encodeFields, encodeResponse, requestFields, stringValue } from '../../../src/wire/ttrpc/message.ts'
import { checks, type CheckContext } from '../../kit/index.ts'
import { Call, Listener, responseFrame } from './call.ts'
import { codeName, describePayload, difference, ECHO, Server } from './serve.ts'

/** Text with what a program that takes it for a line, a C string or ASCII would change. */
const text = (length: number): string => `first\n\0ü\r\n${'x'.repeat(length)}\n`

/** Field 14 with wire type 1 and field 15 with wire type 5; nothing in their values could pass for a field. */
const FIXED = Buffer.from([
  (14 << 3) | 1,
  ...Array<number>(8).fill(0xff),
  (15 << 3) | 5,
  ...Array<number>(4).fill(0xff),
])

async function sendsOneRequest(context: CheckContext, payload: Buffer): Promise<void> {
  const { expect } = context
  const listener = await Listener.start(context)
  const service = 'check.Service'
  const method = 'Method'
  const call = await Call.start(context, listener.sock, { service, method, payload })
  const { peer, frame, request } = await call.sends(listener)
  const shown = describeBytes(encodeFrame(frame))
  expect(frame.flags === 0, 'a request frame with flags 0', shown)
  expect(frame.stream % 2 === 1, 'a request with an odd stream id', shown)
  expect(
    request.service === service && request.method === method,
    `a Request with service (field 1) "${service}" and method (field 2) "${method}"`,
    `service "${request.service}" and method "${request.method}" in ${shown}`,
  )
  expect(
    request.payload.equals(payload),
    `a Request whose payload (field 3) is standard input: ${describePayload(payload)}`,
    () => `a payload ${describePayload(request.payload)}${difference(request.payload, payload)}`,
  )
  expect(
    request.timeoutNano === 0n,
    'a Request without timeout_nano (field 4) when --timeout is not given',
    `timeout_nano ${request.timeoutNano} ns`,
  )
  peer.write(responseFrame(frame.stream, { payload }))
  await context.eventually(
    'frames call exits after the response',
    () => call.running.exit,
    (exit) => exit !== undefined,
    () => call.running.describe(),
    { within: 5000 },
  )
  expect(peer.received === encodeFrame(frame).length, 'exactly one frame', () => peer.describe(1))
}

export const message = checks({
  'message/request': async (context) => {
    await sendsOneRequest(context, stringValue('hello'))
    await sendsOneRequest(context, stringValue(text(300)))
    await sendsOneRequest(context, Buffer.alloc(0))
  },

  'message/response': async (context) => {
    const { server, peer } = await Server.start(context)
    const say = { service: ECHO, method: 'Say' }
    const hello = stringValue('hello')
    peer.request(1, { ...say, payload: hello })
    await server.answers(peer, 1, 'the Say on stream 1', hello)
    const long = stringValue(text(300))
    peer.request(3, { ...say, payload: long })
    await server.answers(peer, 3, 'the Say on stream 3', long)
    peer.request(5, say)
    await server.answers(peer, 5, 'the Say without a payload on stream 5', Buffer.alloc(0))

    const other = stringValue('other')
    // Metadata (5), and fields of a later version, in the order of a sender that writes the last field first.
    const fields = [
      { number: 5, value: encodeFields([{ number: 1, value: Buffer.from('key') }]) },
      { number: 5, value: encodeFields([{ number: 2, value: Buffer.from('value') }]) },
      ...requestFields({ ...say, payload: other }),
      { number: 100, value: Buffer.from('later') },
      { number: 17, value: 2n ** 40n },
    ].reverse()
    const stream = 0x01020305
    peer.write(encodeFrame({ stream, type: REQUEST, flags: 0, data: encodeFields(fields) }))
    const told = `the Say on stream ${stream}, whose Request has its fields in another order and three fields more`
    await server.answers(peer, stream, told, other)
    const fixed = Buffer.concat([FIXED, encodeFields(requestFields({ ...say, payload: other }))])
    peer.write(encodeFrame({ stream: stream + 2, type: REQUEST, flags: 0, data: fixed }))
    const begins = `the Say on stream ${stream + 2}, whose Request begins with unknown fields of eight bytes (wire type 1) and four (wire type 5),`
    await server.answers(peer, stream + 2, begins, other)
    context.expect(peer.frames.length === 5, 'one frame for each of 5 requests', () => `${peer.frames.length} frames`)
  },

  'message/status': async (context) => {
    const payload = stringValue(text(40))
    const message = 'no such thing here'
    const noStatus = encodeResponse({ payload })
    // An empty status is one with the code 0 (protobuf.dev, "Language Guide (proto 3)", "Default Field Values").
    const emptyStatus = encodeFields([
      { number: 1, value: Buffer.alloc(0) },
      { number: 2, value: payload },
    ])
    const cases = [
      {
        data: Buffer.alloc(0),
        code: 0,
        output: undefined,
        when: 'when the response has neither a payload nor a status',
      },
      { data: noStatus, code: 0, output: payload, when: 'when the response has a payload and no status' },
      { data: emptyStatus, code: 0, output: payload, when: 'when the response has a payload and an empty status' },
      ...[5, 12].map((code) => ({
        data: encodeResponse({ code, message }),
        code,
        output: undefined,
        when: `when the response has ${codeName(code)}`,
      })),
      {
        data: encodeResponse({ code: 8, message, payload }),
        code: 8,
        output: undefined,
        when: `when the response has ${codeName(8)} and a payload`,
      },
    ]
    for (const { data, code, output, when } of cases) {
      const listener = await Listener.start(context)
      const call = await Call.start(context, listener.sock, { service: ECHO, method: 'Say', payload })
      const { peer, frame } = await call.sends(listener)
      peer.write(encodeFrame({ stream: frame.stream, type: RESPONSE, flags: 0, data }))
      await call.exits(code, when, output)
      if (code === 0) continue
      const said = call.running.output.texts('err')
      context.expect(
        said.some((line) => line.includes(message)),
        `${when}, its message "${message}" is on standard error`,
        () => (said.length === 0 ? 'nothing is on standard error' : `standard error ends with "${said.at(-1) ?? ''}"`),
      )
    }
  },
})
