/** Where JSON copies of a course's YAML files are kept. */
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

export interface CacheOptions {
  /**
   * a folder, or `false` for none; default: `dist/course-cache` of the course where there is a build, in the person's
   * own cache where that folder can't be written (an installed package is root's), else none
   */
  cacheDir?: string | false | undefined
}

/** The cache file for the YAML file that `key` names (`course`, `lab linux/init`). */
export function cachePathOf(root: string, key: string, { cacheDir }: CacheOptions): string | undefined {
  if (cacheDir === false) return undefined
  const dir = cacheDir ?? folderFor(root)
  return dir === undefined ? undefined : join(dir, `${key.replaceAll(/[ /]/g, '+')}.json`)
}

function folderFor(root: string): string | undefined {
  const dist = join(root, 'dist')
  if (!existsSync(dist)) return undefined
  try {
    accessSync(dist, constants.W_OK)
    return join(dist, 'course-cache')
  } catch {
    const said = process.env['XDG_CACHE_HOME'] ?? ''
    const base = isAbsolute(said) ? said : join(homedir(), '.cache')
    const course = createHash('sha256').update(root).digest('hex').slice(0, 16)
    return join(base, 'drydock', 'course', course)
  }
}
