/** The line that changes while checks run; on a terminal only. */
import type { createLogUpdate } from 'log-update'
import type { Event } from '../../protocol/index.ts'
import { liveLine } from '../../report/tty/live-line.ts'
import type { Paint } from '../../report/tty/paint.ts'
import { widthOf } from '../../report/tty/width.ts'

type Line = ReturnType<typeof createLogUpdate>

export class Live implements Disposable {
  readonly running = new Map<string, string | undefined>()
  done = 0
  of = 0
  phase: 'building' | 'stopping' | undefined
  #paused = false
  readonly #began = performance.now()
  readonly #line: Line
  readonly #paint: Paint
  readonly #timer: NodeJS.Timeout

  private constructor(line: Line, paint: Paint) {
    this.#line = line
    this.#paint = paint
    this.#timer = setInterval(() => this.draw(), 250)
    this.#timer.unref()
  }

  /** Undefined where nobody would see it. */
  static async start(paint: Paint): Promise<Live | undefined> {
    if (!process.stdout.isTTY || process.env['TERM'] === 'dumb') return undefined
    const { createLogUpdate } = await import('log-update')
    return new Live(createLogUpdate(process.stdout, { showCursor: true }), paint)
  }

  show(event: Event | 'stopping'): void {
    if (event === 'stopping') this.phase = 'stopping'
    else if (event.type === 'build') this.phase = event.state === 'started' ? 'building' : this.#stopped
    else if (event.type === 'check-started') this.running.set(event.check, undefined)
    else if (event.type === 'waiting' && this.running.has(event.check)) this.running.set(event.check, event.what)
    else if (event.type === 'check-done') {
      this.running.delete(event.result.check)
      this.done++
    } else return
    this.draw()
  }

  get #stopped(): 'stopping' | undefined {
    return this.phase === 'stopping' ? this.phase : undefined
  }

  draw(): void {
    if (this.#paused) return
    const { running, done, of, phase } = this
    const ms = performance.now() - this.#began
    this.#line(liveLine({ running, done, of, ms, phase }, { paint: this.#paint, width: widthOf(process.stdout) }))
  }

  /** Takes the line away: a person has the screen for as long as they like. */
  pause(): void {
    clearInterval(this.#timer)
    this.#paused = true
    this.#line.clear()
  }

  /** Prints above the line. */
  say(text: string): void {
    this.#line.clear()
    process.stdout.write(`${text}\n`)
    this.draw()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#line.clear()
    this.#line.done()
  }
}
