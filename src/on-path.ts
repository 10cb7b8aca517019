/** Finds programs on PATH. */
import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'

/** The path of the first executable file of that name. */
export function onPath(program: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(':')) {
    const candidate = join(folder === '' ? '.' : folder, program)
    try {
      accessSync(candidate, constants.X_OK)
      if (statSync(candidate).isFile()) return candidate
    } catch {
      // not in this folder
    }
  }
  return undefined
}
