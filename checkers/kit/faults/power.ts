/**
 * A disk in a host that loses its power: what was made durable is there afterwards (fsync(2), and of the folder for a new
 * name), what was only written is not. It is ext4 on a loop device; its power is cut by the ioctl that shuts the file system
 * down without its log being flushed (EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH, fs/ext4/ioctl.c).
 */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { CheckContext } from '../check.ts'
import type { Host } from '../host/host.ts'
import { inMounts, processOf, run } from '../net/namespace.ts'
import { EnvironmentFault } from '../outcome.ts'
import { tookEffect } from './took-effect.ts'

/** bytes; a part of it is the file system's own */
const SIZE = 64 * 2 ** 20

/** seconds between ext4's own writes of its journal (5 by default, ext4(5)): what nobody made durable stays so on a slow machine, too */
const COMMIT = 600

/** In Perl, which every Debian has, since Node has no ioctl(2). The number is _IOR('X', 125, __u32), the flag 2. */
const SHUT_DOWN = [
  'open(my $disk, "<", $ARGV[0]) or die "$!\\n";',
  'my $flag = pack("L", 2);',
  'ioctl($disk, 0x8004587d, $flag) or die "$!\\n"',
].join(' ')

/** where the loop device is among the descriptors of what mounts it */
const DEVICE = 3

type Tools = Pick<CheckContext, 'offers' | 'timeline' | 'defer' | 'eventually'>

export class PoweredDisk {
  readonly host: Host
  /** absolute path in the host */
  readonly path: string
  readonly #tools: Tools
  /** keeps the loop device, which is freed by itself when nobody has it any more: loop(4), LO_FLAGS_AUTOCLEAR */
  readonly #device: number

  private constructor(tools: Tools, host: Host, path: string, device: number) {
    this.#tools = tools
    this.host = host
    this.path = path
    this.#device = device
  }

  /**
   * Makes a disk of so many bytes and mounts it at a path of the host, which is made. It ends with the check. Throws
   * EnvironmentFault where the target does not offer `power`.
   */
  static async mount(tools: Tools, host: Host, path: string, size = SIZE): Promise<PoweredDisk> {
    if (!tools.offers.includes('power')) {
      throw new EnvironmentFault('no disk of this target may lose its power', {
        why: 'that takes root, and loop devices',
        remedy: 'lab target uml',
      })
    }
    const image = host.path('/run/.disk')
    writeFileSync(image, '', { mode: 0o600 })
    truncateSync(image, size)
    const options = ['-E', 'lazy_itable_init=1,lazy_journal_init=1', '-O', '^metadata_csum']
    await run(['mkfs.ext4', '-q', '-F', '-m', '0', ...options, image], ['mkfs.ext4'])
    const name = (await run(['losetup', '--find', '--show', image], ['losetup', '--find'])).trim()
    const device = openSync(name, 'r')
    tools.defer(() => closeSync(device))
    // It is still open: so it is not freed now, but by the last one who closes it.
    await run(['losetup', '--detach', name], ['losetup', '--detach'])
    rmSync(image)
    mkdirSync(host.path(path), { recursive: true })
    const disk = new PoweredDisk(tools, host, path, device)
    await disk.#mount()
    return disk
  }

  /** From now on every access fails with EIO, and what was not made durable is lost. Programs that use the disk go on. */
  async cut(): Promise<void> {
    this.#tools.timeline.note('fault', `cuts the power of the disk at ${this.path} of ${this.host.name}`)
    const root = this.host.path(this.path)
    await run(['perl', '-e', SHUT_DOWN, root], ['perl: EXT4_IOC_SHUTDOWN'])
    try {
      writeFileSync(`${root}/.power`, '')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EIO') return
      throw error
    }
    throw new EnvironmentFault(`the power of the disk at ${this.path} was cut, and it can be written`)
  }

  /** The disk is there again, with what was durable. Programs that had files of it open must have ended before. */
  async restore(): Promise<void> {
    this.#tools.timeline.note('fault', `gives the disk at ${this.path} of ${this.host.name} its power back`)
    await tookEffect(
      this.#tools,
      `nobody uses the disk at ${this.path} any more`,
      () => inMounts(this.host, ['umount', '-n', this.path]).catch((error: unknown) => error),
      (error) => !(error instanceof EnvironmentFault),
      (error) => (error instanceof EnvironmentFault ? (error.fault.why ?? '') : ''),
    )
    await this.#mount()
  }

  /** The device is no file of the host: it is handed over open, and found in the host's /proc. */
  async #mount(): Promise<void> {
    const inHost = ['nsenter', '--target', processOf(this.host), '--mount', '--pid', '--']
    const mount = [
      'mount',
      '-c',
      '-n',
      '-t',
      'ext4',
      '-o',
      `nosuid,nodev,commit=${COMMIT}`,
      `/proc/self/fd/${DEVICE}`,
      this.path,
    ]
    const [program = '', ...args] = [...inHost, ...mount]
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', this.#device] })
    const code = new Promise<unknown>((resolve) => child.once('error', resolve).once('exit', resolve))
    const [said, ended] = await Promise.all([child.stderr === null ? '' : text(child.stderr), code])
    if (ended === 0) return
    throw new EnvironmentFault(`no disk could be mounted at ${this.path} of ${this.host.name}`, {
      why: said.trim() || String(ended),
    })
  }
}
