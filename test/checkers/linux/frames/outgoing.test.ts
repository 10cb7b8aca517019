/** linux/frames: what the timeline says of writes that do not begin or end where frames do. */
import { expect, it } from 'vitest'
import { Outgoing } from '../../../../checkers/linux/frames/outgoing.ts'
import { encodeFrame } from '../../../../src/wire/ttrpc/frame.ts'

const frame = (stream: number): Buffer => encodeFrame({ stream, type: 1, flags: 0, data: Buffer.alloc(20, 0x61) })

it('does not take the rest of a frame for a header', () => {
  const outgoing = new Outgoing()
  const first = outgoing.describe(Buffer.concat([frame(1), frame(3), frame(5).subarray(0, 25)]))
  expect(first).toMatch(
    /^3 frames in one write, the first .*stream 1,.*; the rest of the frame on stream 5 is to follow$/,
  )
  expect(outgoing.describe(frame(5).subarray(25))).toBe('the rest of the frame on stream 5: 61 61 61 61 61')
  expect(outgoing.describe(frame(7))).toMatch(/^00 00 00 14 .*stream 7,/)
})

it('follows a header that is cut, and bytes that were sent without a word', () => {
  const outgoing = new Outgoing()
  expect(outgoing.describe(frame(1).subarray(0, 6))).toContain('6 of the 10 bytes of a header')
  outgoing.take(frame(1).subarray(6, 12))
  const both = outgoing.describe(Buffer.concat([frame(1).subarray(12), frame(3)]))
  expect(both).toMatch(/^the rest of the frame on stream 1, and then 00 00 00 14 .*stream 3,/)
})
