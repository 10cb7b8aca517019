import { describe, expect, it } from 'vitest'
import {
  decodeFields,
  decodeRequest,
  decodeResponse,
  durationValue,
  encodeFields,
  encodeRequest,
  encodeResponse,
  Malformed,
  stringValue,
} from '../../../src/wire/ttrpc/message.ts'

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

// By hand, from request.proto and protobuf.dev, "Encoding".
const request = bytes('0a 04 6563686f 12 03 536179 1a 02 ffff 20 ac02')
const response = bytes('0a 06 08 0c 12 02 6e6f 12 01 00')

describe('Request', () => {
  const value = { service: 'echo', method: 'Say', payload: bytes('ffff'), timeoutNano: 300n }

  it('is encoded and decoded', () => {
    expect(encodeRequest(value)).toEqual(request)
    expect(decodeRequest(request)).toEqual(value)
  })

  it('leaves out what has its default value', () => {
    expect(encodeRequest({ service: 'e' })).toEqual(bytes('0a 01 65'))
    expect(decodeRequest(bytes(''))).toEqual({ service: '', method: '', payload: Buffer.alloc(0), timeoutNano: 0n })
  })

  it('has a signed time, of ten bytes when it is negative', () => {
    const negative = bytes('20 ffffffffffffffffff01')
    expect(encodeRequest({ timeoutNano: -1n })).toEqual(negative)
    expect(decodeRequest(negative).timeoutNano).toBe(-1n)
  })

  it('passes over fields that it does not know, in any order; the last one counts', () => {
    const fields = bytes('79 0102030405060708 12 03 536179 a5 06 01020304 7a 01 00 20 01 12 01 53 20 05')
    expect(decodeRequest(fields)).toMatchObject({ method: 'S', timeoutNano: 5n })
  })
})

describe('Response', () => {
  it('is encoded and decoded', () => {
    const value = { code: 12, message: 'no', payload: bytes('00') }
    expect(encodeResponse(value)).toEqual(response)
    expect(decodeResponse(response)).toEqual(value)
  })

  it('is empty without payload and status', () => {
    expect(encodeResponse({})).toEqual(bytes(''))
    expect(decodeResponse(bytes('0a 00 12 00'))).toEqual({ code: 0, message: '', payload: Buffer.alloc(0) })
  })

  it('has a code of 32 bits with a sign', () => {
    expect(decodeResponse(bytes('0a 0b 08 ffffffffffffffffff01')).code).toBe(-1)
  })
})

describe('what is no message', () => {
  it.each([
    ['0a 05 61', 'field 1 at byte 0 has 5 bytes, and 1 are left'],
    ['20 80', 'a number that starts before byte 2 has no end'],
    ['80808080808080808080 01', 'has no end'],
    ['00 01', 'byte 0 would start a field with the number 0'],
    ['0b', 'byte 0 would start a field of wire type 3'],
    ['79 01', 'field 15 at byte 0 has 8 bytes, and 1 are left'],
  ])('%s', (text, why) => {
    expect(() => decodeFields(bytes(text))).toThrow(why)
    expect(() => decodeFields(bytes(text))).toThrow(Malformed)
  })

  it('is one with a field of the wrong kind', () => {
    expect(() => decodeRequest(bytes('08 01'))).toThrow('field 1 is a number and not bytes')
    expect(() => decodeRequest(bytes('22 01 00'))).toThrow('field 4 is bytes and not a number')
  })
})

it('encodes fields as they are given, also empty ones', () => {
  expect(
    encodeFields([
      { number: 16, value: 0n },
      { number: 1, value: Buffer.alloc(0) },
    ]),
  ).toEqual(bytes('8001 00 0a 00'))
})

it('encodes the two well-known types', () => {
  expect(stringValue('hi')).toEqual(bytes('0a 02 6869'))
  expect(stringValue('')).toEqual(bytes(''))
  expect(durationValue(1500)).toEqual(bytes('08 01 10 80cab5ee01'))
  expect(durationValue(2000)).toEqual(bytes('08 02'))
})
