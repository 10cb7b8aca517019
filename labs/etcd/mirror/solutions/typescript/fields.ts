// Protocol Buffers, as far as etcd's messages go: https://protobuf.dev/programming-guides/encoding/

export type Field = [number: number, value: bigint | boolean | Buffer]

/** A field with its default value is left out. */
export function encode(...fields: Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'object') return value.length === 0 ? [] : [varint((number << 3) | 2), varint(value.length), value]
      return BigInt(value) === 0n ? [] : [varint(number << 3), varint(value)]
    }),
  )
}

function varint(value: bigint | boolean | number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

/** Calls `take` with each field of a message; what is neither a number nor bytes is passed over. */
export function decode(message: Buffer, take: (number: number, value: bigint, bytes: Buffer) => void): void {
  const none = Buffer.alloc(0)
  let at = 0
  const number = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = Number(number())
    const type = tag & 7
    if (type === 0) take(tag >>> 3, number(), none)
    else if (type === 2) {
      const length = Number(number())
      take(tag >>> 3, 0n, message.subarray(at, (at += length)))
    } else if (type === 1) at += 8
    else if (type === 5) at += 4
    else throw new RangeError(`there is no wire type ${type}`)
  }
}
