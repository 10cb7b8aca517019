/** What a person waits for while the VM starts, with the time that has passed: one line that changes, on a terminal; else a line each. */
import { duration } from '../../report/tty/duration.ts'
import { escapeLine } from '../../report/escape.ts'
import type { Screen } from '../grading/on-screen.ts'

export class Phases implements Disposable {
  #phase = ''
  #timer: NodeJS.Timeout | undefined
  #line: { (text: string): void; clear(): void } | undefined
  readonly #began = performance.now()
  readonly #screen: Screen

  private constructor(screen: Screen) {
    this.#screen = screen
  }

  static async start(screen: Screen): Promise<Phases> {
    const phases = new Phases(screen)
    if (screen.quiet || !process.stdout.isTTY || process.env['TERM'] === 'dumb') return phases
    const { createLogUpdate } = await import('log-update')
    phases.#line = createLogUpdate(process.stdout, { showCursor: true })
    phases.#timer = setInterval(() => phases.#draw(), 250)
    phases.#timer.unref()
    return phases
  }

  get ms(): number {
    return performance.now() - this.#began
  }

  readonly show = (phase: string): void => {
    if (phase === this.#phase) return
    this.#phase = phase
    if (this.#line === undefined) this.#screen.say(this.#text())
    else this.#draw()
  }

  #draw(): void {
    if (this.#phase !== '') this.#line?.(this.#text())
  }

  #text(): string {
    const { dot } = this.#screen.layout.paint.signs
    const time = this.ms < 1000 ? '0 s' : duration(Math.floor(this.ms / 1000) * 1000)
    return `  ${time} ${dot} waiting for: ${escapeLine(this.#phase)}`
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#line?.clear()
  }
}
