import { describe, expect, it } from 'vitest'
import {
  describeBytes,
  encodeFrame,
  encodeHeader,
  FrameReader,
  HEADER,
  hex,
  MOST_DATA,
} from '../../../src/wire/ttrpc/frame.ts'

const frame = { stream: 0x01020305, type: 1, flags: 0, data: Buffer.from('abc') }
// By hand, from PROTOCOL.md, "Message Frame".
const bytes = Buffer.from('00000003' + '01020305' + '01' + '00' + '616263', 'hex')

it('encodes a frame as PROTOCOL.md has it', () => {
  expect(encodeFrame(frame).toString('hex')).toBe(bytes.toString('hex'))
  expect(encodeHeader(0xffffffff, 0xfffffffe, 3, 4).toString('hex')).toBe('fffffffffffffffe0304')
})

describe('FrameReader', () => {
  it.each([1, 2, 3, 9, 10, 11, 13, 1000])('makes the same frames of chunks of %d bytes', (size) => {
    const reader = new FrameReader()
    const all = Buffer.concat([bytes, bytes, bytes.subarray(0, 4)])
    const frames = []
    for (let at = 0; at < all.length; at += size) frames.push(...reader.push(all.subarray(at, at + size)))
    expect(frames).toEqual([frame, frame])
    expect(reader.rest).toEqual(bytes.subarray(0, 4))
  })

  it('takes a frame without data', () => {
    expect(new FrameReader().push(encodeHeader(0, 7, 2))).toEqual([
      { stream: 7, type: 2, flags: 0, data: Buffer.alloc(0) },
    ])
  })

  it('takes the longest frame that there may be, and stops at a longer one', () => {
    const longest = new FrameReader()
    expect(longest.push(encodeHeader(MOST_DATA, 1, 2))).toEqual([])
    expect(longest.broken).toBe(false)
    expect(longest.push(Buffer.alloc(MOST_DATA))[0]?.data).toHaveLength(MOST_DATA)

    const reader = new FrameReader()
    expect(reader.push(Buffer.concat([bytes, encodeHeader(MOST_DATA + 1, 1, 2)]))).toEqual([frame])
    expect(reader.broken).toBe(true)
    expect(reader.push(bytes)).toEqual([])
    expect(reader.rest).toHaveLength(HEADER + bytes.length)
  })
})

describe('what a person reads', () => {
  it('shows bytes in hex, the first 24', () => {
    expect(hex(bytes)).toBe('00 00 00 03 01 02 03 05 01 00 61 62 63')
    expect(hex(Buffer.alloc(25))).toBe(`${'00 '.repeat(24)}…`)
  })

  it('takes the header apart', () => {
    expect(describeBytes(bytes)).toBe(
      '00 00 00 03 01 02 03 05 01 00 61 62 63 (length 3, stream 16909061, type 1 (request), flags 0)',
    )
    expect(describeBytes(bytes.subarray(0, 2))).toBe('00 00 (2 of the 10 bytes of a header)')
    expect(describeBytes(Buffer.alloc(0))).toBe('no byte')
    expect(describeBytes(encodeHeader(1, 2, 9, 1))).toContain('type 9 (unknown), flags 1')
  })
})
