/** Where a throw-away kernel has its files, and how it is kept from outliving who started it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../../make-folder.ts'
import { isWritable } from '../cache-folder.ts'
import { cacheRoot } from '../local.ts'

/**
 * How the launcher starts. With namespaces the kernel of this machine ends all of it with the launcher, and the launcher
 * with the process that started it. Where there may be none, as in most containers, the throw-away kernel itself ends
 * when its stream does, and the launcher removes what is left.
 */
const OWN = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private', '--']
export const NAMESPACES = {
  root: ['setpriv', '--pdeathsig', 'KILL', 'unshare', ...OWN],
  'user-namespace': ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--user', '--map-root-user', ...OWN],
  shared: [],
} as const
export type Way = keyof typeof NAMESPACES

/** Asked of the machine itself: of what may stand in the way, only trying tells. */
export function findWay(): Way {
  const ways = process.getuid?.() === 0 ? (['root'] as const) : (['user-namespace'] as const)
  return ways.find(works) ?? 'shared'
}

function works(way: Way): boolean {
  const [command = '', ...args] = NAMESPACES[way]
  const mounts = ['mount', '-n', '-t', 'tmpfs', 'try', '/mnt']
  return spawnSync(command, [...args, ...mounts], { stdio: 'ignore', cwd: '/', timeout: 10_000 }).status === 0
}

/** Folders to mount a tmpfs on, in a mount namespace: nothing that the engine is shown lies below them. */
export function placeToMount(): string {
  return ['/mnt', '/media', '/srv', '/home'].find((path) => existsSync(path)) ?? '/tmp'
}

const PREFIX = 'drydock-uml-'

/** A folder whose name says whose it is; see removePlaces. */
export const makePlace = (): string => mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))

/** Removes the folders of kernels whose owner has ended, and returns their paths. */
export function removePlaces(): string[] {
  return readdirSync(tmpdir()).flatMap((name) => {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    const path = join(tmpdir(), name)
    if (pid === undefined || existsSync(`/proc/${pid}`) || statSync(path).uid !== process.getuid?.()) return []
    rmSync(path, { recursive: true, force: true })
    return [path]
  })
}

/**
 * The folder of the disks that keep built components and caches of toolchains from one kernel to the next: one for each of
 * those that run at once. Undefined where no folder can be written.
 */
export function cacheFolder(): string | undefined {
  const folder = join(cacheRoot(process.env, process.getuid?.() === 0), 'uml')
  if (!isWritable(folder)) return undefined
  makeFolder(folder)
  return folder
}
