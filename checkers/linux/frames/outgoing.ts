/** What the check sends, for the timeline: writes need not begin or end where frames do. */
import { describeBytes, HEADER, hex } from '../../../src/wire/ttrpc/frame.ts'

export class Outgoing {
  /** what has gone of a header that is not whole */
  #header = Buffer.alloc(0)
  /** bytes of data that are to follow the last header */
  #owed = 0
  #stream = 0

  /** Words for a write, which then has been sent. */
  describe(bytes: Buffer): string {
    const rest = this.#rest
    const { begun, rest: left } = this.take(bytes)
    const first = bytes.subarray(left)
    if (begun === 0) return `${rest}: ${hex(bytes)}`
    const frames =
      begun === 1 ? describeBytes(first) : `${begun} frames in one write, the first ${describeBytes(first)}`
    const last = this.#rest
    const cut = begun > 1 && last !== '' ? `; ${last} is to follow` : ''
    return `${left === 0 ? '' : `${rest}, and then `}${frames}${cut}`
  }

  /** Follows bytes that are sent: how many belong to the frame before, and how many frames begin. */
  take(bytes: Buffer): { rest: number; begun: number } {
    let at = 0
    let begun = 0
    let rest: number | undefined
    while (at < bytes.length) {
      if (this.#owed === 0) {
        if (this.#header.length === 0) {
          begun += 1
          rest ??= at
        }
        const part = bytes.subarray(at, at + HEADER - this.#header.length)
        this.#header = Buffer.concat([this.#header, part])
        at += part.length
        if (this.#header.length < HEADER) break
        this.#owed = this.#header.readUInt32BE(0)
        this.#stream = this.#header.readUInt32BE(4)
        this.#header = Buffer.alloc(0)
      }
      const data = Math.min(this.#owed, bytes.length - at)
      this.#owed -= data
      at += data
    }
    return { rest: rest ?? bytes.length, begun }
  }

  /** "" between two frames */
  get #rest(): string {
    if (this.#header.length > 0) return 'the rest of a header'
    return this.#owed > 0 ? `the rest of the frame on stream ${this.#stream}` : ''
  }
}
