/** Turns "this program is missing" into the command that installs it on this machine. */
import { readdirSync } from 'node:fs'
import { onPath } from './on-path.ts'

/** Package managers by the names of their programs, in the order in which they are looked for. */
export const MANAGERS = ['apt-get', 'apk', 'dnf', 'pacman', 'zypper', 'brew'] as const
export type Manager = (typeof MANAGERS)[number]

/** What holds a program, for each package manager: names of packages, separated by spaces. */
export type Packages = Readonly<Partial<Record<Manager, string | undefined>>>

export interface Machine {
  manager: Manager | undefined
  /** how a command is run as root: `''` by root itself, `undefined` where there is no way that we know of */
  root: '' | 'sudo ' | undefined
  /** the package manager knows of no package yet, as in a container image: its lists come first */
  listsEmpty: boolean
}

export function thisMachine(): Machine {
  const manager = MANAGERS.find((name) => onPath(name) !== undefined)
  const root = process.getuid?.() === 0 ? '' : onPath('sudo') !== undefined ? 'sudo ' : undefined
  return { manager, root, listsEmpty: manager === 'apt-get' && !hasLists('/var/lib/apt/lists') }
}

function hasLists(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => /_Packages(\.\w+)?$/.test(name))
  } catch {
    return false
  }
}

const everywhere = (name: string): Packages => Object.fromEntries(MANAGERS.map((manager) => [manager, name]))

const utilLinux: Packages = { ...everywhere('util-linux'), brew: undefined }
const procps: Packages = { ...everywhere('procps'), dnf: 'procps-ng', pacman: 'procps-ng', brew: undefined }

/** Programs whose package has another name; the others are in a package of their own name. */
const PACKAGES: Readonly<Record<string, Packages>> = {
  ...Object.fromEntries(
    ['unshare', 'nsenter', 'setpriv', 'pivot_root', 'prlimit', 'chrt', 'taskset'].map((name) => [name, utilLinux]),
  ),
  // Debian divides util-linux up.
  mount: { ...utilLinux, 'apt-get': 'mount' },
  umount: { ...utilLinux, 'apt-get': 'mount' },
  script: { ...utilLinux, 'apt-get': 'bsdutils' },
  mkfifo: everywhere('coreutils'),
  env: everywhere('coreutils'),
  ps: procps,
  pgrep: procps,
  nft: { ...everywhere('nftables'), brew: undefined },
  ip: { ...everywhere('iproute2'), dnf: 'iproute', brew: 'iproute2mac' },
  // Where it is not divided up, the package etcd has both.
  etcd: { ...everywhere('etcd'), 'apt-get': 'etcd-server' },
  etcdctl: { ...everywhere('etcd'), 'apt-get': 'etcd-client' },
  strace: { ...everywhere('strace'), brew: undefined },
  ssh: { ...everywhere('openssh-client'), dnf: 'openssh-clients', pacman: 'openssh', zypper: 'openssh-clients' },
  'qemu-system-x86_64': {
    'apt-get': 'qemu-system-x86',
    apk: 'qemu-system-x86_64',
    dnf: 'qemu-system-x86-core',
    pacman: 'qemu-base',
    zypper: 'qemu-x86',
  },
  'qemu-system-aarch64': {
    'apt-get': 'qemu-system-arm',
    apk: 'qemu-system-aarch64',
    dnf: 'qemu-system-aarch64-core',
    pacman: 'qemu-system-aarch64',
    zypper: 'qemu-arm',
  },
  'qemu-img': { ...everywhere('qemu-img'), 'apt-get': 'qemu-utils', brew: undefined },
  cc: { ...everywhere('gcc'), 'apt-get': 'gcc libc6-dev', apk: 'gcc musl-dev' },
}

export const packagesOf = (program: string): Packages => PACKAGES[program] ?? everywhere(program)

const INSTALL: Readonly<Record<Manager, string>> = {
  'apt-get': 'apt-get install -y --no-install-recommends',
  apk: 'apk add --no-cache',
  dnf: 'dnf install -y',
  pacman: 'pacman -Sy --needed --noconfirm',
  zypper: 'zypper --non-interactive install',
  brew: 'brew install',
}

/**
 * Shell commands, one after the other, that install all of it at once; none when nothing of it is packaged here. Where
 * there is no way to become root they are those that root has to run.
 */
export function installCommands(wanted: readonly Packages[], machine: Machine = thisMachine()): string[] {
  const { manager } = machine
  if (manager === undefined) return []
  const names = [...new Set(wanted.flatMap((packages) => packages[manager]?.split(' ') ?? []))]
  if (names.length === 0) return []
  const root = manager === 'brew' ? '' : (machine.root ?? '')
  const install = `${root}${INSTALL[manager]} ${names.join(' ')}`
  return machine.listsEmpty ? [`${root}${manager} update`, install] : [install]
}

/** The same in one line, for an error's remedy; `otherwise` where nothing of it is packaged here. */
export function installLine(wanted: readonly Packages[], otherwise: string, machine: Machine = thisMachine()): string {
  const commands = installCommands(wanted, machine)
  if (commands.length === 0) return otherwise
  // Short, since a line that is wrapped can't be pasted.
  const line = commands.join(' && ').replace(' --no-install-recommends', '')
  return installer(machine) === 'root' ? `as root: ${line}` : line
}

/** Who has to run the commands: `root` where this person has no way to become root and needs to. */
export const installer = ({ manager, root }: Machine): 'you' | 'root' =>
  root === undefined && manager !== 'brew' ? 'root' : 'you'

/** A command that only root may run, as the person has to type it. */
export function asRoot(command: string, { root }: Pick<Machine, 'root'> = thisMachine()): string {
  return root === undefined ? `as root: ${command}` : `${root}${command}`
}
