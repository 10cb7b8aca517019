/**
 * Where an engine works: a tmpfs of its own, which only its mount namespace sees and which ends with it. It holds
 * sources, built components, the view of the machine, and the folders of hosts.
 */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { planView, viewFstab, hostFstab, type HostBind, type Machine } from '../../checkers/kit/host/view.ts'
import type { Ground } from '../../checkers/kit/host/host.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { rlimits, type Amounts, type Bounds, type Cgroups } from './bounds.ts'
import type { Programs } from './startable.ts'
import type { FoundToolchain } from './toolchain.ts'

/** Folders that exist on Linux machines and below which nothing of ours lies: the tmpfs covers the first one. */
const PLACES = ['/dev/shm', '/mnt', '/media', '/srv']

/** Where hosts look for programs, after the toolchain's own folders. */
export const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** of 4 KiB in 1 MiB */
const PAGES = 256

const machine: Machine = {
  look(path) {
    const info = lstatSync(path, { throwIfNoEntry: false })
    if (info === undefined) return undefined
    if (info.isSymbolicLink() && !path.startsWith('/etc/')) return { symlink: readlinkSync(path) }
    if (info.isDirectory()) return 'folder'
    return info.isCharacterDevice() ? 'device' : 'file'
  },
}

export class Workplace {
  readonly root: string
  readonly #bounds: Bounds
  readonly #cgroups: Cgroups
  readonly #views = new Map<string, Promise<string>>()
  #count = 0

  private constructor(root: string, bounds: Bounds, cgroups: Cgroups) {
    this.root = root
    this.#bounds = bounds
    this.#cgroups = cgroups
  }

  /** Mounts the tmpfs. Throws EnvironmentFault when this process may not mount. */
  static async open(bounds: Bounds, cgroups: Cgroups): Promise<Workplace> {
    const root = PLACES.find((path) => existsSync(path))
    if (root === undefined) {
      throw new EnvironmentFault(`none of ${PLACES.join(', ')} exists to mount a tmpfs on`, { remedy: 'mkdir /mnt' })
    }
    await mount(['-t', 'tmpfs', '-o', 'mode=755,nosuid,nodev', 'drydock', root])
    mkdirSync(`${root}/empty`)
    return new Workplace(root, bounds, cgroups)
  }

  /** The path of a folder to come of this engine, for example `sources-3`. */
  place(kind: string): string {
    this.#count += 1
    return `${this.root}/${kind}-${this.#count}`
  }

  /** A new folder of this engine. */
  folder(kind: string): string {
    const path = this.place(kind)
    mkdirSync(path)
    return path
  }

  /** A new folder of which a tmpfs of its own bounds size (bytes) and number of files. */
  async bounded(path: string, most: { size: number; files: number }): Promise<void> {
    mkdirSync(path)
    const options = `mode=755,nosuid,nodev,size=${most.size},nr_inodes=${most.files}`
    await mount(['-t', 'tmpfs', '-o', options, 'component', path])
  }

  /** Takes a folder of `bounded` away, whatever is in it. */
  async drop(path: string): Promise<void> {
    await execa('umount', ['-n', '-l', path])
    rmdirSync(path)
  }

  /** What a host finds by name. */
  programs(toolchain: FoundToolchain | undefined): Programs {
    const path = [...(toolchain?.path ?? []), STANDARD_PATH].join(':')
    return { path, brought: Object.keys(toolchain?.brought ?? {}) }
  }

