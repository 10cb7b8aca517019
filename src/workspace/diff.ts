/** What a component changed, told by git, which need not know anything of the folders. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import type { Lab } from '../course/model.ts'
import { gitEnvironment } from './git.ts'
import { packSource, type PackedSource } from './source.ts'
import { stageStarter } from './starter.ts'

/** A folder and its name in the diff. */
export interface Side {
  name: string
  dir: string
}

/** Most bytes of a diff: both sides are components, which are bounded. */
const MAX_DIFF = 128 * 1024 * 1024

/**
 * The difference of the sources (LESSON.md and build outputs are none) in git's format, `from/…` and `to/…` before the
 * paths; empty when there is none. Undefined when git is not installed. Throws a Problem when a file can't be read or
 * the temporary folder can't be written.
 */
export async function diffFolders(from: Side, to: Side): Promise<string | undefined> {
  return inTemporaryFolder(async (dir) => {
    const sides = await Promise.all([from, to].map(({ dir }) => packSource(dir)))
    sides.forEach((side, i) => unpack(side, join(dir, [from, to][i]?.name ?? '')))
    return gitDiff(dir, from.name, to.name)
  })
}

/** The same against a starter, which is made for it. */
export async function diffFromStarter(
  root: string,
  lab: Pick<Lab, 'id' | 'dir'>,
  track: string,
  to: Side,
): Promise<string | undefined> {
  return inTemporaryFolder(async (dir) => {
    const starter = join(dir, 'starter')
    stageStarter(starter, root, lab, track)
    return diffFolders({ name: 'starter', dir: starter }, to)
  })
}

async function inTemporaryFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const above = tmpdir()
  let dir: string | undefined
  try {
    dir = realpathSync(mkdtempSync(join(above, 'lab-diff-')))
    return await work(dir)
  } catch (error) {
    throw fileProblem(error, 'Cannot compare the component.', dir ?? above)
  } finally {
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
  }
}

function unpack({ files }: PackedSource, to: string): void {
  mkdirSync(to)
  for (const { path, mode, data } of files) {
    const file = join(to, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, Buffer.from(data, 'base64'))
    // git knows of a mode only whether the owner may execute the file
    chmodSync(file, mode & 0o100 ? 0o700 : 0o600)
  }
}

/** Whatever the person has configured, the format is the same. */
function gitDiff(cwd: string, from: string, to: string): Promise<string | undefined> {
  const config = ['-c', 'core.quotePath=false', '-c', 'core.safecrlf=false', '-c', 'core.attributesFile=/dev/null']
  const args = ['diff', '--no-index', '--no-ext-diff', '--no-textconv', '--no-color', '--no-prefix', '--unified=3']
  const { GIT_DIFF_OPTS: _, GIT_EXTERNAL_DIFF: __, ...env } = gitEnvironment()
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...config, ...args, '--', from, to],
      { cwd, env, maxBuffer: MAX_DIFF, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null || (error.code as unknown) === 1)
          resolve(stdout) // 1: there is a difference
        else if (errno(error) === 'ENOENT') resolve(undefined)
        else reject(new Error(`git diff: ${stderr.trim() || error.message}`))
      },
    )
  })
}
