/**
 * What a build has left, as a tree of files. It may be deep, wide and full of traps, so programs that are made for that
 * walk it, beside the engine and not in it.
 */
import { renameSync } from 'node:fs'
import { execa } from 'execa'
import { makeFolder } from '../make-folder.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'

/** Throws EnvironmentFault when the program fails. */
export async function run(program: string, args: string[]): Promise<void> {
  const { failed, stderr, shortMessage } = await execa(program, args, { reject: false, maxBuffer: 10_000, cwd: '/' })
  if (!failed) return
  throw new EnvironmentFault(`${program} failed on what the build made`, {
    why: stderr.trim().slice(-500) || shortMessage || 'it gave no reason',
    remedy: 'lab doctor',
  })
}

/** Gives a built tree to root, without fifos, sockets and devices and without set-user-id bits. Symlinks are not followed. */
export async function settle(folder: string, root: boolean): Promise<void> {
  await run('find', [folder, '-type', 'p', '-delete', '-o', '-type', 's', '-delete'])
  await run('find', [folder, '-type', 'b', '-delete', '-o', '-type', 'c', '-delete'])
  // chown(2) clears the bits of files; those of folders go with chmod.
  if (root) await run('chown', ['-hR', '0:0', folder])
  await run('chmod', ['-R', 'u+rwX,go+rX,go-w,a-s,-t', folder])
}

/** Copies what is in a folder into another one that exists. */
export const copyTree = (from: string, to: string): Promise<void> =>
  run('cp', ['-R', '-P', '--preserve=mode,links', `${from}/.`, to])

/** Keeps a built component for later engines; a cache that can't be written costs time and nothing else. */
export async function keep(folder: string, kept: string): Promise<void> {
  const aside = `${kept}.${process.pid}.${Date.now()}.aside`
  try {
    makeFolder(aside)
    await copyTree(folder, aside)
    renameSync(aside, kept)
  } catch (error) {
    if (!(error instanceof Error && ('code' in error || 'fault' in error))) throw error
    await execa('rm', ['-rf', aside], { reject: false })
  }
}
