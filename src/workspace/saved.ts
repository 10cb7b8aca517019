/** Copies of components that were replaced: `.lab/saved/<lab>-<time>`. Nothing here is ever removed by Drydock. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errno } from '../course/file-problem.ts'
import { savedFolder } from './places.ts'

const TIME = /^\d{8}-\d{6}-\d{3}$/

/** The names of a lab's saved copies, oldest first. Throws what readdir(2) throws. */
export function savedCopies(workspace: string, lab: string): string[] {
  const prefix = prefixOf(lab)
  try {
    return readdirSync(savedFolder(workspace))
      .filter((name) => name.startsWith(prefix) && TIME.test(name.slice(prefix.length)))
      .sort()
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}

/** A name that is not taken: `linux-init-20261121-064402-017`, UTC. */
export function newCopyName(workspace: string, lab: string, now: number): string {
  for (let at = now; ; at++) {
    const time = new Date(at).toISOString().replaceAll(/[-:Z]/g, '').replaceAll(/[T.]/g, '-')
    const name = prefixOf(lab) + time
    if (!existsSync(join(savedFolder(workspace), name))) return name
  }
}

export function copyPath(workspace: string, name: string): string {
  return join(savedFolder(workspace), name)
}

function prefixOf(lab: string): string {
  return `${lab.replaceAll('/', '-')}-`
}
