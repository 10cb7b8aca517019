/**
 * How slow this machine is now, against a fast laptop: the factor of every deadline. It is measured at start, before each
 * check and with each second that a check waits, by what checks do most, starting a small program, and by how late the engine's own heartbeat is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** ms that a fast laptop needs to start /bin/true from Node and see it end */
const FAST = 1.6
const HEARTBEAT = 20
const MOST = 100
/** ms for which a measurement counts */
const RECENT = 250
const PROCESSORS = availableParallelism()

export class Speed {
  #factor = 1
  #late = 0
  #measured = -Infinity
  #measuring = false
  readonly #windows = new Set<Window>()
  readonly #timer: NodeJS.Timeout
  #expected = performance.now() + HEARTBEAT

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now()
      const late = Math.max(0, now - this.#expected)
      this.#expected = now + HEARTBEAT
      for (const window of this.#windows) window.beat(late, now)
      // Half of what was there decays each beat, so that one pause does not linger for a whole run.
      this.#late = Math.max(late, this.#late / 2)
    }, HEARTBEAT)
    this.#timer.unref()
  }

  /** Deadline factor: at least 1. */
  get factor(): number {
    return this.#factor
  }

  /** ms by which the engine's heartbeat was late lately */
  get late(): number {
    return this.#late
  }

  /** Begins to watch the machine; the function that it returns ends that and says what was seen. */
  watch(): () => Seen {
    const window = new Window(performance.now())
    this.#windows.add(window)
    return () => {
      this.#windows.delete(window)
      const now = performance.now()
      // A beat that is due and has not come yet is late too.
      window.beat(Math.max(0, now - this.#expected), now)
      return { late: window.late, load: window.load }
    }
  }

  /**
   * Starts a small program, and two more where that took longer than the factor says: the median decides. A slower machine
   * than before counts at once, a faster one by half.
   */
  async measure(): Promise<number> {
    const times = [await start()]
    if (factorOf(times) > this.#factor) times.push(await start(), await start())
    const now = factorOf(times)
    this.#factor = now > this.#factor ? now : (now + this.#factor) / 2
    this.#measured = performance.now()
    return this.#factor
  }

  /** Measures, unless that was done a moment ago: several short checks are on one and the same machine. */
  recent(): Promise<number> {
    return performance.now() - this.#measured < RECENT ? Promise.resolve(this.#factor) : this.measure()
  }

  /** Measures again in the background, unless that is being done already. What fails is left to the next `measure`. */
  again(): void {
    if (this.#measuring) return
    this.#measuring = true
    const over = (): void => void (this.#measuring = false)
    this.measure().then(over, over)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** ms that a small program takes from its start to its end */
async function start(): Promise<number> {
  const begin = performance.now()
  await once(spawn('true', { stdio: 'ignore' }), 'exit')
  return performance.now() - begin
}

function factorOf(times: readonly number[]): number {
  const median = [...times].sort((a, b) => a - b)[times.length >> 1] ?? FAST
  return Math.min(MOST, Math.max(1, median / FAST))
}

export interface Seen {
  /** ms by which the heartbeat was late at most */
  late: number
  /** programs that wanted to run, for each processor, on average */
  load: number
}

class Window {
  late = 0
  #wanting = 0
  #beats = 0
  readonly #begin: number

  constructor(begin: number) {
    this.#begin = begin
  }

  get load(): number {
    return this.#wanting / this.#beats / PROCESSORS
  }

  /** Of a beat that was due before the window began, what lies after that counts. */
  beat(late: number, now: number): void {
    this.late = Math.max(this.late, Math.min(late, now - this.#begin))
    this.#wanting += wantingToRun()
    this.#beats += 1
  }
}

/** Of the whole machine: proc_loadavg(5), the number before the slash. The engine, which runs now, is not counted. */
function wantingToRun(): number {
  const [, count = '1'] = / (\d+)\//.exec(readFileSync('/proc/loadavg', 'utf8')) ?? []
  return Math.max(0, Number(count) - 1)
}
