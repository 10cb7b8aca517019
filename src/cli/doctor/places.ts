/** Folders that are written, and the kernel's limits for watching them. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { asRoot } from '../../packages.ts'
import { freeBytes, isWritable, OTHER_CACHE } from '../../targets/cache-folder.ts'
import type { Gap } from './gap.ts'

const MB = 1e6

/** A compiled standard library of Go takes 150 MB. */
const CACHE_NEEDS = 300 * MB
/** Sources and evidence are small. */
const WORKSPACE_NEEDS = 20 * MB

export function cacheGap(folder: string): Gap {
  const gap = placeGap('cache', folder, CACHE_NEEDS, OTHER_CACHE)
  // Without it everything works, and each first build takes its whole time.
  return isWritable(folder) ? gap : { ...gap, state: 'absent' }
}

export function workspaceGap(folder: string): Gap {
  const home = isWritable(homedir()) ? '$HOME' : '$(mktemp -d)'
  return placeGap('workspace', folder, WORKSPACE_NEEDS, `export LAB_WORKSPACE="${home}/drydock-work"`)
}

/** `elsewhere` is the command that gives it another place. */
function placeGap(name: string, folder: string, needs: number, elsewhere: string): Gap {
  if (!isWritable(folder)) {
    return { name, state: 'missing', text: `${folder} can not be written`, remedy: elsewhere }
  }
  const free = freeBytes(folder)
  const text = `${folder}, ${amount(free)} free`
  if (free >= needs) return { name, state: 'present', text }
  return {
    name,
    state: 'missing',
    text: `${text}; ${amount(needs)} are needed`,
    remedy: `free some space there, or take another place: ${elsewhere}`,
  }
}

const amount = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.floor(bytes / MB)} MB`

/** Below these `lab check --watch` soon finds no watch left: inotify(7), "/proc interfaces". */
const ENOUGH = { max_user_watches: 1024, max_user_instances: 16 } as const

/** Nothing where the limits are usual ones, or unknown. */
export function inotifyGaps(read: (path: string) => string = (path) => readFileSync(path, 'utf8')): Gap[] {
  return Object.entries(ENOUGH).flatMap(([name, enough]): Gap[] => {
    let limit: number
    try {
      limit = Number(read(`/proc/sys/fs/inotify/${name}`))
    } catch {
      return []
    }
    if (!(limit < enough)) return []
    const text = `fs.inotify.${name} is ${limit}: lab check --watch may not see every change`
    return [{ name: 'inotify', state: 'absent', text, remedy: asRoot(`sysctl -w fs.inotify.${name}=${enough * 8}`) }]
  })
}
