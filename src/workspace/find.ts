/** Finds the learner's workspace. */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import { EXIT, Problem } from '../problem.ts'

/** The file that makes a folder a workspace. */
export const WORKSPACE_FILE = 'workspace.yaml'

export interface FindOptions {
  /** `--workspace DIR` */
  flag?: string | undefined
  /** the value of LAB_WORKSPACE */
  env?: string | undefined
  cwd: string
  /** taken when nothing else is found and it is a workspace: `work/` beside the course */
  default?: string | undefined
}

export function isWorkspace(dir: string): boolean {
  return existsSync(join(dir, WORKSPACE_FILE))
}

/**
 * The absolute path of the workspace: the flag, else the environment, else the nearest folder from `cwd` upward that
 * holds a workspace.yaml, else the default when it is a workspace. The flag and the environment are taken at their
 * word, so that `lab start` can make a workspace there.
 */
export function findWorkspace(options: FindOptions): string | undefined {
  const said = named(options)
  if (said !== undefined) return resolve(options.cwd, said.dir)
  for (let dir = resolve(options.cwd); ; dir = dirname(dir)) {
    if (isWorkspace(dir)) return dir
    if (dir === dirname(dir)) break
  }
  if (options.default === undefined) return undefined
  const last = resolve(options.cwd, options.default)
  return isWorkspace(last) ? last : undefined
}

/** Like findWorkspace, but throws a Problem (wrong usage) when there is no workspace. */
export function requireWorkspace(options: FindOptions): string {
  const dir = findWorkspace(options)
  if (dir !== undefined && isWorkspace(dir)) return dir
  const said = named(options)
  if (said === undefined || dir === undefined) {
    throw new Problem(
      {
        what: 'There is no workspace yet.',
        why: `Neither ${resolve(options.cwd)} nor a folder above it holds a ${WORKSPACE_FILE}.`,
        remedy: 'Make one with: lab start\nOr name yours with --workspace DIR or LAB_WORKSPACE.',
      },
      EXIT.usage,
    )
  }
  try {
    accessSync(dir, constants.X_OK)
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw fileProblem(error, `Cannot look into ${dir}.`, dir)
  }
  throw new Problem(
    {
      what: `${dir} is not a workspace.`,
      where: said.by,
      why: `It ${existsSync(dir) ? `holds no ${WORKSPACE_FILE}` : 'does not exist'}.`,
      remedy: 'Make a workspace there with: lab start',
    },
    EXIT.usage,
  )
}

function named({ flag, env }: FindOptions): { dir: string; by: string } | undefined {
  if (flag) return { dir: flag, by: `--workspace ${flag}` }
  if (env) return { dir: env, by: `LAB_WORKSPACE=${env}` }
  return undefined
}
