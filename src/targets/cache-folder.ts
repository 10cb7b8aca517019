/** The folder that keeps built components: whether it can be written, and how much room it has. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'

/** The folder itself, or the nearest one above it that exists. */
export function nearestFolder(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearestFolder(dirname(folder))
}

/** Whether this process may make or fill the folder; false on a read-only file system too. */
export function isWritable(folder: string): boolean {
  try {
    accessSync(nearestFolder(folder), constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Free bytes for an ordinary user where the folder is or would be. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(nearestFolder(folder))
  return bavail * bsize
}

/** What gives the cache another place, in the shell where lab runs. */
export const OTHER_CACHE = 'export XDG_CACHE_HOME="$(mktemp -d)"'
