/** Bytes to lines, with a bound: a stream that never ends its line must not fill the memory of who reads it. */

/** More than any event has: an event holds at most some hundred lines of output of some kilobytes each. */
export const LONGEST = 32 * 2 ** 20
const NEWLINE = 0x0a

export class Lines {
  readonly #most: number
  #parts: Buffer[] = []
  #size = 0

  /** `most`: bytes of the longest line that is accepted */
  constructor(most = LONGEST) {
    this.#most = most
  }

  /** The lines that a chunk completes, without their newlines. Throws RangeError as soon as one is too long. */
  add(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = []
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at))
      lines.push(this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts))
      this.forget()
      from = at + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  /** Lets go of a line that has begun. */
  forget(): void {
    this.#parts = []
    this.#size = 0
  }

  #keep(part: Buffer): void {
    this.#size += part.length
    if (this.#size > this.#most) {
      this.forget()
      throw new RangeError(`a line of more than ${this.#most} bytes`)
    }
    if (part.length > 0) this.#parts.push(part)
  }
}
