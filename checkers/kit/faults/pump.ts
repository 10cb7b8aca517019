/** One direction of a proxied connection: what comes on one socket goes to the other, as its rule says. */
import type { Socket } from 'node:net'

export interface Rule {
  /** `pass` it on; `hold`: read no more, so that the sender's window fills; `lose`: read and forget */
  mode: 'pass' | 'hold' | 'lose'
  /** ms between a chunk's coming and its going on */
  delay: number
  /** bytes a second that are read at most, as by a slow reader */
  rate: number
  /** bytes of a connection after which it is cut: those are passed on, and not one more */
  cutAfter: number
}

export const PASS: Rule = { mode: 'pass', delay: 0, rate: Infinity, cutAfter: Infinity }

/** What a proxy does by a rule, in words that follow its name. */
export function describeRule(direction: string, { mode = 'pass', delay, rate, cutAfter }: Partial<Rule>): string {
  const what = `what goes ${direction}`
  const words = [
    ...(mode === 'pass' ? [] : [`${mode}s ${what}`]),
    ...(delay === undefined ? [] : [`delays ${what} by ${delay} ms`]),
    ...(rate === undefined ? [] : [`reads ${what} at ${rate} bytes/s`]),
    ...(cutAfter === undefined ? [] : [`cuts after ${cutAfter} bytes ${direction}`]),
  ]
  return words.join(', ') || `passes on ${what}`
}

/** bytes that wait in us before we stop reading */
const MOST_WAITING = 256 * 1024
/** ms between two sips of a slow reader */
const SIP_EVERY = 20

export class Pump {
  passed = 0
  lost = 0
  readonly #from: Socket
  readonly #to: Socket
  readonly #rule: () => Rule
  readonly #onCut: () => void
  readonly #queue: { bytes: Buffer; due: number }[] = []
  #waiting = 0
  #ended = false
  #timer: NodeJS.Timeout | undefined
  #sippedAt = 0

  /** `rule` is asked anew for each chunk; `onCut` is called when so many bytes have been passed on. */
  constructor(from: Socket, to: Socket, rule: () => Rule, onCut: () => void) {
    this.#from = from
    this.#to = to
    this.#rule = rule
    this.#onCut = onCut
    from.pause()
    from.on('readable', () => this.turn())
    from.on('end', () => {
      this.#ended = true
      this.turn()
    })
    to.on('drain', () => this.turn())
    to.on('close', () => clearTimeout(this.#timer))
  }

  /** Does what can be done now; called again when a rule has changed. */
  turn(): void {
    clearTimeout(this.#timer)
    const { mode } = this.#rule()
    if (mode !== 'hold') this.#read()
    if (mode === 'hold' || this.#to.destroyed) return
    this.#write()
    const next = this.#queue[0]
    if (next !== undefined && !this.#to.writableNeedDrain) {
      this.#timer = setTimeout(() => this.turn(), Math.max(0, next.due - performance.now()))
    } else if (this.#rule().rate !== Infinity && this.#from.readableLength > 0) {
      this.#timer = setTimeout(() => this.turn(), SIP_EVERY)
    } else if (this.#from.readableLength > 0 && !this.#to.writableNeedDrain) {
      // There was no room for it when we read last. A socket that is not read to its end does not say again that it is readable.
      this.#timer = setTimeout(() => this.turn(), 0)
    }
  }

  #read(): void {
    const { mode, delay, rate } = this.#rule()
    let room = MOST_WAITING - this.#waiting
    if (rate !== Infinity) {
      const now = performance.now()
      if (now - this.#sippedAt < SIP_EVERY) return
      this.#sippedAt = now
      room = Math.min(room, Math.max(1, Math.floor((rate * SIP_EVERY) / 1000)))
    }
    while (room > 0) {
      const bytes = this.#from.read(Math.min(room, this.#from.readableLength || room)) as Buffer | null
      if (bytes === null) return
      room -= bytes.length
      if (mode === 'lose') {
        this.lost += bytes.length
        continue
      }
      this.#queue.push({ bytes, due: performance.now() + delay })
      this.#waiting += bytes.length
    }
  }

  #write(): void {
    const now = performance.now()
    for (let next = this.#queue[0]; next !== undefined && next.due <= now; next = this.#queue[0]) {
      if (this.#to.writableNeedDrain) return
      const left = this.#rule().cutAfter - this.passed
      const bytes = next.bytes.subarray(0, Math.max(0, left))
      this.#queue.shift()
      this.#waiting -= next.bytes.length
      this.passed += bytes.length
      this.#to.write(bytes)
      if (bytes.length < next.bytes.length || left === bytes.length) return this.#onCut()
    }
    if (this.#ended && this.#queue.length === 0 && this.#rule().mode === 'pass') this.#to.end()
  }
}
