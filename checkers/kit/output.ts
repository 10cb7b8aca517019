/** The component's output, line by line with times, bounded in memory: the first and the last lines are kept. */
import { StringDecoder } from 'node:string_decoder'
import type { OutputLine } from '../../src/protocol/index.ts'

const FIRST = 200
const LAST = 200
/** bytes of one line; the rest of a longer line is counted and dropped */
const LINE = 4096

export class Output {
  readonly #first: OutputLine[] = []
  readonly #last: OutputLine[] = []
  readonly #partial: Record<'out' | 'err', { text: string; dropped: number }> = {
    out: { text: '', dropped: 0 },
    err: { text: '', dropped: 0 },
  }
  /** A character may come in two chunks. */
  readonly #decoder = { out: new StringDecoder('utf8'), err: new StringDecoder('utf8') }
  #count = 0
  #bytes = 0
  readonly #now: () => number

  /** `now` gives ms since the check began */
  constructor(now: () => number) {
    this.#now = now
  }

  add(stream: 'out' | 'err', chunk: Buffer): void {
    this.#bytes += chunk.length
    this.#take(stream, this.#decoder[stream].write(chunk))
  }

  #take(stream: 'out' | 'err', text: string): void {
    const partial = this.#partial[stream]
    const pieces = text.split('\n')
    pieces.forEach((piece, index) => {
      const room = LINE - partial.text.length
      partial.text += piece.slice(0, Math.max(0, room))
      partial.dropped += Math.max(0, piece.length - Math.max(0, room))
      if (index < pieces.length - 1) this.#flush(stream)
    })
  }

  /** A last line without a newline becomes a line. */
  end(stream: 'out' | 'err'): void {
    this.#take(stream, this.#decoder[stream].end())
    if (this.#partial[stream].text !== '') this.#flush(stream)
  }

  #flush(stream: 'out' | 'err'): void {
    const partial = this.#partial[stream]
    const text = partial.dropped > 0 ? `${partial.text} … (${partial.dropped} more characters)` : partial.text
    partial.text = ''
    partial.dropped = 0
    this.#count += 1
    const line: OutputLine = { at: this.#now(), stream, text: text.replace(/\r$/, '') }
    if (this.#first.length < FIRST) this.#first.push(line)
    else {
      this.#last.push(line)
      if (this.#last.length > LAST) this.#last.shift()
    }
  }

  /** lines kept, in the order in which they came */
  lines(): OutputLine[] {
    return [...this.#first, ...this.#last]
  }

  /** whole lines of one stream, without those that came in bits so far */
  texts(stream: 'out' | 'err' = 'out'): string[] {
    return this.lines()
      .filter((line) => line.stream === stream)
      .map((line) => line.text)
  }

  /** Takes back the last line, where it was not the program's own: only if it is this one. */
  takeBack(stream: 'out' | 'err', text: string): boolean {
    const kept = this.#last.length > 0 ? this.#last : this.#first
    const line = kept.at(-1)
    if (line?.stream !== stream || line.text !== text) return false
    kept.pop()
    this.#count -= 1
    return true
  }

  get count(): number {
    return this.#count
  }

  /** bytes that came so far, with those that were not kept */
  get bytes(): number {
    return this.#bytes
  }
}
