/**
 * Messages to bytes and back. Encoding is strict, since protobufjs is not: a name that the message has no field for would
 * be dropped, an unknown enum name would be sent as 0, and a string for bytes would be read as base64.
 */
import protobuf from 'protobufjs'

const INTEGER = /^(?:0|-?[1-9]\d*)$/

/** Throws TypeError with the path of what does not belong into the message. */
export function encode(type: protobuf.Type, message: object): Buffer {
  verify(type, message, type.name)
  return Buffer.from(type.encode(type.fromObject(message)).finish())
}

/**
 * 64-bit integers are decimal strings, enums names, bytes Buffers; absent messages are null, and everything else that is
 * absent has its default (protobuf.dev, "Default Field Values"). Throws on bytes that are no such message.
 */
export const decode = (type: protobuf.Type, bytes: Uint8Array): object =>
  type.toObject(type.decode(bytes), { longs: String, enums: String, defaults: true, oneofs: true })

function verify(type: protobuf.Type, message: object, at: string): void {
  const chosen = new Map<string, string>()
  for (const [name, value] of Object.entries(message) as [string, unknown][]) {
    if (value === undefined) continue
    const field = type.fields[name]
    if (field === undefined) throw new TypeError(`${at} has no field ${name}`)
    const { repeated, partOf } = field.resolve()
    if (partOf !== null) {
      const other = chosen.get(partOf.name)
      if (other !== undefined) throw new TypeError(`${at} has ${other} and ${name}, of which one may be`)
      chosen.set(partOf.name, name)
    }
    if (!repeated) verifyValue(field, value, `${at}.${name}`)
    else if (Array.isArray(value)) value.forEach((one, i) => verifyValue(field, one, `${at}.${name}[${i}]`))
    else throw new TypeError(`${at}.${name} is no list`)
  }
}

function verifyValue(field: protobuf.Field, value: unknown, at: string): void {
  const { resolvedType, type } = field
  if (resolvedType instanceof protobuf.Type) {
    if (typeof value !== 'object' || value === null) throw new TypeError(`${at} is no ${resolvedType.name}`)
    verify(resolvedType, value, at)
  } else if (resolvedType instanceof protobuf.Enum) {
    if (typeof value !== 'string' || resolvedType.values[value] === undefined) {
      throw new TypeError(`${at} is ${String(value)}, which is none of ${Object.keys(resolvedType.values).join(', ')}`)
    }
  } else if (!isScalar(type, value)) {
    throw new TypeError(`${at} is no ${type}: ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`)
  }
}

function isScalar(type: string, value: unknown): boolean {
  if (type === 'bytes') return value instanceof Uint8Array
  if (type === 'bool') return typeof value === 'boolean'
  if (type === 'int64') return isInteger(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value)
  if (type === 'uint64') return isInteger(value) && BigInt.asUintN(64, BigInt(value)) === BigInt(value)
  return typeof value === (type === 'string' ? 'string' : 'number')
}

const isInteger = (value: unknown): value is string => typeof value === 'string' && INTEGER.test(value)
