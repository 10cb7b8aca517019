/** A small checkout for tests of the launcher: the real `lab` and `bin/`, and an npm and a build that count their calls. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { onPath } from '../../src/cli/on-path.ts'

const PACKAGE = resolve(import.meta.dirname, '../..')

const BUILD = `
import { appendFileSync, existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
appendFileSync('calls', 'build\\n')
await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW ?? 0)))
if (existsSync('src/broken.ts')) { console.error('src/broken.ts:1: syntax error'); process.exit(1) }
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
writeFileSync('dist/cli.cjs', 'exports.main = async (argv) => { console.log("cli", ...argv); return 0 }')
writeFileSync('dist/stamp', '')
`

const NPM = `#!/bin/sh
echo npm >> calls
sleep "\${SLOW_NPM:-0}"
[ -e offline ] && { echo 'npm error network ENOTFOUND' >&2; exit 1; }
mkdir -p node_modules && touch node_modules/.package-lock.json
`

/** What the launcher uses besides node and npm, so that flock(1) can be left out. */
const PROGRAMS = [
  'sh',
  'find',
  'readlink',
  'mktemp',
  'tail',
  'sed',
  'date',
  'rm',
  'ln',
  'mv',
  'sleep',
  'mkdir',
  'touch',
  'cat',
]

export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  launcher?: string
}

export class Checkout implements Disposable {
  readonly #parent = mkdtempSync(join(tmpdir(), 'lab-launcher-'))
  readonly dir = join(this.#parent, 'check out')
  readonly programs = join(this.#parent, 'bin')

  constructor({ flock = true, node = true } = {}) {
    for (const folder of ['src', 'checkers', 'scripts']) mkdirSync(join(this.dir, folder), { recursive: true })
    cpSync(join(PACKAGE, 'lab'), this.path('lab'))
    cpSync(join(PACKAGE, 'bin'), this.path('bin'), { recursive: true })
    writeFileSync(this.path('scripts/build.mjs'), BUILD)
    writeFileSync(this.path('src/a.ts'), '')
    writeFileSync(this.path('src/b.ts'), '')
    for (const file of ['package.json', 'package-lock.json', 'tsconfig.json']) writeFileSync(this.path(file), '{}')
    mkdirSync(this.programs)
    for (const name of [...PROGRAMS, ...(flock ? ['flock'] : []), ...(node ? ['node'] : [])]) {
      const path = name === 'node' ? process.execPath : onPath(name)
      if (path !== undefined) symlinkSync(path, join(this.programs, name))
    }
    writeFileSync(join(this.programs, 'npm'), NPM)
    chmodSync(join(this.programs, 'npm'), 0o755)
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  /** Runs the launcher, by default with dash where there is one: it is the strictest of the common shells. */
  run(args: string[], { env = {}, cwd, launcher = this.path('lab') }: RunOptions = {}) {
    const shell = onPath('dash') ?? '/bin/sh'
    return execa(shell, [launcher, ...args], {
      cwd: cwd ?? dirname(this.dir),
      env: { PATH: this.programs, TMPDIR: this.#parent, LC_ALL: 'C.UTF-8', ...env },
      extendEnv: false,
      reject: false,
    })
  }

  get calls(): string[] {
    const path = this.path('calls')
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  }

  /** Whether locks or files of a set-up are left. */
  get leftovers(): string[] {
    const inside = readdirSync(this.dir).filter((name) => name.startsWith('dist.'))
    return [...inside, ...readdirSync(this.#parent).filter((name) => name.startsWith('lab-setup'))]
  }

  [Symbol.dispose](): void {
    rmSync(this.#parent, { recursive: true, force: true })
  }
}
