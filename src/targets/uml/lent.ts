/** Toolchains that are in a home, as rustup's are: the kernel is shown no home, so each of them is lent to it by itself. */
import { execa } from 'execa'
import { realpathSync } from 'node:fs'
import { onPath } from '../../on-path.ts'
import type { Toolchain } from '../../protocol/index.ts'

export interface Lent {
  /** the toolchain's id, which is the name of its folder there */
  id: string
  /** its folder here, without symlinks */
  folder: string
  /** folders of programs, relative to that folder */
  paths: readonly string[]
}

/**
 * Of these toolchains those that are installed and that no folder which is shown holds. One that does not answer is left
 * out: the engine says of it what it says of one that is missing.
 */
export async function toLend(
  toolchains: readonly Pick<Toolchain, 'id' | 'locate' | 'paths'>[],
  isShown: (path: string) => boolean,
): Promise<Lent[]> {
  const found = await Promise.all(
    toolchains.map(async ({ id, locate, paths }): Promise<Lent[]> => {
      const [command = '', ...args] = locate
      const program = onPath(command, process.env['PATH'] ?? '')
      if (program === undefined || isShown(realpathSync(program))) return []
      const { stdout, failed } = await execa(program, args, {
        reject: false,
        timeout: 30_000,
        cwd: '/',
        stdin: 'ignore',
      })
      const folder = stdout.trim()
      if (failed || !folder.startsWith('/') || isShown(folder)) return []
      return [{ id, folder: realpathSync(folder), paths }]
    }),
  )
  return found.flat()
}
