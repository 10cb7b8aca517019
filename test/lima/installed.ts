/** What vm/image/build.mjs says is in an image: beside it, and recorded in vm/installed/ for a build to be compared with. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vm } from './user.ts'

export interface Installed {
  /** release, architecture and date of the archive that they came from */
  from: string
  /** `name version`, sorted */
  packages: string[]
}

function read(path: string): Installed {
  const [head = '', ...packages] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return { from: head.replace(/^# /, ''), packages }
}

export const besideImage = (): Installed => read(join(vm.image, 'installed.txt'))

/** Undefined for an architecture for which nobody has recorded one. */
export function recorded(): Installed | undefined {
  const path = join(import.meta.dirname, '../../vm/installed', `${process.arch}.txt`)
  return existsSync(path) ? read(path) : undefined
}
