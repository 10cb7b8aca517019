/** Evidence of a run as files of the workspace: `.lab/runs/<n>/<check>/`. Written by the CLI, as the user. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errno, fileProblem } from '../../course/file-problem.ts'
import { Problem } from '../../problem.ts'
import type { CheckResult } from '../../protocol/index.ts'
import { escapeLine } from '../../report/escape.ts'
import { moment } from '../../report/tty/duration.ts'
import { contains } from '../place.ts'

/** Older runs are removed. */
const KEPT = 50

export interface CheckFiles {
  output: string
  timeline: string
}

export class RunFolder {
  readonly #whole = new Set<string>()

  private constructor(
    readonly number: string,
    readonly dir: string,
  ) {}

  /** Takes the next number; making the folder decides between two that run at once. */
  static create(workspace: string): RunFolder {
    const runs = join(workspace, '.lab', 'runs')
    try {
      return RunFolder.#create(runs)
    } catch (error) {
      throw cannotKeep(error, runs)
    }
  }

  static #create(runs: string): RunFolder {
    mkdirSync(runs, { recursive: true })
    for (;;) {
      const number = Math.max(0, ...numbers(runs)) + 1
      try {
        mkdirSync(join(runs, String(number)))
      } catch (error) {
        if (isExists(error)) continue
        throw error
      }
      for (const old of numbers(runs)
        .sort((a, b) => b - a)
        .slice(KEPT)) {
        rmSync(join(runs, String(old)), { recursive: true, force: true })
      }
      return new RunFolder(String(number), join(runs, String(number)))
    }
  }

  files(check: string): CheckFiles {
    const dir = join(this.dir, check.replaceAll('/', '-'))
    return { output: join(dir, 'output.txt'), timeline: join(dir, 'timeline.txt') }
  }

  /** Takes the run's evidence away: nobody asks for it. */
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** A text that the engine names by a path relative to the run's folder. Throws when the path leads out of it: a bug. */
  keep(path: string, text: string): string {
    const target = join(this.dir, path)
    if (!contains(this.dir, target) || target === this.dir) throw new Error(`evidence outside of its run: ${path}`)
    this.#write(target, text)
    this.#whole.add(target)
    return target
  }

  /** The result, and its output and timeline as text unless the engine has sent them whole. */
  keepResult(result: CheckResult): void {
    const files = this.files(result.check)
    this.#write(join(dirname(files.output), 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
    if (!this.#whole.has(files.output)) this.#write(files.output, outputText(result))
    if (!this.#whole.has(files.timeline)) this.#write(files.timeline, timelineText(result))
  }

  /** Throws a Problem when it can't be written, also when the run's folder was removed meanwhile: it is not made again. */
  #write(path: string, text: string): void {
    try {
      statSync(this.dir)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    } catch (error) {
      throw cannotKeep(error, this.dir)
    }
  }
}

function cannotKeep(error: unknown, path: string): unknown {
  if (isExists(error)) {
    return new Problem({
      what: 'Cannot keep what the checks saw.',
      where: path,
      why: 'It is a file, and a folder is needed.',
      remedy: 'Move it out of the way.',
    })
  }
  if (errno(error) === 'ENOENT') {
    return new Problem({
      what: 'What the checks saw could not be kept.',
      where: path,
      why: 'The folder was removed while the component was checked.',
      remedy: 'Bring the workspace back, or make a new one with: lab start',
    })
  }
  return fileProblem(error, 'Cannot keep what the checks saw.', path)
}

/** Escaped: a person looks at it in a terminal. What the component wrote byte by byte is in result.json. */
function outputText({ output, outputLines }: CheckResult): string {
  const lines = output.map(({ at, stream, text }) => `${moment(at).padStart(9)}  ${stream}  ${escapeLine(text)}`)
  if (output.length < outputLines) lines.push(`(${outputLines} lines in all; those in the middle were not kept)`)
  return lines.map((line) => `${line}\n`).join('')
}

function timelineText({ timeline }: CheckResult): string {
  return timeline
    .map(({ at, kind, text }) => `${moment(at).padStart(9)}  ${kind.padEnd(8)}  ${escapeLine(text)}\n`)
    .join('')
}

function numbers(runs: string): number[] {
  return readdirSync(runs)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
}

function isExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
