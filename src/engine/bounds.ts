/**
 * How a host's memory and processes are bounded: cgroup v2 where it has the controllers, else v1, else rlimits, which
 * bound a process and not a tree. Cgroups carry the engine's id in their name: that is the mark by which a later engine
 * finds what a killed one left.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'

const ROOT = '/sys/fs/cgroup'
export const MARK = 'drydock-'

export interface Amounts {
  /** bytes */
  memory: number
  processes: number
}

export interface Bounds {
  kind: 'cgroup2' | 'cgroup1' | 'rlimit'
  /** folders in which this engine makes its own cgroup */
  parents: string[]
  /** of those that labs may divide among groups of their own (DELEGATED), all can be */
  delegates?: boolean
}

/** The controllers of a subtree that a host is given as its own. */
const DELEGATED = ['cpu', 'memory', 'pids']

/** Below a host's cgroup: the root of the tree that is its own, and in it the group in which its programs begin. */
export const TREE = 'tree'
export const PROGRAMS = 'programs'

const writable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** This engine's place in a v1 hierarchy: cgroups(7), "/proc/pid/cgroup". */
export function placeInV1(selfCgroup: string, controller: string): string | undefined {
  for (const line of selfCgroup.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers?.split(',').includes(controller) && path !== undefined) return path
  }
  return undefined
}

export function findBounds(): Bounds {
  const controllers = existsSync(`${ROOT}/cgroup.subtree_control`)
    ? readFileSync(`${ROOT}/cgroup.subtree_control`, 'utf8').trim().split(' ')
    : []
  if (['memory', 'pids'].every((c) => controllers.includes(c)) && writable(`${ROOT}/cgroup.procs`)) {
    return { kind: 'cgroup2', parents: [ROOT], delegates: DELEGATED.every((c) => controllers.includes(c)) }
  }
  const self = readFileSync('/proc/self/cgroup', 'utf8')
  const places = ['memory', 'pids'].map((c) => {
    const place = placeInV1(self, c)
    return place === undefined ? undefined : `${ROOT}/${c}${place === '/' ? '' : place}`
  })
  const parents = places.filter((p) => p !== undefined && writable(`${p}/cgroup.procs`)) as string[]
  if (parents.length === 2) return { kind: 'cgroup1', parents }
  return { kind: 'rlimit', parents: [] }
}

/** The cgroups of one engine, one below them for each host. */
export class Cgroups {
  readonly #folders: string[]
  readonly #bounds: Bounds

  constructor(bounds: Bounds, engineId: string) {
    this.#bounds = bounds
    this.#folders = bounds.parents.map((parent) => `${parent}/${MARK}${engineId}`)
    for (const folder of this.#folders) mkdirSync(folder)
    if (bounds.kind === 'cgroup2' && this.#folders[0] !== undefined) {
      writeFileSync(
        `${this.#folders[0]}/cgroup.subtree_control`,
        bounds.delegates === true ? DELEGATED.map((c) => `+${c}`).join(' ') : '+memory +pids',
      )
    }
  }

  /** Makes the cgroups of a host. */
  make(name: string, amounts: Amounts): string[] {
    return this.#folders.map((parent) => {
      const folder = `${parent}/${name}`
      mkdirSync(folder)
      const files =
        this.#bounds.kind === 'cgroup2'
          ? { 'memory.max': amounts.memory, 'memory.swap.max': 0, 'pids.max': amounts.processes }
          : { 'memory.limit_in_bytes': amounts.memory, 'pids.max': amounts.processes }
      for (const [file, value] of Object.entries(files)) {
        if (existsSync(`${folder}/${file}`)) writeFileSync(`${folder}/${file}`, String(value))
      }
      return folder
    })
  }

  /**
   * Makes the tree of a host that divides its own resources: kernel, cgroup-v2.rst, "Delegation". The bounds are those of
   * the folder above, which its processes can't reach. Programs begin in a leaf, since a cgroup with processes can't give
   * controllers to those below it ("No Internal Process Constraint").
   */
  delegate(folder: string): { tree: string; programs: string } {
    writeFileSync(`${folder}/cgroup.subtree_control`, DELEGATED.map((c) => `+${c}`).join(' '))
    const tree = `${folder}/${TREE}`
    mkdirSync(`${tree}/${PROGRAMS}`, { recursive: true })
    return { tree, programs: `${tree}/${PROGRAMS}` }
  }

  /** Removes a host's cgroups and those that it made below them; returns those that still hold processes. */
  remove(folders: string[]): string[] {
    return folders.filter((folder) => !removeTree(folder))
  }

  close(): void {
    for (const folder of this.#folders) removeTree(folder)
  }
}

/**
 * Options of prlimit(1) where no cgroup bounds a host. Processes are counted for a user in a user namespace
 * (getrlimit(2), RLIMIT_NPROC): that bounds all hosts of an ordinary user's engine together, and true root not at all.
 */
export const rlimits = (bounds: Bounds, amounts: Amounts): string[] =>
  bounds.kind === 'rlimit' ? [`--data=${amounts.memory}`, `--nproc=${amounts.processes}`] : []

function removeCgroup(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return true
    if (code === 'EBUSY') return false
    throw error
  }
}

/** Removes a cgroup and those below it; what is busy stays. */
export function removeTree(folder: string): boolean {
  if (!existsSync(folder)) return true
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(`${folder}/${entry.name}`)
  }
  return removeCgroup(folder)
}
