/** A real interactive shell on a terminal of its own, into which a line is typed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** Generous: a shell that answers late is slow, not wrong. */
const PATIENCE_MS = 20_000

export class Shell implements AsyncDisposable {
  readonly #child: ChildProcess
  #printed = ''
  #lines = 0

  /** `command` is a shell's command line; script(1) gives it the terminal. */
  constructor(command: string, cwd: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn('script', ['-qec', `stty cols 400 rows 50; exec ${command}`, '/dev/null'], {
      cwd,
      env: { ...env, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#printed += chunk.toString()))
  }

  /** Types `keys` and then has the shell say which words the line has now. */
  async words(keys: string): Promise<string[]> {
    const from = this.#printed.length
    const end = `end-${this.#lines++}`
    // To the beginning of the line, what prints its words; to its end, a last word of ours.
    this.#child.stdin?.write(`${keys}\x01printf '<%s>\\n' \x05 '${end}'\r`)
    await this.#until(`<${end}>`, from)
    const said = [...this.#printed.slice(from).matchAll(/<([^<>\r\n]*)>\r?\n/g)].map(([, word]) => word ?? '')
    return said.slice(0, -1)
  }

  /** Types `keys`, waits until the shell shows all of `shown`, and forgets the line. */
  async shows(keys: string, shown: string[]): Promise<void> {
    const from = this.#printed.length
    this.#child.stdin?.write(keys)
    for (const text of shown) await this.#until(text, from)
    this.#child.stdin?.write('\x15')
  }

  /** Runs a line, without looking at what it prints. */
  run(line: string): void {
    this.#child.stdin?.write(`${line}\r`)
  }

  async #until(text: string, from: number): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (!this.#printed.includes(text, from)) {
      if (Date.now() > deadline || this.#child.exitCode !== null) {
        throw new Error(`the shell did not show ${text}; it showed: ${JSON.stringify(this.#printed.slice(from))}`)
      }
      await sleep(10)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end('\x03\x15exit\r')
    // A shell that waits for something else loses its terminal.
    const late = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS)
    await ended
    clearTimeout(late)
  }
}
