/** Keeps trials by what went into them, so that a change of one mutant runs that one alone. Can only help. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { makeFolder } from '../../make-folder.ts'
import type { CheckResult } from '../../protocol/index.ts'
import type { Work } from './pool.ts'
import type { Trial } from './trial.ts'

/** Raised when what is kept of a trial changes. */
const SHAPE = 1
/** Files, of some kilobytes each; the oldest go first. All labs with two seeds more for each mutant make about a thousand on one target. */
const MOST = 3000

export class KeptTrials {
  readonly #folder: string
  readonly #programs: string
  readonly #fresh: boolean
  readonly #most: number

  /**
   * `programs` are the files that gave the verdicts: the engine and the checkers; `target` is where they ran. With `fresh`
   * nothing is found: all is tried anew, and kept for the next one.
   */
  constructor(
    programs: readonly string[],
    target: string,
    { fresh = false, folder = defaultFolder(), most = MOST } = {},
  ) {
    this.#folder = folder
    this.#fresh = fresh
    this.#most = most
    const hash = createHash('sha256').update(target)
    for (const path of programs) hash.update(readFileSync(path))
    this.#programs = hash.digest('hex')
  }

  find(work: Work): Trial | undefined {
    if (this.#fresh) return undefined
    try {
      return JSON.parse(readFileSync(this.#path(work), 'utf8')) as Trial
    } catch {
      return undefined
    }
  }

  /** An error is no verdict, and is not kept; nor is a build that failed, perhaps for the want of a network. */
  keep(work: Work, trial: Trial): void {
    if (trial.buildFailed !== undefined) return
    if (trial.results.some(({ verdict }) => verdict === 'error')) return
    const path = this.#path(work)
    try {
      makeFolder(this.#folder)
      writeFileSync(`${path}.${String(process.pid)}`, JSON.stringify({ ...trial, results: trial.results.map(small) }))
      renameSync(`${path}.${String(process.pid)}`, path)
    } catch {
      // A cache that can't be written costs time, nothing else.
    }
  }

  /** Removes the oldest ones above the limit. */
  prune(): void {
    try {
      const files = readdirSync(this.#folder).map((name) => join(this.#folder, name))
      const aged = files.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at)
      for (const { path } of aged.slice(this.#most)) rmSync(path, { force: true })
    } catch {
      // as above
    }
  }

  #path({ subject, checks, seed, patience }: Work): string {
    const { source, spec, toolchain } = subject.built
    const what = [SHAPE, this.#programs, source.digest, spec, toolchain, checks, seed, patience]
    return join(this.#folder, `${createHash('sha256').update(JSON.stringify(what)).digest('hex')}.json`)
  }
}

/** What a proof needs of a verdict; the evidence is for whoever runs it again. */
const small = (result: CheckResult): CheckResult => ({ ...result, timeline: [], output: [], outputLines: 0, notes: [] })

function defaultFolder(): string {
  const said = process.env['XDG_CACHE_HOME'] ?? ''
  return join(isAbsolute(said) ? said : join(homedir(), '.cache'), 'drydock', 'trials')
}
