/** Where JSON copies of a course's YAML files are kept. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface CacheOptions {
  /** a folder, or `false` for none; default: `dist/course-cache` of the course where there is a build, else none */
  cacheDir?: string | false | undefined
}

/** The cache file for the YAML file that `key` names (`course`, `lab linux/init`). */
export function cachePathOf(root: string, key: string, { cacheDir }: CacheOptions): string | undefined {
  if (cacheDir === false) return undefined
  const dist = join(root, 'dist')
  const dir = cacheDir ?? (existsSync(dist) ? join(dist, 'course-cache') : undefined)
  return dir === undefined ? undefined : join(dir, `${key.replaceAll(/[ /]/g, '+')}.json`)
}
