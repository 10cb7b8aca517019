/**
 * Frames of ttrpc: a header of 10 bytes (length, stream id, type, flags; big-endian) and data.
 * Source: containerd/ttrpc, PROTOCOL.md, "Message Frame".
 */

export const HEADER = 10
/** bytes of data that a frame may have */
export const MOST_DATA = 4 << 20

export const REQUEST = 1
export const RESPONSE = 2

export interface Frame {
  stream: number
  /** 1 request, 2 response, 3 data */
  type: number
  flags: number
  data: Buffer
}

/** A header alone; `length` is what it announces, at most 2^32-1. */
export function encodeHeader(length: number, stream: number, type: number, flags = 0): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(length, 0)
  header.writeUInt32BE(stream, 4)
  header.writeUInt8(type, 8)
  header.writeUInt8(flags, 9)
  return header
}

export const encodeFrame = ({ stream, type, flags, data }: Frame): Buffer =>
  Buffer.concat([encodeHeader(data.length, stream, type, flags), data])

/** Makes frames of chunks that come in any pieces. A frame that is longer than any may be makes it stop: see `broken`. */
export class FrameReader {
  #chunks: Buffer[] = []
  #have = 0
  #need = HEADER

  /** the frames that this chunk completes */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk)
    this.#have += chunk.length
    const frames: Frame[] = []
    // Joined only when a frame is complete: a large one comes in many chunks.
    while (this.#have >= this.#need && !this.broken) {
      const bytes = this.rest
      const length = bytes.readUInt32BE(0)
      this.#need = HEADER + length
      if (this.#have < this.#need || this.broken) break
      frames.push({
        stream: bytes.readUInt32BE(4),
        type: bytes.readUInt8(8),
        flags: bytes.readUInt8(9),
        data: bytes.subarray(HEADER, this.#need),
      })
      this.#chunks = [bytes.subarray(this.#need)]
      this.#have -= this.#need
      this.#need = HEADER
    }
    return frames
  }

  /** whether the next header announces more data than a frame may have: what comes is no frame, and is not taken apart */
  get broken(): boolean {
    return this.#need > HEADER + MOST_DATA
  }

  /** bytes that belong to no complete frame yet */
  get rest(): Buffer {
    const [first, ...others] = this.#chunks
    const bytes = others.length === 0 ? (first ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks)
    this.#chunks = [bytes]
    return bytes
  }
}

const TYPES: Record<number, string> = { 1: 'request', 2: 'response', 3: 'data' }
/** bytes that a text shows at most, from the begin of what it tells of */
const SHOWN = 24

/** "00 00 00 02 …": at most 24 bytes */
export function hex(bytes: Buffer): string {
  const shown = bytes
    .subarray(0, SHOWN)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  return bytes.length > SHOWN ? `${shown} …` : shown
}

/** "length 4, stream 1, type 2 (response), flags 0": the header at the begin of these bytes, as far as they go. */
export function describeHeader(bytes: Buffer): string {
  if (bytes.length < HEADER) return `${bytes.length} of the ${HEADER} bytes of a header`
  const type = bytes.readUInt8(8)
  const flags = bytes.readUInt8(9)
  return `length ${bytes.readUInt32BE(0)}, stream ${bytes.readUInt32BE(4)}, type ${type} (${TYPES[type] ?? 'unknown'}), flags ${flags}`
}

/** The bytes in hex, and the header taken apart. */
export const describeBytes = (bytes: Buffer): string =>
  bytes.length === 0 ? 'no byte' : `${hex(bytes)} (${describeHeader(bytes)})`

export const describeFrame = (frame: Frame): string => describeBytes(encodeFrame(frame))
