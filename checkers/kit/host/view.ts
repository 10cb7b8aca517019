/**
 * What a host sees of the machine: system folders read-only and a few devices; no home, no workspace, no checkers.
 * The plan is pure; the engine mounts the view once, hosts share it and mount over it what is their own.
 */

/** A read-only bind, or a symlink of the machine that is made again. */
export type ViewEntry =
  | { kind: 'bind'; from: string; to: string }
  | { kind: 'symlink'; target: string; to: string }
  | { kind: 'folder'; to: string }
  /** an empty file, for a host to mount its own over */
  | { kind: 'file'; to: string }

export interface Machine {
  /** `undefined`: not there; a string: a symlink's target */
  look(path: string): 'folder' | 'file' | 'device' | { symlink: string } | undefined
}

/** Folders of programs and libraries; what is not there is left out. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix', '/gnu']

/** What programs need of /etc; not the whole, since a host's root could read keys and password hashes. */
const ETC = [
  'alternatives',
  'bash.bashrc',
  'ca-certificates',
  'group',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'nsswitch.conf',
  'passwd',
  'profile',
  'protocols',
  'services',
  'ssl/certs',
  'terminfo',
]

/** Who turns names into addresses: only a host that shares the machine's network has it. */
export const RESOLVER = '/etc/resolv.conf'

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']

/** Where hosts show the programs that Drydock brings: those alone, and not the folder in which they lie on the machine. */
export const BROUGHT_FOLDER = '/drydock/bin'

/** Folders on which a host mounts what is its own; see hostFstab. */
export const OWN = [
  '/tmp',
  '/run',
  '/var',
  '/proc',
  '/sys',
  '/dev/pts',
  '/dev/shm',
  '/root',
  '/home',
  '/mnt',
  '/component',
  '/lab',
  '/cache',
] as const

export interface ViewOptions {
  /** folders that programs need although no system folder holds them: a toolchain */
  toolchains: string[]
  /** folders that must not be seen, where they lie below one that is bound */
  hidden: string[]
  /** an empty folder, to hide others with */
  empty: string
  /** programs by the names that they have in BROUGHT_FOLDER → their files */
  brought: Readonly<Record<string, string>>
}

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** The entries in the order in which they are to be made. Throws nothing; what the machine lacks is left out. */
export function planView(machine: Machine, options: ViewOptions): ViewEntry[] {
  const entries: ViewEntry[] = []
  const bound: string[] = []
  const bind = (path: string): void => {
    const found = machine.look(path)
    if (found === undefined) return
    if (typeof found === 'object') entries.push({ kind: 'symlink', target: found.symlink, to: path })
    else {
      entries.push({ kind: 'bind', from: path, to: path })
      bound.push(path)
    }
  }
  SYSTEM.forEach(bind)
  ETC.map((name) => `/etc/${name}`).forEach(bind)
  DEVICES.map((name) => `/dev/${name}`).forEach(bind)
  for (const [to, target] of [
    ['/dev/ptmx', 'pts/ptmx'],
    ['/dev/fd', '/proc/self/fd'],
    ['/dev/stdin', '/proc/self/fd/0'],
    ['/dev/stdout', '/proc/self/fd/1'],
    ['/dev/stderr', '/proc/self/fd/2'],
    ['/etc/mtab', '/proc/self/mounts'],
  ] as const) {
    entries.push({ kind: 'symlink', target, to })
  }
  entries.push({ kind: 'file', to: RESOLVER })
  for (const to of OWN) entries.push({ kind: 'folder', to })
  for (const folder of options.hidden) {
    if (bound.some((b) => within(folder, b))) entries.push({ kind: 'bind', from: options.empty, to: folder })
  }
  for (const [name, from] of Object.entries(options.brought)) {
    entries.push({ kind: 'bind', from, to: `${BROUGHT_FOLDER}/${name}` })
  }
  for (const folder of toolchainsOutside(options.toolchains)) {
    if (!underOwn(folder)) entries.push({ kind: 'bind', from: folder, to: folder })
  }
  return entries
}

