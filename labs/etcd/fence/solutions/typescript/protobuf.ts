// Messages of protobuf as lists of fields (protobuf.dev, "Encoding"): numbers (wire type 0) are bigint, all else is bytes.

export type Value = bigint | number | string | Uint8Array | Message
export type Message = [field: number, value: Value][]

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

export function encode(message: Message): Buffer {
  return Buffer.concat(
    message.flatMap(([field, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint') return [varint(BigInt(field << 3)), varint(BigInt(value))]
      const bytes = Array.isArray(value) ? encode(value) : Buffer.from(value as string)
      return [varint(BigInt((field << 3) | 2)), varint(BigInt(bytes.length)), bytes]
    }),
  )
}

/** What came: numbers and bytes by field; a field that is not there is 0 or empty. */
export class Fields {
  readonly #fields = new Map<number, (bigint | Buffer)[]>()

  constructor(bytes: Buffer) {
    let at = 0
    const number = (): bigint => {
      let value = 0n
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at++]
        if (byte === undefined) throw new Error('a message ends in the middle of a number')
        value |= BigInt(byte & 0x7f) << shift
        if (byte < 0x80) return value
      }
    }
    while (at < bytes.length) {
      const key = Number(number())
      const type = key & 7
      let value: bigint | Buffer
      if (type === 0) value = number()
      else {
        const length = type === 2 ? Number(number()) : type === 1 ? 8 : 4
        value = bytes.subarray(at, at + length)
        at += length
      }
      this.#fields.set(key >> 3, [...(this.#fields.get(key >> 3) ?? []), value])
    }
  }

  number(field: number): bigint {
    const value = this.#fields.get(field)?.at(-1)
    return typeof value === 'bigint' ? BigInt.asIntN(64, value) : 0n
  }

  text(field: number): string {
    const value = this.#fields.get(field)?.at(-1)
    return typeof value === 'object' ? value.toString() : ''
  }

  all(field: number): Fields[] {
    return (this.#fields.get(field) ?? []).map((value) => new Fields(typeof value === 'bigint' ? Buffer.alloc(0) : value))
  }

  message(field: number): Fields {
    return this.all(field).at(-1) ?? new Fields(Buffer.alloc(0))
  }
}
