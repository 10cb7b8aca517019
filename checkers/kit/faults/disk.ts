/** A small disk in a host, and the fault that it is full. */
import { rmSync, statfsSync, writeFileSync, mkdirSync, readFileSync } from 'node:fs'
import type { CheckContext } from '../check.ts'
import type { Host } from '../host/host.ts'
import { EnvironmentFault } from '../outcome.ts'
import { inMounts } from '../net/namespace.ts'

const BLOCK = 64 * 1024
const FILLING = '.filled-by-the-check'

export class Disk {
  readonly host: Host
  /** absolute path in the host */
  readonly path: string
  readonly #context: Pick<CheckContext, 'timeline'>
  #full = false

  private constructor(context: Pick<CheckContext, 'timeline'>, host: Host, path: string) {
    this.#context = context
    this.host = host
    this.path = path
  }

  /** Mounts a tmpfs of so many bytes at a path of the host, which is made. It ends with the host. */
  static async mount(context: Pick<CheckContext, 'timeline'>, host: Host, path: string, size: number): Promise<Disk> {
    mkdirSync(host.path(path), { recursive: true })
    await inMounts(host, ['mount', '-n', '-t', 'tmpfs', '-o', `size=${size},mode=755,nosuid,nodev`, 'disk', path])
    const mounts = readFileSync(host.path('/proc/1/mountinfo'), 'utf8')
    if (!mounts.includes(` ${path} `)) throw new EnvironmentFault(`${path} was mounted, and is no mount of the host`)
    return new Disk(context, host, path)
  }

  /** bytes that can still be written */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.host.path(this.path))
    return bavail * bsize
  }

  /** Writes until not one byte more fits. The programs of the host get ENOSPC from then on. */
  fill(): void {
    this.#context.timeline.note('fault', `fills the disk at ${this.path} of ${this.host.name}`)
    const file = this.host.path(`${this.path}/${FILLING}`)
    this.#full = true
    for (let size = BLOCK; size >= 1;) {
      try {
        writeFileSync(file, Buffer.alloc(size, 1), { flag: 'a' })
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
        size = Math.floor(size / 16)
      }
    }
    if (this.free > 0)
      throw new EnvironmentFault(`the disk at ${this.path} was filled, and has ${this.free} bytes left`)
  }

  /** Takes back what `fill` wrote. */
  empty(): void {
    if (!this.#full) return
    this.#context.timeline.note('fault', `frees the disk at ${this.path} of ${this.host.name}`)
    this.#full = false
    rmSync(this.host.path(`${this.path}/${FILLING}`))
    if (this.free === 0) throw new EnvironmentFault(`the disk at ${this.path} was freed, and is full`)
  }
}
