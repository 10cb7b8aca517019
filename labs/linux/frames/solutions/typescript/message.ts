// The protobuf messages of ttrpc, as far as the contract goes: https://protobuf.dev/programming-guides/encoding/

/** `timeout` in ns; 0 or less: no deadline */
export type Request = { service: string; method: string; payload: Buffer; timeout: bigint }
/** `code` and `message` are those of the status */
export type Response = { code: number; message: string; payload: Buffer }

/** The last value of each field that the bytes have. Throws RangeError when they are no protobuf message. */
class Fields {
  readonly #numbers = new Map<number, bigint>()
  readonly #bytes = new Map<number, Buffer>()
  #rest: Buffer

  constructor(message: Buffer) {
    this.#rest = message
    while (this.#rest.length > 0) {
      const tag = Number(this.#varint())
      const [field, wireType] = [tag >>> 3, tag & 7]
      if (wireType === 0) this.#numbers.set(field, this.#varint())
      else if (wireType === 1) this.#take(8)
      else if (wireType === 2) this.#bytes.set(field, this.#take(Number(this.#varint())))
      else if (wireType === 5) this.#take(4)
      else throw new RangeError(`there is no wire type ${wireType}`)
    }
  }

  number = (field: number): bigint => this.#numbers.get(field) ?? 0n
  bytes = (field: number): Buffer => this.#bytes.get(field) ?? Buffer.alloc(0)
  text = (field: number): string => this.bytes(field).toString()

  #take(size: number): Buffer {
    if (size < 0 || size > this.#rest.length) throw new RangeError('a field is longer than its message')
    const taken = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(size)
    return taken
  }

  #varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1).readUInt8(0)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
    throw new RangeError('a varint has more than 10 bytes')
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

/** Fields that have their default value are left out. */
function encode(...fields: [field: number, value: bigint | string | Buffer][]): Buffer {
  const parts = fields.flatMap(([field, value]) => {
    if (typeof value === 'bigint') return value === 0n ? [] : [varint(BigInt(field << 3)), varint(value)]
    const bytes = Buffer.from(value)
    return bytes.length === 0 ? [] : [varint(BigInt((field << 3) | 2)), varint(BigInt(bytes.length)), bytes]
  })
  return Buffer.concat(parts)
}

export const encodeRequest = ({ service, method, payload, timeout }: Request): Buffer =>
  encode([1, service], [2, method], [3, payload], [4, timeout])

export function decodeRequest(data: Buffer): Request {
  const fields = new Fields(data)
  return { service: fields.text(1), method: fields.text(2), payload: fields.bytes(3), timeout: fields.number(4) }
}

export const encodeResponse = ({ code, message, payload }: Response): Buffer =>
  encode([1, encode([1, BigInt(code)], [2, message])], [2, payload])

export function decodeResponse(data: Buffer): Response {
  const fields = new Fields(data)
  const status = new Fields(fields.bytes(1))
  return { code: Number(status.number(1)), message: status.text(2), payload: fields.bytes(2) }
}

/** ms */
export function decodeDuration(data: Buffer): number {
  const fields = new Fields(data)
  return Number(fields.number(1)) * 1e3 + Number(fields.number(2)) / 1e6
}
