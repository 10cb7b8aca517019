/** The engine's two streams: commands on standard input, events on descriptor 3, one JSON line each. */
import { readdirSync, readFileSync, closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { isatty, WriteStream } from 'node:tty'
import { createInterface } from 'node:readline'
import * as v from 'valibot'
import { Command, SYNC, type Unnumbered } from '../protocol/index.ts'

/** The launcher moves the stream here, off descriptor 1, so that nothing that is started can write into it. */
export const STREAM_FD = 3

/** ms */
const BEAT = 1000

const O_CLOEXEC = 0o2000000

/**
 * Closes descriptors above the stream that this process inherited and that programs it starts would inherit too:
 * a component must not find the descriptors of the person's shell.
 */
export function closeInherited(): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name)
    if (fd <= STREAM_FD) continue
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
      if (flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0) closeSync(fd)
    } catch (error) {
      // The descriptor of the directory listing itself is gone by now.
      if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EBADF')))
        throw error
    }
  }
}

export class EventStream {
  readonly #socket: Socket
  readonly #beat: NodeJS.Timeout
  #seq = 0

  constructor(fd: number, onLost: () => void) {
    // A serial line is a terminal.
    this.#socket = isatty(fd) ? new WriteStream(fd) : new Socket({ fd, readable: false, writable: true })
    this.#socket.on('error', onLost)
    this.#socket.write(`${SYNC}\n`)
    // Who reads takes an engine for lost from which nothing comes. What is not read yet says that it lives, too.
    this.#beat = setInterval(() => this.#socket.writableLength === 0 && this.send({ type: 'alive' }), BEAT)
    this.#beat.unref()
  }

  send(event: Unnumbered): void {
    this.#seq += 1
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify({ seq: this.#seq, ...event })}\n`)
  }

  /** Resolves when all that was sent has been handed over. */
  end(): Promise<void> {
    clearInterval(this.#beat)
    return new Promise((resolve) => this.#socket.end(resolve))
  }
}

/** Yields commands until the input ends or is destroyed. A line that is no command is handed to `onBad` and skipped. */
export async function* readCommands(
  input: NodeJS.ReadableStream,
  { onBad, onRead }: { onBad: (why: string) => void; onRead?: (bytes: number) => void },
): AsyncGenerator<Command> {
  // The end of a serial line is an error of its file, and says the same as the end of a pipe.
  const lines = createInterface({ input, crlfDelay: Infinity })
  input.on('error', () => lines.close())
  // readline waits for an end that an input that was destroyed never has, and Node exits in the midst of what awaits it.
  input.on('close', () => lines.close())
  input.on('data', (chunk: string | Buffer) => onRead?.(Buffer.byteLength(chunk)))
  for await (const line of lines) {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      onBad(`not JSON: ${line.slice(0, 80)}`)
      continue
    }
    const parsed = v.safeParse(Command, value)
    if (parsed.success) yield parsed.output
    else onBad(`${v.getDotPath(parsed.issues[0]) ?? 'command'}: ${parsed.issues[0].message}`)
  }
}
