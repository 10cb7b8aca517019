/** Makes folders. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, where they are absent; others may be making the same ones. (Node's recursive mkdir
 * says ENOENT on a read-only file system, which hides the reason, and never ends where mkdir(2) says ENOENT below a
 * folder that exists, as in /proc.)
 */
export function makeFolder(dir: string): void {
  try {
    makeOne(dir)
  } catch (error) {
    const above = dirname(dir)
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!absent || above === dir) throw error
    // Somebody else may have made the one above since: that it is there now does not say that this one cannot be made.
    if (statSync(above, { throwIfNoEntry: false }) === undefined) makeFolder(above)
    makeOne(dir)
  }
}

/** It is there then, by whomever; else throws what mkdir(2) said. */
function makeOne(dir: string): void {
  try {
    mkdirSync(dir)
  } catch (error) {
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
