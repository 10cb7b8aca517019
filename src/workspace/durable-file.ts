/** Replaces a file so that a crash or a power loss leaves either the old content or the new one, never a part. */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync, fchmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { errno } from '../course/file-problem.ts'

export { makeFolder } from '../make-folder.ts'

/** Writes aside, syncs, renames. An existing file keeps its mode. Throws what the system calls throw. */
export function replaceFile(path: string, content: string): void {
  const aside = `${path}.${randomBytes(4).toString('hex')}.tmp`
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  try {
    const fd = openSync(aside, 'wx')
    try {
      if (mode !== undefined) fchmodSync(fd, mode & 0o777)
      writeFileSync(fd, content)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

/** Makes the names in a folder durable. Some file systems (network, FUSE) can't sync a folder; there is nothing more to do then. */
export function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r')
  try {
    fsyncSync(fd)
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EBADF', 'EACCES', 'EPERM'].includes(errno(error) ?? '')) throw error
  } finally {
    closeSync(fd)
  }
}
