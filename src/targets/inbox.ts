import type { Event } from '../protocol/index.ts'
import { Problem } from '../problem.ts'

/** Events in the order of their numbers, and an end: each reader takes what comes after it asked. */
export class Inbox {
  readonly #waiting: ((event: Event | Problem) => void)[] = []
  readonly #events: Event[] = []
  #lost: Problem | undefined

  put(event: Event): void {
    const reader = this.#waiting.shift()
    if (reader === undefined) this.#events.push(event)
    else reader(event)
  }

  /** No event comes any more; readers get the reason. The first reason stays. */
  lose(problem: Problem): void {
    this.#lost ??= problem
    for (const reader of this.#waiting.splice(0)) reader(this.#lost)
  }

  get lost(): boolean {
    return this.#lost !== undefined
  }

  async take(): Promise<Event> {
    const ready = this.#events.shift()
    if (ready !== undefined) return ready
    if (this.#lost !== undefined) throw this.#lost
    const event = await new Promise<Event | Problem>((resolve) => this.#waiting.push(resolve))
    if (event instanceof Problem) throw event
    return event
  }
}
