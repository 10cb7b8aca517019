/** The target `uml`: a throw-away user-mode Linux kernel over this machine's own programs. Needs neither root nor KVM. */
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { broughtPath } from '../../brought.ts'
import { Problem } from '../../problem.ts'
import type { TargetFacts } from '../../protocol/index.ts'
import { meetEngine } from '../engine-client.ts'
import type { ConnectOptions, Engine } from '../target.ts'
import init from './init.sh'
import { toLend, type Lent } from './lent.ts'
import launchText from './launch.sh'
import { cacheFolder, findWay, makePlace, NAMESPACES, placeToMount, removePlaces, type Way } from './place.ts'
import { KERNEL, MODULES, requireKernel } from './requirements.ts'

/**
 * The kernel's memory, MiB: a check's host may take 512, a build more, and what a component's folders hold is in there
 * too. It is taken from the machine as it is used, and given back at the end.
 */
const MEMORY = 1024

/**
 * Who the kernel runs as where a person is root: nobody's files, and an id that no system hands out (systemd keeps 60578
 * to 61183 free: Users, Groups, UIDs and GIDs on systemd Systems). It reads what every user can read.
 */
const OWNER = 60991

/** Who the engine is within the kernel, where no lab needs its root. */
const ENGINE_USER = 60992

/** ms for a kernel to boot, on a busy machine: 2 to 4 s on a quiet one, 20 s beside ten other programs that compute */
const BOOT = 90_000

/**
 * Bytes. A terminal's buffer holds 4096 (N_TTY_BUF_SIZE, drivers/tty/n_tty.c). When it is nearly full the kernel throttles
 * the line, and user mode's line driver, of Linux 6.1 at least, reads no more from it ever after.
 */
const WINDOW = 3072

/** Folders of the machine that the engine sees, with a layer in memory over each. No home, no /var, no /srv. */
const SHOWN = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'usr', 'opt', 'nix', 'gnu', 'etc']

const STANDARD_PATH = [
  '/usr/local/go/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
]

/** Boots a kernel and starts an engine in it. Throws Problem when that can't be done here, with what mends it. */
export async function connectUml(options: ConnectOptions, enginePath: string, way = findWay()): Promise<Engine> {
  requireKernel()
  removePlaces()
  const lent = await toLend((await options.toolchains?.()) ?? [], isShown)
  const { argv, environment } = launcherOf({ ...options, lent }, enginePath, way)
  const [command = '', ...args] = argv
  // Detached: Ctrl-C reaches the CLI alone, and what is started is a process group.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: '/', env: environment })
  return meetEngine(child, {
    target: 'uml',
    describe,
    explain,
    window: WINDOW,
    launch: BOOT,
    onNote: options.onNote ?? (() => undefined),
    entryTo: new Problem({
      what: 'a host in a throw-away kernel can not be entered from outside',
      why: 'The kernel has no terminal but the stream that the engine speaks on.',
      remedy:
        'lab vm up && lab target lima   then run the command again: a VM has terminals;\n' +
        'lab target local   then run it again, where this machine offers what the lab requires',
    }),
  })
}

interface Launch {
  argv: string[]
  environment: Record<string, string>
}

interface Launched extends Pick<ConnectOptions, 'root' | 'requires' | 'cache'> {
  lent: readonly Lent[]
}

function launcherOf({ root, requires, cache: cached, lent }: Launched, enginePath: string, way: Way): Launch {
  const place = way === 'shared' ? makePlace() : placeToMount()
  const kernel = [
    KERNEL,
    `mem=${MEMORY}M`,
    ...['rootfstype=hostfs', 'rootflags=/', 'ro', 'root=/dev/root', `init=${place}/init`],
    ...['con=null', 'con0=null,fd:2', 'ssl0=fd:3,fd:4', `uml_dir=${place}/own/`, 'umid=kernel'],
    // A kernel that panics ends; without these it would begin anew, or stay.
    ...['panic=-1', 'noreboot', 'quiet'],
  ]
  const cache = cached === false ? undefined : cacheFolder()
  const owner = process.getuid?.() === 0 ? String(OWNER) : ''
  const space = way === 'shared' ? 'shared' : 'own'
  // As a variable: a list of processes shows arguments.
  const launch = ['sh', '-c', 'eval "$LAUNCH"', 'launch.sh', space, place, `${MEMORY + 256}m`, owner, ...kernel]
  return {
    argv: [...NAMESPACES[way], ...launch],
    environment: {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      LAUNCH: launchText,
      ENGINE: enginePath,
      NODE: realpathSync(process.execPath),
      ESBUILD: broughtPath('esbuild') ?? '',
      MODULES,
      CACHE: cache ?? '',
      DISKS: String(cpus().length),
      INIT: init,
      LENT: lent.map(({ id, folder }) => `${id} ${folder}\n`).join(''),
      SETTINGS: settings(root, lent, needsRoot(requires)),
    },
  }
}

const isShown = (path: string): boolean => SHOWN.some((name) => path.startsWith(`/${name}/`))

/** Who asks for nothing wants to know all that there is. */
const needsRoot = (requires: readonly string[]): boolean =>
  requires.length === 0 || requires.some((need) => need !== 'namespaces' && need !== 'net')

/** Shell variables for init.sh. */
function settings(root: string, lent: readonly Lent[], rooted: boolean): string {
  const own = (process.env['PATH'] ?? '').split(':').filter(isShown)
  const there = lent.flatMap(({ id, paths }) => paths.map((path) => join('/drydock/lent', id, path)))
  const path = [...new Set([...there, ...own, ...STANDARD_PATH])].join(':')
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  return [
    `shown=${quoted(SHOWN.join(' '))}`,
    `path=${quoted(path)}`,
    `hidden=${quoted(root)}`,
    `user=${rooted ? '' : ENGINE_USER}`,
    '',
  ].join('\n')
}

const describe = (facts: TargetFacts): string =>
  `a throw-away kernel (Linux ${facts.kernel.split('.').slice(0, 2).join('.')}, user mode)`

function explain(said: string): Problem {
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => !/^SELinux:|^mmapper_init|ubd device 0/.test(line))
  return new Problem({
    what: 'the throw-away kernel did not come up',
    why: lines.slice(-8).join('\n') || 'it gave no reason',
    remedy: 'run the command again; if it stays, use another target: lab target',
  })
}
