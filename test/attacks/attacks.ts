/** The battery: what is tried, what its program says of it, and where it is held. docs/security.md shows this table. */

/** held: no effect; seen: the same, and the report says that it was tried; told: refused, with evidence; open: it works */
export type Fate = 'held' | 'seen' | 'told' | 'open'

/** local: an ordinary user's engine; root: the same, as root; uml: a throw-away kernel */
export type Setting = 'local' | 'root' | 'uml'

export interface Attack {
  /** the name under which the program tells of it */
  id: string
  tries: string
  fate: Record<Setting, Fate>
  /** what its program says where it is held or seen */
  held: RegExp
  /** and where it is open; the program says it too where nothing protects, if `plain` */
  works: RegExp
  /** it is also run without any protection, and has to work there */
  plain: boolean
}

const everywhere = (fate: Fate): Record<Setting, Fate> => ({ local: fate, root: fate, uml: fate })
const REFUSED = /^refused/

const read = (id: string, what: string): Attack => ({
  id,
  tries: `reads ${what}`,
  fate: everywhere('held'),
  held: REFUSED,
  works: /^read \d+ bytes/,
  plain: true,
})

const write = (id: string, what: string, plain: boolean): Attack => ({
  id,
  tries: `writes ${what}, after an attempt to make the mount writable`,
  fate: everywhere('held'),
  held: REFUSED,
  works: /^written/,
  plain,
})

const exhaust = (id: string, what: string, held: RegExp, fate: Record<Setting, Fate>): Attack => ({
  id: `exhaust-${id}`,
  tries: `takes ${what}`,
  fate,
  held,
  works: /^got/,
  plain: false,
})

/** By a component that is otherwise right, so that its verdict has to be `passed`. */
export const BY_COMPONENT: readonly Attack[] = [
  read('read-checks', 'the checks'),
  read('read-solution', "the course's solution"),
  read('read-neighbour', "another workspace's component"),
  read('read-secret', 'a file of who grades'),
  read('read-passwords', 'the password hashes'),
  {
    id: 'find-seed',
    tries: "looks for the seed in every process's environment and command line",
    fate: everywhere('held'),
    held: /^not found/,
    works: /^found in/,
    plain: true,
  },
  {
    id: 'write-stream',
    tries: 'writes forged events into every descriptor that it inherited or finds in /proc',
    fate: everywhere('held'),
    held: /^no descriptor/,
    works: /^written to/,
    plain: true,
  },
  {
    id: 'mount-devices',
    tries: "mounts devtmpfs: the machine's disks, the engine's line",
    fate: everywhere('held'),
    held: REFUSED,
    works: /^mounted/,
    plain: true,
  },
  {
    id: 'kill-engine',
    tries: 'kills every process that it can',
    fate: everywhere('held'),
    held: /^nobody/,
    works: /^ended.* the victim/,
    plain: true,
  },
  {
    id: 'trace-engine',
    tries: 'traces a process outside',
    fate: everywhere('held'),
    held: /^ESRCH/,
    works: /^attached/,
    plain: true,
  },
  write('replace-tools', 'a program into a folder of PATH', true),
  write('preload-library', '/etc/ld.so.preload', true),
  write('change-programs', "to the check's own programs", false),
  write('change-component', 'to its own component', false),
  {
    id: 'cover-usr',
    tries: 'mounts over /usr/sbin in its own namespace, for later programs to see',
    fate: everywhere('held'),
    held: /^not covered before; mounted/,
    works: /^covered before/,
    plain: false,
  },
  {
    id: 'write-sysctl',
    tries: "opens the kernel's settings that are no namespace's for writing",
    fate: { local: 'held', root: 'open', uml: 'held' },
    held: REFUSED,
    works: /^could write/,
    plain: true,
  },
  {
    id: 'raise-bound',
    tries: 'mounts its cgroup and raises its bound of memory',
    fate: { local: 'held', root: 'open', uml: 'held' },
    held: REFUSED,
    works: /^could write/,
    plain: false,
  },
  {
    id: 'reach-network',
    tries: "connects to a server of the machine's loopback, and elsewhere",
    fate: everywhere('held'),
    held: /^reached nobody/,
    works: /^reached 127\.0\.0\.1/,
    plain: true,
  },
  {
    id: 'detect-grading',
    tries: 'looks at its host name, folders and variables',
    fate: everywhere('open'),
    held: /^on host\d+: ;/,
    works: /^on host\d+: \/lab \/component;/,
    plain: false,
  },
  {
    id: 'outlive-check',
    tries: 'leaves a daemon in a session of its own that ignores signals',
    fate: everywhere('held'),
    held: /^found 0/,
    works: /^found [1-9]/,
    plain: true,
  },
  {
    id: 'act-later',
    tries: 'leaves a process that sleeps, and writes wherever it can once its check has ended',
    fate: everywhere('held'),
    held: /^found 0/,
    works: /^found [1-9]/,
    plain: true,
  },
]

const KILLED = /^(?:ended by 9|refused memory)/

/** By the same component, in its next check: the kernel refuses, and that is a note in the report. */
export const BY_EXHAUSTION: readonly Attack[] = [
  exhaust('memory', 'memory until there is none, in one process', KILLED, { local: 'held', root: 'seen', uml: 'seen' }),
  exhaust('disk', 'the room of /tmp', /^refused ENOSPC|^ended by 9/, everywhere('held')),
  exhaust('inodes', 'the inodes of every folder that it can write to', /^refused ENOSPC: \/tmp \d/, everywhere('held')),
  exhaust('tasks', 'threads until there is none', /^refused at \d+/, { local: 'held', root: 'seen', uml: 'seen' }),
  exhaust('descriptors', 'descriptors until there is none', /^refused EMFILE/, everywhere('held')),
  { ...exhaust('output', "the engine's time with 4 MiB of output", /^wrote 4 MiB/, everywhere('held')) },
]

/** By a component that does this and nothing else: where memory is bounded, that ends it as well. */
export const BY_MOUNT: Attack = exhaust('mounts', 'the room of a tmpfs that it mounts itself', /^(?!got)/, {
  local: 'open',
  root: 'seen',
  uml: 'seen',
})

/** By its build. */
export const BY_BUILD: readonly Attack[] = [
  { ...write('build-write-outside', 'to /usr', false) },
  { ...read('build-read-secret', 'a file of who grades'), plain: false },
  {
    id: 'build-reach-network',
    tries: 'connects to somewhere',
    fate: everywhere('held'),
    held: /^reached nobody/,
    works: /^reached 127/,
    plain: false,
  },
  {
    id: 'build-outlive',
    tries: 'leaves a daemon',
    fate: everywhere('held'),
    held: /^found 0/,
    works: /^found [1-9]/,
    plain: false,
  },
]
