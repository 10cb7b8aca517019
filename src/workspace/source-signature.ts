/** Whether a component's source has changed, without reading it. */
import { lstatSync } from 'node:fs'
import { Problem } from '../problem.ts'
import { Changed, listSource } from './source-list.ts'

/**
 * A word that differs when a file of the source was saved, added, renamed or removed: path, inode, size and
 * modification time of each. A folder that can't be listed (it is gone, a link leads outside) has the reason as its
 * word, so that becoming so, and being mended, are changes too.
 */
export function sourceSignature(dir: string): string {
  try {
    return listSource(dir)
      .map(({ path, real }) => {
        const { ino, size, mtimeNs } = lstatSync(real, { bigint: true })
        return [path, ino, size, mtimeNs].join(' ')
      })
      .join('\n')
  } catch (error) {
    if (error instanceof Changed || (error instanceof Error && 'code' in error)) return `changing ${error.message}`
    if (error instanceof Problem) return `${error.text.what} ${error.text.why ?? ''}`
    throw error
  }
}
