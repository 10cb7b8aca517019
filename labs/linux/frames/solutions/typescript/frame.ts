// A frame: 10 bytes of header, then its data. All numbers are big-endian.

export const REQUEST = 1
export const RESPONSE = 2
/** The most bytes of data that a frame may have. */
export const MOST_DATA = 4_194_304

const HEADER = 10

export interface Frame {
  stream: number
  type: number
  /** undefined when there was more than MOST_DATA of it: it has been passed over */
  data: Buffer | undefined
}

/** One buffer, so that one write has the whole frame and nothing comes between its parts. */
export function encodeFrame(stream: number, type: number, data: Buffer): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(data.length, 0)
  header.writeUInt32BE(stream, 4)
  header.writeUInt8(type, 8)
  return Buffer.concat([header, data])
}

/** Finds frames in a stream of bytes, however they are divided. One for each connection. */
export class FrameReader {
  /** the beginning of the frame at hand; no more memory than twice what has come, since a length is only announced */
  #buffer = Buffer.alloc(HEADER)
  /** bytes that have come of it */
  #got = 0
  /** of its data, once the header is there */
  #length = 0

  /** The frames that are whole with these bytes. */
  read(bytes: Buffer): Frame[] {
    const frames: Frame[] = []
    let rest = bytes
    while (rest.length > 0) {
      const part = rest.subarray(0, HEADER + this.#length - this.#got)
      rest = rest.subarray(part.length)
      if (this.#length <= MOST_DATA) this.#keep(part)
      this.#got += part.length
      if (this.#got === HEADER) this.#length = this.#buffer.readUInt32BE(0)
      if (this.#got === HEADER + this.#length) frames.push(this.#end())
    }
    return frames
  }

  #keep(part: Buffer): void {
    const size = this.#got + part.length
    if (size > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], Math.max(size, 2 * this.#buffer.length))
    part.copy(this.#buffer, this.#got)
  }

  #end(): Frame {
    const data = this.#length > MOST_DATA ? undefined : this.#buffer.subarray(HEADER, this.#got)
    const frame = { stream: this.#buffer.readUInt32BE(4), type: this.#buffer.readUInt8(8), data }
    this.#buffer = Buffer.alloc(HEADER)
    this.#got = this.#length = 0
    return frame
  }
}