const underOwn = (folder: string): boolean => OWN.some((own) => within(folder, own))

/** Toolchain folders that the bound system folders do not show. */
export function toolchainsOutside(toolchains: string[]): string[] {
  return toolchains.filter((folder) => !SYSTEM.some((s) => within(folder, s)))
}

/** A path as fstab(5) wants it: space, tab, newline and backslash as octal escapes. */
export const fstabPath = (path: string): string =>
  path.replace(/[\s\\#]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)

/**
 * The binds of a view below `root`, as an fstab(5) that `mount -a -T` mounts in one go. In a user namespace the flags of the
 * machine's /dev, often nosuid or noexec, are locked (mount_namespaces(7)): a bind that leaves them out is refused.
 */
export function viewFstab(root: string, entries: ViewEntry[]): string {
  const options = (e: ViewEntry): string => (e.to.startsWith('/dev/') ? 'bind,ro,nosuid,noexec' : 'bind,ro')
  return entries
    .flatMap((e) =>
      e.kind === 'bind' ? [`${fstabPath(e.from)} ${fstabPath(root + e.to)} none ${options(e)} 0 0`] : [],
    )
    .concat('')
    .join('\n')
}

/** A folder of the engine that one host sees. */
export interface HostBind {
  from: string
  to: '/component' | '/lab' | '/cache' | typeof RESOLVER
  writable: boolean
}

/**
 * What each host mounts for itself over the shared view. Sizes bound what a component can fill. A host that shares the
 * machine's network has no /sys: in a user namespace the kernel refuses a sysfs of a network that is not its own. With a
 * cgroup tree of its own it sees that as /sys/fs/cgroup, by its cgroup namespace.
 */
export function hostFstab(
  root: string,
  toolchains: string[],
  binds: HostBind[],
  { network = false, cgroup2 = false }: { network?: boolean; cgroup2?: boolean } = {},
): string {
  const at = (path: string): string => fstabPath(root + path)
  const lines = [
    `tmpfs ${at('/tmp')} tmpfs mode=1777,size=256m,nosuid,nodev 0 0`,
    `tmpfs ${at('/run')} tmpfs mode=755,size=64m,nosuid,nodev 0 0`,
    `tmpfs ${at('/var')} tmpfs mode=755,size=256m,nosuid,nodev 0 0`,
    `tmpfs ${at('/root')} tmpfs mode=755,size=64m,nosuid,nodev 0 0`,
    `tmpfs ${at('/home')} tmpfs mode=755,size=64m,nosuid,nodev 0 0`,
    `tmpfs ${at('/dev/shm')} tmpfs mode=1777,size=64m,nosuid,nodev 0 0`,
    `devpts ${at('/dev/pts')} devpts newinstance,ptmxmode=0666,mode=620,nosuid,noexec 0 0`,
    `proc ${at('/proc')} proc nosuid,nodev,noexec 0 0`,
    ...(network ? [] : [`sysfs ${at('/sys')} sysfs ro,nosuid,nodev,noexec 0 0`]),
    ...(cgroup2 ? [`cgroup2 ${at('/sys/fs/cgroup')} cgroup2 rw,nosuid,nodev,noexec 0 0`] : []),
  ]
  // A home is an empty folder of the host's own: a toolchain in it comes after.
  for (const folder of toolchainsOutside(toolchains).filter(underOwn)) {
    lines.push(`${fstabPath(folder)} ${at(folder)} none bind,ro,X-mount.mkdir 0 0`)
  }
  for (const { from, to, writable } of binds) {
    lines.push(`${fstabPath(from)} ${at(to)} none ${writable ? 'bind' : 'bind,ro'} 0 0`)
  }
  return `${lines.join('\n')}\n`
}
