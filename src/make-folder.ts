/** Makes folders. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, where they are absent. (Node's recursive mkdir says ENOENT on a read-only file
 * system, which hides the reason, and never ends where mkdir(2) says ENOENT below a folder that exists, as in /proc.)
 */
export function makeFolder(dir: string): void {
  try {
    mkdirSync(dir)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const above = dirname(dir)
    if (code === 'ENOENT' && above !== dir && statSync(above, { throwIfNoEntry: false }) === undefined) {
      makeFolder(above)
      makeFolder(dir)
    } else if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
      throw error
    }
  }
}
