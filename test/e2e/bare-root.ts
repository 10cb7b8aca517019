/**
 * A bare container image: this machine's Debian or Ubuntu at its smallest, with node and the built lab, without git, a
 * language, sudo or package lists. It is made once and kept as a tar file; it is entered as a container would be.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { allPids } from '../../checkers/kit/procfs.ts'
import { onPath } from '../../src/on-path.ts'
import enterScript from './enter-bare.sh'

const PACKAGE = resolve(import.meta.dirname, '../..')
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Why no such image can be made or entered here, or undefined. */
export function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  if (onPath('mmdebstrap') === undefined) return 'needs mmdebstrap'
  if (sources().length === 0) return 'needs a distribution with apt'
  return undefined
}

function codename(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^VERSION_CODENAME=(\w+)/m.exec(text)?.[1] ?? ''
}

/** This machine's lists of where the distribution's own packages come from; third parties' are not an image's. */
function sources(): string[] {
  const folder = '/etc/apt/sources.list.d'
  const there = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)) : []
  const own = new RegExp(`^(deb .*|Suites:.*)\\s${codename()}(\\s|$)`, 'm')
  return ['/etc/apt/sources.list', ...there.map((name) => join(folder, name))].filter(
    (path) => codename() !== '' && existsSync(path) && own.test(readFileSync(path, 'utf8')),
  )
}

/** How this machine reaches them: proxies, credentials, what apt may trust. */
const settings = (): string =>
  execFileSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => /^Acquire::(https?|Retries|Check-|Allow)/.test(line))
    .join('\n')

function image(scratch: string): string {
  const lists = sources()
  const conf = settings()
  const leaner = ['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`)
  const recipe = [codename(), ...leaner, conf, ...lists.map((path) => readFileSync(path, 'utf8'))]
  const key = createHash('sha256').update(recipe.join('\0')).digest('hex').slice(0, 16)
  const base = process.env['XDG_CACHE_HOME']?.startsWith('/')
    ? process.env['XDG_CACHE_HOME']
    : join(homedir(), '.cache')
  const tar = join(base, 'drydock-tests', `bare-${key}.tar`)
  if (existsSync(tar)) return tar
  mkdirSync(join(base, 'drydock-tests'), { recursive: true })
  writeFileSync(join(scratch, 'apt.conf'), conf)
  const made = `${tar}.${process.pid}`
  const options = [
    '--variant=minbase',
    '--mode=root',
    '--format=tar',
    `--aptopt=${join(scratch, 'apt.conf')}`,
    ...leaner,
  ]
  try {
    execFileSync('mmdebstrap', [...options, codename(), made, ...lists], { stdio: 'pipe', timeout: 300_000 })
    renameSync(made, tar)
  } finally {
    rmSync(made, { force: true })
  }
  return tar
}

export interface Said {
  code: number | null
  out: string
  err: string
}

export interface EnterOptions {
  /** capabilities that are kept, as setpriv(1) names them; default: all */
  capabilities?: readonly string[]
  /** a filter forbids what container runtimes forbid by default */
  confined?: boolean
  /** an ordinary user without an account, a home or sudo */
  ordinary?: boolean
  input?: string
}

export class BareRoot {
  readonly #scratch = mkdtempSync(join(tmpdir(), 'lab-bare-'))
  readonly #root = join(this.#scratch, 'root')

  constructor() {
    mkdirSync(this.#root)
    execFileSync('tar', ['-xf', image(this.#scratch), '-C', this.#root, '--exclude=./dev/*'])
    for (const path of ['/etc/resolv.conf', '/etc/hosts', ...sources()]) {
      if (existsSync(path)) cpSync(path, join(this.#root, path), { dereference: true })
    }
    for (const path of ['/etc/apt/auth.conf', '/etc/apt/auth.conf.d', '/etc/apt/trusted.gpg.d', '/etc/apt/keyrings']) {
      if (existsSync(path)) cpSync(path, join(this.#root, path), { recursive: true, dereference: true })
    }
    // No translations and no fsync: official images have these lines too.
    writeFileSync(join(this.#root, 'etc/apt/apt.conf.d/99machine'), `${settings()}\nAcquire::Languages "none";\n`)
    writeFileSync(join(this.#root, 'etc/dpkg/dpkg.cfg.d/99image'), 'force-unsafe-io\n')
    // What mmdebstrap wrote names the same places once more.
    for (const name of readdirSync(join(this.#root, 'etc/apt/sources.list.d'))) {
      if (/^\d{4}/.test(name)) rmSync(join(this.#root, 'etc/apt/sources.list.d', name))
    }
    for (const folder of ['var/lib/apt/lists', 'var/cache/apt']) {
      rmSync(join(this.#root, folder), { recursive: true })
      mkdirSync(join(this.#root, folder))
    }
    mkdirSync(join(this.#root, 'usr/local/bin'), { recursive: true })
    cpSync(process.execPath, join(this.#root, 'usr/local/bin/node'), { dereference: true })
    cpSync(join(import.meta.dirname, 'confine.pl'), join(this.#root, 'confine.pl'))
    for (const part of ['lab', 'bin', 'dist', 'labs', 'package.json']) {
      cpSync(join(PACKAGE, part), join(this.#root, 'drydock', part), { recursive: true, preserveTimestamps: true })
    }
  }

  /** Runs a line of shell where the lab is. */
  run(line: string, { capabilities, confined = false, ordinary = false, input = '' }: EnterOptions = {}): Said {
    const kept = capabilities === undefined ? undefined : ['-all', ...capabilities.map((name) => `+${name}`)].join(',')
    const privileges = ordinary
      ? ['setpriv', '--reuid=61001', '--regid=61001', '--clear-groups', '--']
      : kept === undefined
        ? []
        : ['setpriv', `--bounding-set=${kept}`, `--inh-caps=${kept}`, '--']
    const unshare = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private']
    const enter = ['sh', '-c', enterScript, 'enter-bare.sh', this.#root]
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        ...unshare,
        '--',
        ...enter,
        ...(confined ? ['perl', '/confine.pl'] : []),
        ...privileges,
        'sh',
        '-c',
        `cd /drydock; ${line}`,
      ],
      {
        encoding: 'utf8',
        input,
        timeout: 240_000,
        env: { PATH, HOME: ordinary ? '/' : '/root', TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' },
      },
    )
    return { code: status, out: stdout, err: stderr }
  }

  /** Mounts of ours that this process sees, and processes that live in the root: none, or entering leaks. */
  left(): string[] {
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.#scratch))
    const inside = allPids().filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/root`).startsWith(this.#scratch)
      } catch {
        return false // gone meanwhile
      }
    })
    return [...mounts, ...inside.map((pid) => `process ${pid}`)]
  }

  remove(): void {
    rmSync(this.#scratch, { recursive: true, force: true })
  }
}
