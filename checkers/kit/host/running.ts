/** A program that runs inside a host, seen from the engine. */
import { openSync, closeSync, constants } from 'node:fs'
import { Socket } from 'node:net'
import type { ChildProcess } from 'node:child_process'
import { ExpectationFailed } from '../outcome.ts'
import type { Output } from '../output.ts'
import { childrenOf, pidInside, processesOf, readProcLink, statOf, type ProcessStat } from '../procfs.ts'
import type { Timeline } from '../timeline.ts'

/** How a program ended: an exit code, or the signal that ended it. */
export type Exit = { code: number; signal?: undefined } | { code?: undefined; signal: NodeJS.Signals }

export const describeExit = (exit: Exit): string =>
  exit.signal === undefined ? `exited ${exit.code}` : `was ended by ${exit.signal}`

/** The three fifos of a program. Both ends of each stay open here until it exits, so that opening never blocks. */
export class Streams {
  readonly stdin: Socket
  readonly #keepers: number[]
  #stdinKeeper: number | undefined
  #open = 2

  /**
   * `onEnd` is called when the program has exited and all that it wrote has been read. With `onBytes` its standard output
   * is bytes for that function, and no lines.
   */
  constructor(prefix: string, output: Output, onEnd: () => void, onBytes?: (chunk: Buffer) => void) {
    const keep = (name: string): number => openSync(`${prefix}.${name}`, constants.O_RDWR | constants.O_NONBLOCK)
    this.#keepers = [keep('out'), keep('err')]
    this.#stdinKeeper = keep('in')
    this.stdin = new Socket({
      fd: openSync(`${prefix}.in`, constants.O_WRONLY | constants.O_NONBLOCK),
      readable: false,
      writable: true,
    })
    // A program that has closed its input makes writes fail (EPIPE): that is its right, and the check sees the rest.
    this.stdin.on('error', () => undefined)
    for (const stream of ['out', 'err'] as const) {
      const socket = new Socket({
        fd: openSync(`${prefix}.${stream}`, constants.O_RDONLY | constants.O_NONBLOCK),
        readable: true,
        writable: false,
      })
      const bytes = stream === 'out' ? onBytes : undefined
      socket.on('data', bytes ?? ((chunk: Buffer) => output.add(stream, chunk)))
      socket.on('error', () => undefined)
      socket.on('close', () => {
        output.end(stream)
        this.#open -= 1
        if (this.#open === 0) onEnd()
      })
    }
  }

  /** Ends the program's standard input; it reads end-of-file after what was written. */
  endInput(): void {
    if (this.#stdinKeeper !== undefined) closeSync(this.#stdinKeeper)
    this.#stdinKeeper = undefined
    this.stdin.end()
  }

  /** Lets go of our ends; what is still in the pipes is read before `onEnd`. */
  release(): void {
    for (const fd of this.#keepers.splice(0)) closeSync(fd)
    if (this.#stdinKeeper !== undefined) closeSync(this.#stdinKeeper)
    this.#stdinKeeper = undefined
    this.stdin.destroy()
  }
}

/** ms between two looks at whether what started a program has stopped with it */
const LOOK = 100

export interface RunningOptions {
  name: string
  child: ChildProcess
  streams: Streams
  output: Output
  timeline: Timeline
  drained: Promise<void>
}

export class Running {
  readonly name: string
  readonly output: Output
  /** resolves when it has exited, also while what it left in the background still holds its output */
  readonly gone: Promise<Exit>
  readonly #child: ChildProcess
  readonly #streams: Streams
  readonly #timeline: Timeline
  readonly #exited: Promise<Exit>
  #exit: Exit | undefined
  #exitAt = 0
  readonly #startedAt: number
  /** pid of the program in the engine's pid namespace, once it runs */
  pid: number | undefined

  constructor(options: RunningOptions) {
    this.name = options.name
    this.output = options.output
    this.#child = options.child
    this.#streams = options.streams
    this.#timeline = options.timeline
    this.#startedAt = options.timeline.now()
    let gone: (exit: Exit) => void = () => undefined
    this.gone = new Promise((resolve) => (gone = resolve))
    const looking = setInterval(() => this.#wake(), LOOK).unref()
    this.#exited = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => {
        clearInterval(looking)
        reject(error)
      })
      this.#child.once('exit', (code, signal) => {
        clearInterval(looking)
        this.#exitAt = this.#timeline.now()
        this.#streams.release()
        gone(exitOf(code, signal))
        void options.drained.then(() => {
          const exit: Exit = killed(code, this.output) ? { signal: 'SIGKILL' } : exitOf(code, signal)
          this.#timeline.note('exit', `${this.name} ${describeExit(exit)}`)
          this.#exit = exit
          resolve(exit)
        })
      })
    })
    // A check that never awaits it must not turn a failed spawn into an unhandled rejection; runs are awaited at teardown.
    this.#exited.catch(() => undefined)
  }

  /** resolves when it has exited and its output has been read */
  get exited(): Promise<Exit> {
    const waited = this.#timeline.waits.during('component', this.#exited)
    waited.catch(() => undefined)
    return waited
  }

  /** undefined while it runs */
  get exit(): Exit | undefined {
    return this.#exit
  }

  /** ms from its start to its exit, or to now */
  get ranFor(): number {
    return (this.#exit === undefined ? this.#timeline.now() : this.#exitAt) - this.#startedAt
  }

  /** "still runs" or "exited 3 after 12 ms" */
  describe(): string {
    if (this.#exit === undefined) return `${this.name} still runs`
    return `${this.name} ${describeExit(this.#exit)} after ${Math.round(this.ranFor)} ms`
  }

  /** Sends a signal from outside, as the kernel would on behalf of an operator. False when it is gone. */
  kill(signal: NodeJS.Signals): boolean {
    if (this.pid === undefined || this.#exit !== undefined) return false
    this.#timeline.note('signal', `${signal} → ${this.name}`)
    return sendSignal(this.pid, signal)
  }

  /** Ends it with its process group: itself, and of what it started all that stayed in the group. */
  killGroup(): void {
    if (this.#child.pid !== undefined) sendSignal(-this.#child.pid, 'SIGKILL')
  }

  /**
   * nsenter(1) stops itself when the program stops that it has started, and continues the program when it goes on
   * (util-linux, nsenter.c, continue_as_child). Until then it sees no end, so it goes on as soon as the program does or is dead.
   */
  #wake(): void {
    const launcher = this.#child.pid
    if (launcher === undefined || statOf(launcher)?.state !== 'T') return
    const [program] = this.pid === undefined ? childrenOf(launcher) : [this.pid]
    if (program === undefined || statOf(program)?.state !== 'T') sendSignal(launcher, 'SIGCONT')
  }

  write(data: string | Buffer): void {
    this.#streams.stdin.write(data)
  }

  endInput(): void {
    this.#streams.endInput()
  }
}

const exitOf = (code: number | null, signal: NodeJS.Signals | null): Exit =>
  signal === null ? { code: code ?? 0 } : { signal }

/**
 * unshare(1) before 2.39 can't end by SIGKILL when its child has: it asks for the default action of a signal that has
 * no other, is refused, says so and exits 1. What it says is not the program's.
 */
const killed = (code: number | null, output: Output): boolean =>
  code === 1 && output.takeBack('err', 'unshare: sigprocmask unblock failed: Invalid argument')

/** Signals a process by its pid in the engine's namespace; false when it is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

/** Signals that are sent, and not the kernel's answer to a fault of the program. */
const SENT: readonly string[] = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGPIPE']

/** A component that runs as process 1 of a pid namespace of its own. */
export class Init extends Running {
  /** the pid namespace, as `readlink /proc/PID/ns/pid` prints it */
  namespace: string | undefined

  /** Called once the program has been executed. */
  became(pid: number): void {
    this.pid = pid
    this.namespace = readProcLink(pid, 'ns/pid')
  }

  /** Processes of its pid namespace, itself included while it lives; zombies too. */
  processes(): ProcessStat[] {
    return this.namespace === undefined ? [] : processesOf(this.namespace)
  }

  /** Its direct children, oldest first: those it started and the orphans that it got. */
  children(): number[] {
    return this.pid === undefined ? [] : childrenOf(this.pid)
  }

  /** "sleep (pid 3) is a zombie, sh (pid 2) sleeps": its processes as they are, for a failure's text; at most four named. */
  describeProcesses(): string {
    const all = this.processes().filter((p) => p.pid !== this.pid)
    if (all.length === 0) return 'no other process'
    const named = all.slice(0, 4).map((p) => `${p.comm} (pid ${pidInside(p.pid) ?? '?'}) ${stateWord(p.state)}`)
    return all.length > 4 ? `${named.join(', ')} and ${all.length - 4} more` : named.join(', ')
  }

  /**
   * A signal that somebody sends does not end process 1, unless it is SIGKILL from outside (pid_namespaces(7)). It has
   * ended the tools that had started it, then, which are in its process group.
   */
  override describe(): string {
    const signal = this.exit?.signal
    if (signal === undefined || !SENT.includes(signal)) return super.describe()
    return `${this.name} sent ${signal} to its own process group, as kill(2) with pid 0 does, and ended what had started it`
  }

  /** The pid of an own process, or the check fails because the program is gone. */
  requirePid(): number {
    if (this.pid !== undefined && this.exit === undefined) return this.pid
    throw new ExpectationFailed(`${this.name} runs`, this.describe())
  }
}

/** States of proc(5) in words; undefined is a process that is gone. */
export function stateWord(state: string | undefined): string {
  if (state === undefined) return 'is gone'
  const words: Record<string, string> = {
    R: 'runs',
    S: 'sleeps',
    D: 'waits for the disk',
    T: 'is stopped',
    t: 'is traced',
    Z: 'is a zombie',
    X: 'is dead',
    I: 'is idle',
  }
  return words[state] ?? `is in state ${state}`
}
