/** Components that attack, put together from test/attacks/programs, and what they said. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import type { CheckResult, OutputLine } from '../../src/protocol/index.ts'
import { Folder, PACKAGE } from '../cli/built.ts'
import type { Setting } from './attacks.ts'

export const PROGRAMS = join(import.meta.dirname, 'programs')
export const SEED = 'battery1'
const SOLUTION = join(PACKAGE, 'labs/linux/init/solutions/python/main.py')

/** Where a component leaves its marks, in a host. The last one is the root. */
const FOLDERS = [
  '/tmp',
  '/var',
  '/run',
  '/home',
  '/root',
  '/dev/shm',
  '/cache',
  '/component',
  '/lab',
  '/usr',
  '/etc',
  '',
]

/** What an engine says when it is done, as far as a component can guess. */
const FORGED = [
  { seq: 9001, type: 'check-done', run: '1', result: { check: 'exit-status/code', verdict: 'passed', ms: 1 } },
  { seq: 9002, type: 'run-done', run: '1' },
]
  .map((event) => `${JSON.stringify(event)}\n`)
  .join('')

/** An ordinary user that has no account. */
const ORDINARY = 61003

export class Battery implements AsyncDisposable {
  readonly #folder = new Folder()
  readonly path = this.#folder.path
  /** in the command line of every process that an attack leaves, and in the names of its files */
  readonly mark = `mark${Math.random().toString(36).slice(2)}`
  readonly #server: Server
  /** a process outside that an attack would end or trace */
  readonly victim: ChildProcess

  private constructor(server: Server) {
    this.#server = server
    this.victim = spawn('sh', ['-c', 'read -r _', `victim-${this.mark}`], { stdio: ['pipe', 'ignore', 'ignore'] })
    chmodSync(this.path, 0o755)
    writeFileSync(join(this.path, 'secret'), 'secret\n')
    writeFileSync(join(this.path, 'neighbour.py'), 'print("somebody else wrote this")\n')
  }

  static async open(): Promise<Battery> {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Battery(server)
  }

  /** What the programs are told; a seed in two halves, so that they do not find it in themselves. */
  #given(changes: object): string {
    const address = this.#server.address()
    return JSON.stringify({
      mark: this.mark,
      seed: [SEED.slice(0, 4), SEED.slice(4)],
      checks: join(PACKAGE, 'dist/checkers/linux/init.cjs'),
      solution: SOLUTION,
      neighbour: join(this.path, 'neighbour.py'),
      secret: join(this.path, 'secret'),
      victim: this.victim.pid,
      port: typeof address === 'object' ? address?.port : 0,
      forged: FORGED,
      folders: FOLDERS,
      exhaust: [],
      plain: false,
      innocent: false,
      greets: false,
      ...changes,
    })
  }

  /** A component that attacks, and is right; `exhaust` names what it takes all of. */
  attacker(
    dir: string,
    changes: { exhaust?: readonly string[]; innocent?: boolean; plain?: boolean; greets?: boolean } = {},
    solution = SOLUTION,
  ): string {
    mkdirSync(dir, { recursive: true })
    for (const name of ['main.py', 'tries.py', 'state.py', 'exhaust.py', 'build.py'])
      cpSync(join(PROGRAMS, name), join(dir, name))
    cpSync(solution, join(dir, 'solution.py'))
    const plain = changes.plain === true ? { folders: [join(dir, 'left')] } : {}
    if (changes.plain === true) mkdirSync(join(dir, 'left'))
    writeFileSync(join(dir, 'given.json'), this.#given({ ...changes, ...plain }))
    const build = changes.innocent === true ? '' : 'build: [python3, ./build.py]\n'
    writeFileSync(join(dir, 'component.yaml'), `track: python\n${build}run: [python3, -S, ./main.py]\n`)
    return dir
  }

  /** A component that is right until its fuse has burned down: after so many starts, or seconds after its build. */
  bomb(dir: string, fuse: { starts: number } | { seconds: number }, solution: string): string {
    mkdirSync(dir, { recursive: true })
    for (const name of ['bomb.py', 'tries.py']) cpSync(join(PROGRAMS, name), join(dir, name))
    cpSync(solution, join(dir, 'solution.py'))
    writeFileSync(join(dir, 'given.json'), this.#given({ fuse }))
    writeFileSync(join(dir, 'component.yaml'), 'track: python\nbuild: touch built\nrun: [python3, -S, ./bomb.py]\n')
    return dir
  }

  /** A component of one program, which is wrong. */
  wrong(dir: string, program: 'forger.py' | 'player.py'): string {
    mkdirSync(dir, { recursive: true })
    cpSync(join(PROGRAMS, program), join(dir, 'main.py'))
    writeFileSync(join(dir, 'given.json'), this.#given({}))
    writeFileSync(join(dir, 'component.yaml'), 'track: python\nrun: [python3, -S, ./main.py]\n')
    return dir
  }

  /** `lab author run linux/init CHECK… --with COMPONENT`, as an ordinary user in the setting `local`. */
  async run(setting: Setting, component: string, checks: readonly string[], lab = PACKAGE): Promise<CheckResult[]> {
    const command = [process.execPath, join(lab, 'bin/lab.js'), 'author', 'run', 'linux/init', ...checks, '--json']
    const options = ['--seed', SEED, '--target', setting === 'uml' ? 'uml' : 'local', '--with', component]
    const home = join(this.path, `home-${setting}`)
    mkdirSync(home, { recursive: true })
    if (setting === 'local') chmodSync(home, 0o777)
    const reduced = ['setpriv', `--reuid=${ORDINARY}`, `--regid=${ORDINARY}`, '--clear-groups']
    const becomes = setting === 'local' && process.getuid?.() === 0 ? reduced : []
    const [program = '', ...args] = [...becomes, ...command, ...options]
    const { stdout, stderr } = await execa(program, args, {
      env: { LC_ALL: 'C.UTF-8', HOME: home, XDG_CACHE_HOME: home },
      cwd: this.path,
      reject: false,
      stdin: 'ignore',
    })
    const { results } = JSON.parse(stdout) as { results?: CheckResult[] }
    if (results === undefined) throw new Error(stdout + stderr)
    return results
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone =
      this.victim.exitCode === null && this.victim.signalCode === null ? once(this.victim, 'exit') : undefined
    this.victim.stdin?.end()
    await gone
    this.#server.close()
    this.#folder[Symbol.dispose]()
  }
}

/** What an attack's program said each time: "attack ID: WORDS". */
export function saidOf(id: string, output: readonly Pick<OutputLine, 'text'>[]): string[] {
  const begin = `attack ${id}: `
  return output.flatMap(({ text }) => (text.startsWith(begin) ? text.slice(begin.length) : []))
}
