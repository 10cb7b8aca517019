/** What all commands share: `--json`, where the workspace and the course are, and results as data. */
import { Command } from '@oclif/core/command'
import { string } from '@oclif/core/flags'
import type { Config } from '@oclif/core/config'
import { escapeText } from '../report/escape.ts'
import type { Layout } from '../report/tty/layout.ts'
import { inAscii, isUtf8, type Paint, paintFor } from '../report/tty/paint.ts'
import { widthOf } from '../report/tty/width.ts'
import type { Screen } from './grading/on-screen.ts'

export type LabCommandClass = Omit<typeof LabCommand, never> & (new (argv: string[], config: Config) => LabCommand)

/** A command prints for people through `say`, and returns what `--json` prints. */
export abstract class LabCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    workspace: string({
      summary: 'folder of your components and your progress',
      description:
        'Default: LAB_WORKSPACE, else the nearest one upward, else work/: beside the lab of a checkout, here for an installed one.',
      helpValue: 'DIR',
    }),
    course: string({ hidden: true, summary: 'folder that holds labs/ and checkers/', helpValue: 'DIR' }),
  }

  /** What the process will exit with. */
  code = 0

  /** The package's folder; set before `execute`. */
  root = ''

  #paint: Paint | undefined
  readonly #noted = new Set<string>()

  protected get paint(): Paint {
    return (this.#paint ??= paintFor(process.stdout, process.env))
  }

  protected get layout(): Layout {
    return { paint: this.paint, width: widthOf(process.stdout) }
  }

  abstract override run(): Promise<unknown>

  async execute(): Promise<number> {
    await this._run()
    return this.code
  }

  /** Prints for a person; nothing with `--json`. */
  protected say(text = ''): void {
    if (!this.jsonEnabled()) process.stdout.write(`${isUtf8(process.env) ? text : inAscii(text)}\n`)
  }

  /** Where a run shows itself. */
  protected get screen(): Screen {
    return { layout: this.layout, say: (text) => this.say(text), quiet: this.jsonEnabled() }
  }

  /** A word of no consequence, said once: on stderr, so that it is never part of data. */
  protected readonly note = (text: string): void => {
    if (this.#noted.has(text)) return
    this.#noted.add(text)
    process.stderr.write(`lab: ${escapeText(text)}\n`)
  }

  /** A command that has printed its data by itself returns nothing. */
  protected override logJson(json: unknown): void {
    if (json === undefined) return
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`)
  }

  /** oclif would look for deprecated names here; there are none. */
  protected override init(): Promise<void> {
    return Promise.resolve()
  }

  /** The one catch is in main.ts. */
  protected override catch(error: Error): Promise<never> {
    throw error
  }
}
