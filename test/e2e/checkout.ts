/** The built lab as a person has it: a folder that any user may read, and a home and a workspace of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { childrenOf, readProc } from '../../checkers/kit/procfs.ts'

/** of the repository */
export const root = resolve(import.meta.dirname, '../..')

/** An ordinary user that has no account. */
const NOBODY_SPECIAL = 61001

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}

export interface Going {
  child: ChildProcess
  /** what was printed so far, on both streams in the order in which it came */
  printed: () => string
  ended: Promise<Ended>
}

export class Checkout {
  readonly folder: string
  readonly workspace: string
  readonly user: 'root' | 'ordinary'
  /** what starts `lab`, as root: argv that the command follows */
  within: string[] = []
  /** the node that lab runs on */
  node = process.execPath

  constructor(user: 'root' | 'ordinary') {
    this.user = user
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'lab-e2e-')))
    chmodSync(this.folder, 0o755)
    for (const part of ['bin', 'dist', 'labs', 'package.json']) {
      cpSync(join(root, part), join(this.folder, 'lab', part), { recursive: true, preserveTimestamps: true })
    }
    this.workspace = join(this.folder, 'home', 'work')
    mkdirSync(join(this.folder, 'home'))
    if (user === 'ordinary') chownSync(join(this.folder, 'home'), NOBODY_SPECIAL, NOBODY_SPECIAL)
  }

  /** Starts `lab` with its output on pipes; nothing is asked. */
  start(args: string[], stdin: 'ignore' | 'pipe' = 'ignore'): Going {
    const { HOME: _, XDG_CACHE_HOME: cache, LAB_WORKSPACE: __, ...environment } = process.env
    // Root's builds may use the cache that other tests filled; another user can't write it.
    const env = { ...environment, ...(this.user === 'root' && cache !== undefined ? { XDG_CACHE_HOME: cache } : {}) }
    const command = [this.node, join(this.folder, 'lab', 'bin', 'lab.js'), ...args, '--workspace', this.workspace]
    const reduced = ['setpriv', `--reuid=${NOBODY_SPECIAL}`, `--regid=${NOBODY_SPECIAL}`, '--clear-groups', ...command]
    const [program = '', ...rest] = [...this.within, ...(this.user === 'ordinary' ? reduced : command)]
    const child = spawn(program, rest, {
      cwd: join(this.folder, 'home'),
      // rustup's toolchains lie in the home of who runs the tests.
      env: {
        RUSTUP_HOME: join(homedir(), '.rustup'),
        ...env,
        HOME: join(this.folder, 'home'),
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        PATH: path(this.user),
      },
      stdio: [stdin, 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    let all = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      all += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString()
      all += chunk.toString()
    })
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      out,
      err,
    }))
    return { child, printed: () => all, ended }
  }

  lab(...args: string[]): Promise<Ended> {
    return this.start(args).ended
  }

  /** Installs esbuild with lab, as npm does. */
  addEsbuild(): void {
    for (const name of ['esbuild', '@esbuild']) {
      cpSync(join(root, 'node_modules', name), join(this.folder, 'lab', 'node_modules', name), { recursive: true })
    }
  }

  /** Puts files in place of the learner's, as an editor would. */
  put(from: string, component = 'init'): void {
    cpSync(join(root, from), join(this.workspace, component), { recursive: true })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A root's toolchain in a home is not another user's. */
const path = (user: 'root' | 'ordinary'): string =>
  user === 'root' ? (process.env['PATH'] ?? '') : '/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin'

/** The engine below a running lab: sudo, unshare and a shell may stand between. */
export function engineBelow(pid: number | undefined): number | undefined {
  for (const child of childrenOf(pid ?? 0)) {
    const argv = (readProc(child, 'cmdline') ?? '').split('\0')
    const found = argv[1]?.endsWith('engine.cjs') === true ? child : engineBelow(child)
    if (found !== undefined) return found
  }
  return undefined
}