  /** Mounts the view of the machine that hosts share; the same one for the same toolchain and hidden folders. */
  #view(toolchain: FoundToolchain | undefined, hidden: string[]): Promise<string> {
    const key = JSON.stringify([toolchain?.homes, toolchain?.brought, hidden])
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const view = this.#mountView(toolchain, hidden)
    this.#views.set(key, view)
    return view
  }

  async #mountView(toolchain: FoundToolchain | undefined, hidden: string[]): Promise<string> {
    const view = this.folder('view')
    await mount(['-t', 'tmpfs', '-o', 'mode=755,size=16m', 'view', view])
    const { homes = [], brought = {} } = toolchain ?? {}
    const entries = planView(machine, { toolchains: homes, brought, hidden, empty: `${this.root}/empty` })
    for (const entry of entries) {
      const at = view + entry.to
      if (entry.kind === 'folder') mkdirSync(at, { recursive: true })
      else if (existsSync(at)) continue
      else {
        mkdirSync(dirname(at), { recursive: true })
        if (entry.kind === 'symlink') symlinkSync(entry.target, at)
        else if (entry.kind === 'bind' && machine.look(entry.from) === 'folder') mkdirSync(at, { recursive: true })
        else writeFileSync(at, '')
      }
    }
    const fstab = `${view}.fstab`
    writeFileSync(fstab, viewFstab(view, entries))
    await mount(['-a', '-T', fstab])
    // The mount and not the file system: in a user namespace the latter would want its options mapped.
    await mount(['-o', 'remount,bind,ro', view])
    return view
  }

  /** What a host of this engine stands on. The cgroups go away with `release`. */
  async ground(options: {
    name: string
    toolchain: FoundToolchain | undefined
    hidden: string[]
    binds: HostBind[]
    amounts: Amounts
    environment?: Record<string, string>
    network?: boolean
    /** it gets a cgroup v2 subtree of its own */
    cgroup2?: boolean
    confined?: boolean
  }): Promise<{ ground: Ground; release: () => string[] }> {
    const { toolchain } = options
    const view = await this.#view(toolchain, options.hidden)
    this.#count += 1
    const cgroups = this.#cgroups.make(`${options.name}-${this.#count}`, options.amounts)
    const delegated =
      options.cgroup2 === true && cgroups[0] !== undefined ? this.#cgroups.delegate(cgroups[0]) : undefined
    return {
      ground: {
        view,
        fstab: withFewFiles(
          hostFstab(view, toolchain?.homes ?? [], options.binds, {
            network: options.network === true,
            cgroup2: delegated !== undefined,
          }),
        ),
        folder: `${this.root}/${options.name}-${this.#count}`,
        cgroups: delegated === undefined ? cgroups : [delegated.programs],
        ...(delegated === undefined ? {} : { tree: delegated.tree }),
        limits: rlimits(this.#bounds, options.amounts),
        environment: {
          HOME: '/root',
          LANG: 'C.UTF-8',
          SHELL: '/bin/sh',
          TERM: 'dumb',
          ...toolchain?.environment,
          ...options.environment,
          PATH: this.programs(toolchain).path,
        },
        ...(options.network === true ? { network: true } : {}),
        ...(options.confined === true ? { confined: true } : {}),
      },
      release: () => this.#cgroups.remove(cgroups),
    }
  }
}

/**
 * Bounds the files of each tmpfs of a host: one for each page that it has room for. `size` counts what files hold, and an empty
 * one holds nothing but takes about 1 KiB of the kernel's memory; left out, there may be half as many as the machine has
 * pages (the kernel's filesystems/tmpfs.rst, nr_inodes).
 */
function withFewFiles(fstab: string): string {
  return fstab.replace(
    /^tmpfs \S+ tmpfs \S*\bsize=(\d+)m\b/gm,
    (line, mebibytes: string) => `${line},nr_inodes=${Number(mebibytes) * PAGES}`,
  )
}

async function mount(args: string[]): Promise<void> {
  const { exitCode, stderr, failed } = await execa('mount', ['-n', ...args], { reject: false })
  if (!failed) return
  throw new EnvironmentFault(`mount ${args.join(' ')} failed`, {
    why: stderr.trim() || `exit code ${exitCode ?? 'unknown'}`,
    remedy: 'run lab on the machine itself; in a container, start that with --privileged',
  })
}
