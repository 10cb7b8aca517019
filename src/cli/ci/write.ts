/** Writes a provider's files: again without harm, and never over what a person wrote. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileProblem } from '../../course/file-problem.ts'
import { makeFolder } from '../../make-folder.ts'
import { EXIT, Problem } from '../../problem.ts'
import { MARK, type Written } from './providers.ts'

export type Done = 'written' | 'renewed' | 'unchanged'

/** Throws Problem: a file of somebody else's (wrong usage), or one that can't be written. */
export function writeAll(folder: string, files: readonly Written[]): { path: string; done: Done }[] {
  const plan = files.map((file) => ({
    ...file,
    at: join(folder, file.path),
    done: look(join(folder, file.path), file),
  }))
  return plan.map(({ path, at, content, mode, done }) => {
    if (done === 'unchanged') return { path, done }
    try {
      makeFolder(dirname(at))
      writeFileSync(at, content)
      chmodSync(at, mode)
    } catch (error) {
      throw fileProblem(error, `Cannot write ${at}.`, at)
    }
    return { path, done }
  })
}

function look(at: string, { content, path }: Written): Done {
  if (!existsSync(at)) return 'written'
  const there = readFileSync(at)
  if (there.equals(content)) return 'unchanged'
  // An archive has the texts packed; its name is ours.
  if (path.endsWith('.zip') || there.includes(MARK)) return 'renewed'
  throw new Problem(
    {
      what: `${at} is there, and lab did not write it.`,
      where: at,
      why: `It has no line "${MARK}".`,
      remedy: 'Move it away; or lab ci init --provider generic   writes a script that your own file can call',
    },
    EXIT.usage,
  )
}
