/** Bytes to an engine, no more of them under way than the line holds. */
import type { Writable } from 'node:stream'

export class Outbox {
  readonly #to: Writable
  readonly #window: number
  #waiting: Buffer[] = []
  #underWay = 0

  /** `window`: bytes that may be under way; the engine says `received` for each piece when it reads from such a line */
  constructor(to: Writable, window = Infinity) {
    this.#to = to
    this.#window = window
  }

  send(text: string): void {
    this.#waiting.push(Buffer.from(text))
    this.#flush()
  }

  /** The engine has read so many bytes. */
  received(bytes: number): void {
    this.#underWay = Math.max(0, this.#underWay - bytes)
    this.#flush()
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#to.writable; next = this.#waiting[0]) {
      const room = this.#window - this.#underWay
      if (room <= 0) return
      const piece = next.subarray(0, room)
      this.#to.write(piece)
      this.#underWay += piece.length
      if (piece.length === next.length) this.#waiting.shift()
      else this.#waiting[0] = next.subarray(piece.length)
    }
  }
}
