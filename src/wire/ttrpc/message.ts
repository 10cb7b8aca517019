/**
 * The messages that frames of ttrpc carry, and two well-known types: the subset of protobuf that they need.
 * Sources: containerd/ttrpc, request.proto; googleapis, google/rpc/status.proto; protobuf.dev, "Encoding".
 */

/** A field as it lies on the wire: the number of a varint, the bytes of everything else. */
export interface Field {
  number: number
  value: bigint | Buffer
}

export interface Request {
  service: string
  method: string
  payload: Buffer
  /** 0 is none */
  timeoutNano: bigint
}

export interface Response {
  /** 0 is OK */
  code: number
  message: string
  payload: Buffer
}

/** Bytes that are no protobuf message; the text says where they cease to be one. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

function encodeVarint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

/** Fields as they are given, also those with a default value, in the order given. */
export const encodeFields = (fields: Field[]): Buffer =>
  Buffer.concat(
    fields.flatMap(({ number, value }) =>
      typeof value === 'bigint'
        ? [encodeVarint(BigInt(number << 3)), encodeVarint(value)]
        : [encodeVarint(BigInt((number << 3) | 2)), encodeVarint(BigInt(value.length)), value],
    ),
  )

/** Throws Malformed. Groups (wire types 3 and 4) are not part of proto3. */
export function decodeFields(bytes: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at]
      if (byte === undefined || shift > 63n) throw new Malformed(`a number that starts before byte ${at} has no end`)
      at += 1
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
  }
  while (at < bytes.length) {
    const begin = at
    const key = varint()
    const number = Number(key >> 3n)
    const wire = Number(key & 7n)
    if (number === 0) throw new Malformed(`byte ${begin} would start a field with the number 0`)
    if (wire === 0) {
      fields.push({ number, value: varint() })
      continue
    }
    const length = wire === 2 ? Number(varint()) : { 1: 8, 5: 4 }[wire]
    if (length === undefined) throw new Malformed(`byte ${begin} would start a field of wire type ${wire}`)
    if (length > bytes.length - at) {
      throw new Malformed(`field ${number} at byte ${begin} has ${length} bytes, and ${bytes.length - at} are left`)
    }
    fields.push({ number, value: bytes.subarray(at, at + length) })
    at += length
  }
  return fields
}

/** The last value counts (protobuf.dev, "Last One Wins"). */
const bytesOf = (fields: Field[], number: number): Buffer => {
  const value = fields.findLast((field) => field.number === number)?.value ?? Buffer.alloc(0)
  if (typeof value === 'bigint') throw new Malformed(`field ${number} is a number and not bytes`)
  return value
}
const numberOf = (fields: Field[], number: number): bigint => {
  const value = fields.findLast((field) => field.number === number)?.value ?? 0n
  if (typeof value !== 'bigint') throw new Malformed(`field ${number} is bytes and not a number`)
  return BigInt.asIntN(64, value)
}

/** Without the fields that have their default value, as the real library does. */
const present = (fields: Field[]): Field[] =>
  fields.filter(({ value }) => (typeof value === 'bigint' ? value !== 0n : value.length > 0))

export const requestFields = (request: Partial<Request>): Field[] =>
  present([
    { number: 1, value: Buffer.from(request.service ?? '') },
    { number: 2, value: Buffer.from(request.method ?? '') },
    { number: 3, value: request.payload ?? Buffer.alloc(0) },
    { number: 4, value: request.timeoutNano ?? 0n },
  ])

export const encodeRequest = (request: Partial<Request>): Buffer => encodeFields(requestFields(request))

export function decodeRequest(data: Buffer): Request {
  const fields = decodeFields(data)
  return {
    service: bytesOf(fields, 1).toString(),
    method: bytesOf(fields, 2).toString(),
    payload: bytesOf(fields, 3),
    timeoutNano: numberOf(fields, 4),
  }
}

export function encodeResponse({ code = 0, message = '', payload = Buffer.alloc(0) }: Partial<Response>): Buffer {
  const status = encodeFields(
    present([
      { number: 1, value: BigInt(code) },
      { number: 2, value: Buffer.from(message) },
    ]),
  )
  return encodeFields(
    present([
      { number: 1, value: status },
      { number: 2, value: payload },
    ]),
  )
}

export function decodeResponse(data: Buffer): Response {
  const fields = decodeFields(data)
  const status = decodeFields(bytesOf(fields, 1))
  return {
    code: Number(BigInt.asIntN(32, numberOf(status, 1))),
    message: bytesOf(status, 2).toString(),
    payload: bytesOf(fields, 2),
  }
}

/** google.protobuf.StringValue */
export const stringValue = (text: string): Buffer => encodeFields(present([{ number: 1, value: Buffer.from(text) }]))

/** google.protobuf.Duration of so many ms */
export const durationValue = (ms: number): Buffer =>
  encodeFields(
    present([
      { number: 1, value: BigInt(Math.floor(ms / 1000)) },
      { number: 2, value: BigInt(Math.round((ms % 1000) * 1e6)) },
    ]),
  )
