/** One started workspace, copied for each case, and what every answer to bad input has to be. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Checkout } from '../checkout.ts'

export interface Said {
  code: number | null
  out: string
  err: string
}

export interface RunOptions {
  env?: Record<string, string | undefined>
  cwd?: string
  /** a line for sh in place of the command; "$@" is the command */
  shell?: string
  /** as a user who is not root */
  ordinary?: boolean
  /** false: no --workspace */
  named?: boolean
}

export class Bench {
  readonly checkout = new Checkout('root')
  /** the copy that the case may break */
  readonly workspace = join(this.checkout.folder, 'home', 'case')

  async open(): Promise<this> {
    const { code, out, err } = await this.checkout.lab('start', 'linux/init', '--track', 'python')
    expect(code, out + err).toBe(0)
    return this
  }

  fresh(): void {
    rmSync(this.workspace, { recursive: true, force: true })
    cpSync(this.checkout.workspace, this.workspace, { recursive: true, preserveTimestamps: true })
  }

  path(...names: string[]): string {
    return join(this.workspace, ...names)
  }

  lab(args: string[], { env = {}, cwd, shell, ordinary = false, named = true }: RunOptions = {}): Said {
    const home = join(this.checkout.folder, 'home')
    const command = [process.execPath, join(this.checkout.folder, 'lab', 'bin', 'lab.js'), ...args]
    if (named) command.push('--workspace', this.workspace)
    const user = ordinary ? ['setpriv', '--reuid=61001', '--regid=61001', '--clear-groups'] : []
    const [program = '', ...rest] = [...user, ...(shell === undefined ? [] : ['sh', '-c', shell, 'sh']), ...command]
    const { HOME: _, LAB_WORKSPACE: __, LC_ALL: ___, XDG_CACHE_HOME: cache, ...inherited } = process.env
    const { status, stdout, stderr } = spawnSync(program, rest, {
      cwd: cwd ?? home,
      env: {
        ...inherited,
        ...(cache !== undefined && !ordinary && { XDG_CACHE_HOME: cache }),
        HOME: home,
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        ...env,
      },
      input: '',
      encoding: 'utf8',
      timeout: 50_000,
      killSignal: 'SIGKILL',
    })
    return { code: status, out: stdout, err: stderr }
  }

  /** Digests of the person's files and of the journal; what can be made again (caches, locks, evidence) is left out. */
  state(): Record<string, string> {
    const found: Record<string, string> = {}
    const walk = (dir: string, prefix: string): void => {
      for (const name of readdirSync(dir)) {
        const path = prefix + name
        if (['.git', '.lab/cache.json', '.lab/locks', '.lab/runs'].includes(path)) continue
        const info = lstatSync(join(dir, name))
        if (info.isDirectory()) walk(join(dir, name), `${path}/`)
        else if (info.isSymbolicLink()) found[path] = readlinkSync(join(dir, name))
        else found[path] = info.isFile() ? digest(join(dir, name)) : 'special'
      }
    }
    walk(this.workspace, '')
    return found
  }

  close(): void {
    this.checkout.remove()
  }
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

export interface Expected {
  code: number
  /** what the message has to name: all of them */
  says: (string | RegExp)[]
  /** part of the remedy */
  remedy: string | RegExp
}

/** A bad input is answered once, with a remedy, as words and as data, and nothing is lost. */
export function expectOneMessage(bench: Bench, args: string[], expected: Expected, options?: RunOptions): Said {
  const before = bench.state()
  const said = bench.lab(args, options)
  const { code, out, err } = said
  const all = out + err
  expect(code, all).toBe(expected.code)
  expect(all).not.toMatch(/^ {4}at .*:\d+:\d+|\.ts:\d|\bbug\b|undefined|\[object/m)
  const words = err.replace(/\s+/g, ' ')
  for (const word of expected.says) expect(words).toMatch(matching(word))
  expect(err.match(/^ {2}To mend /gm) ?? [], all).toHaveLength(1)
  expect(words.slice(words.indexOf('To mend'))).toMatch(matching(expected.remedy))
  const data = bench.lab([...args, '--json'], options)
  expect(data.code, data.out + data.err).toBe(expected.code)
  const { error } = JSON.parse(data.out) as { error: { exitCode: number; what: string; remedy?: string } }
  expect(error.exitCode).toBe(expected.code)
  expect(error.what).not.toBe('')
  expect(error.remedy?.replace(/\s+/g, ' ')).toMatch(matching(expected.remedy))
  expect(bench.state()).toEqual(before)
  return said
}

const matching = (word: string | RegExp): RegExp =>
  typeof word === 'string' ? new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : word
