/** The line that tells how far a proof is; on a terminal only. */
import type { createLogUpdate } from 'log-update'
import type { Screen } from '../grading/on-screen.ts'

export class Progress implements Disposable {
  readonly #lab: string
  readonly #line: ReturnType<typeof createLogUpdate> | undefined
  readonly #screen: Screen
  readonly #running = new Set<string>()
  #part = ''
  #done = 0
  #of = 0

  private constructor(lab: string, screen: Screen, line: ReturnType<typeof createLogUpdate> | undefined) {
    this.#lab = lab
    this.#screen = screen
    this.#line = line
  }

  static async start(lab: string, screen: Screen): Promise<Progress> {
    const seen = !screen.quiet && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
    if (!seen) return new Progress(lab, screen, undefined)
    const { createLogUpdate } = await import('log-update')
    return new Progress(lab, screen, createLogUpdate(process.stdout, { showCursor: true }))
  }

  part(part: string): void {
    this.#part = part
    this.#draw()
  }

  plan(total: number, kept: number): void {
    this.#done = kept
    this.#of = total
    this.#draw()
  }

  begin(title: string): void {
    this.#running.add(title)
    this.#draw()
  }

  end(title: string): void {
    this.#running.delete(title)
    this.#done += 1
    this.#draw()
  }

  #draw(): void {
    const { paint, width } = this.#screen.layout
    // Each trial has two halves where some of its checks run alone.
    const count = this.#of === 0 ? '' : ` ${Math.min(this.#done, this.#of)} of ${this.#of}`
    const text = `  ${this.#lab} ${paint.signs.dot} ${this.#part}${count} ${[...this.#running].join(', ')}`
    this.#line?.(paint.dim(text.slice(0, width + 8)))
  }

  [Symbol.dispose](): void {
    this.#line?.clear()
    this.#line?.done()
  }
}
