#!/usr/bin/env node
// frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD
import { connect, createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { encodeFrame, FrameReader, MOST_DATA, REQUEST, RESPONSE } from './frame.ts'
import { decodeDuration, decodeRequest, decodeResponse, encodeRequest, encodeResponse, type Response } from './message.ts'

const INVALID_ARGUMENT = 3
const DEADLINE_EXCEEDED = 4
const RESOURCE_EXHAUSTED = 8
const UNIMPLEMENTED = 12
const UNAVAILABLE = 14

/** The longest time that setTimeout takes, ms. */
const LONGEST_TIMER = 2 ** 31 - 1
/** Bytes that a peer has left unread; while there are more, nothing more is read of it either. */
const MOST_UNREAD = 4 * MOST_DATA

/** Calls `act` in `ms`, and not before. Returns what calls it off. */
function after(ms: number, act: () => void): () => void {
  const due = performance.now() + ms
  const arm = (left: number) => setTimeout(look, Math.min(Math.ceil(left), LONGEST_TIMER))
  const look = (): void => {
    const left = due - performance.now()
    if (left <= 0) act()
    else timer = arm(left) // a timer counts whole milliseconds, and may be a fraction of one early
  }
  let timer = arm(ms)
  return () => clearTimeout(timer)
}

function serve(path: string): void {
  const server = createServer(serveConnection)
  server.on('error', (error) => fail(1, error.message))
  server.listen(path)
}

function serveConnection(socket: Socket): void {
  const reader = new FrameReader()
  const waiting = new Set<() => void>()
  let highest = 0

  function send(stream: number, response: Partial<Response>): void {
    const data = encodeResponse({ code: 0, message: '', payload: Buffer.alloc(0), ...response })
    socket.write(encodeFrame(stream, RESPONSE, data))
    if (socket.writableLength > MOST_UNREAD) socket.pause()
  }

  /** Sends the response in `ms`, or says at the deadline that there is none. */
  function sendLater(stream: number, payload: Buffer, ms: number, deadline: number): void {
    const cancel = after(Math.min(ms, deadline), () => {
      waiting.delete(cancel)
      send(stream, deadline < ms ? { code: DEADLINE_EXCEEDED, message: 'the time is over' } : { payload })
    })
    waiting.add(cancel)
  }

  /** Throws RangeError when the data is no request. */
  function answer(stream: number, data: Buffer): void {
    const { service, method, payload, timeout } = decodeRequest(data)
    if (service === 'echo.Echo' && method === 'Say') send(stream, { payload })
    else if (service === 'echo.Echo' && method === 'Sleep') {
      sendLater(stream, payload, decodeDuration(payload), timeout > 0n ? Number(timeout) / 1e6 : Infinity)
    } else send(stream, { code: UNIMPLEMENTED, message: `there is no method ${method} of ${service}` })
  }

  socket.on('data', (bytes) => {
    for (const { stream, type, data } of reader.read(bytes)) {
      const isNew = stream % 2 === 1 && stream > highest
      if (type === REQUEST && isNew) highest = stream
      if (data === undefined) send(stream, { code: RESOURCE_EXHAUSTED, message: `more than ${MOST_DATA} bytes` })
      else if (type === REQUEST && !isNew) send(stream, { code: INVALID_ARGUMENT, message: 'not a new odd stream id' })
      else if (type === REQUEST) {
        try {
          answer(stream, data)
        } catch (error) {
          if (!(error instanceof RangeError)) throw error
          send(stream, { code: INVALID_ARGUMENT, message: error.message })
        }
      }
    }
  })
  socket.on('drain', () => socket.resume())
  // End-of-file is the end of the connection, as it is for ttrpc's own server.
  socket.on('end', () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('close', () => waiting.forEach((cancel) => cancel()))
}

/** `timeout` in ms */
async function call(path: string, timeout: number | undefined, service: string, method: string): Promise<void> {
  const over = (): void => fail(DEADLINE_EXCEEDED, `no response in ${timeout} ms`)
  const end = performance.now() + (timeout ?? 0)
  const cancel = timeout === undefined ? () => {} : after(timeout, over)

  const payload = await readInput()
  // The timer comes late where reading the input kept the program busy.
  const left = timeout === undefined ? 0 : end - performance.now()
  if (left < 0) over()
  const data = encodeRequest({ service, method, payload, timeout: BigInt(Math.ceil(left * 1e6)) })
  if (data.length > MOST_DATA) fail(RESOURCE_EXHAUSTED, 'the request is too long')

  const [stream, reader, socket] = [1, new FrameReader(), connect(path)]
  socket.write(encodeFrame(stream, REQUEST, data))
  socket.on('error', (error) => fail(UNAVAILABLE, error.message))
  socket.on('end', () => fail(UNAVAILABLE, 'the connection ended before the response'))
  socket.on('data', (bytes) => {
    const response = reader.read(bytes).find((frame) => frame.stream === stream && frame.type === RESPONSE)
    if (response === undefined) return
    if (response.data === undefined) fail(RESOURCE_EXHAUSTED, 'the response is too long')
    cancel()
    socket.removeAllListeners('data').destroy()
    const { code, message, payload } = decodeResponse(response.data)
    if (code === 0) process.stdout.write(payload)
    else process.stderr.write(`${message}\n`)
    process.exitCode = code
  })
}

/** Standard input to its end, or until it is more than a frame may have. */
async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MOST_DATA) break
  }
  return Buffer.concat(chunks)
}

function fail(code: number, message: string): never {
  process.stderr.write(`frames: ${message}\n`)
  process.exit(code)
}

const { values, positionals } = parseArgs({
  options: { sock: { type: 'string' }, timeout: { type: 'string' } },
  allowPositionals: true,
})
const [command, service, method] = positionals
const { sock, timeout } = values
if (command === 'serve' && sock !== undefined) serve(sock)
else if (command === 'call' && sock !== undefined && service !== undefined && method !== undefined) {
  await call(sock, timeout === undefined ? undefined : Number(timeout), service, method)
} else fail(2, 'usage: frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD')
