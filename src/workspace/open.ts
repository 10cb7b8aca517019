/** Reads workspace.yaml. */
import { join, resolve } from 'node:path'
import { cached } from '../course/cache.ts'
import type { Course } from '../course/model.ts'
import { renamed } from '../course/find-lab.ts'
import { EXIT, Problem } from '../problem.ts'
import { isWorkspace, WORKSPACE_FILE } from './find.ts'
import type { Workspace } from './model.ts'
import { cachePath } from './places.ts'
import type { WorkspaceFile } from './schema.ts'

/** The part of a course that a workspace is read with. */
export type CourseOfWorkspace = Pick<Course, 'version' | 'renames'>

export interface OpenOptions {
  /** false: nothing in the folder is written, and what was kept in it is not trusted, since others may have written it */
  cache?: boolean
}

/**
 * Reads workspace.yaml. With `course`, a workspace of a newer course is refused, and labs that were renamed are found
 * under their new ids. Throws a Problem that names the line when the file is absent, wrong or of an unknown format.
 */
export async function openWorkspace(
  dir: string,
  course?: CourseOfWorkspace,
  { cache = true }: OpenOptions = {},
): Promise<Workspace> {
  const path = resolve(dir)
  if (!isWorkspace(path)) throw notOne(path)
  const yaml = join(path, WORKSPACE_FILE)
  const file = await cached(yaml, cache ? cachePath(path) : undefined, () => readWorkspaceFile(yaml))
  const ws: Workspace = { dir: path, course: file.course, target: file.target, labs: file.labs }
  if (course === undefined) return ws
  if (isNewerVersion(file.course, course.version))
    throw needsNewer('This workspace', yaml, `version ${file.course} of the course`, `version ${course.version}`)
  const labs = Object.entries(file.labs).map(([id, entry]) => [renamed(course.renames, id), entry] as const)
  return { ...ws, labs: Object.fromEntries(labs) }
}

async function readWorkspaceFile(yaml: string): Promise<WorkspaceFile> {
  const [{ readYaml }, { WorkspaceFile, AnyFormat }] = await Promise.all([
    import('../course/yaml.ts'),
    import('./schema.ts'),
  ])
  const { format } = await readYaml(yaml, AnyFormat)
  const known = WorkspaceFile.entries.format.literal
  if (typeof format === 'number' && Number.isInteger(format) && format > known) {
    throw needsNewer('This workspace', yaml, `format ${String(format)} of ${WORKSPACE_FILE}`, `format ${String(known)}`)
  }
  return readYaml(yaml, WorkspaceFile)
}

/** Of two versions MAJOR.MINOR.PATCH. */
export function isNewerVersion(a: string, b: string): boolean {
  const [as, bs] = [a.split('.').map(Number), b.split('.').map(Number)]
  const i = as.findIndex((part, i) => part !== bs[i])
  return i !== -1 && (as[i] ?? 0) > (bs[i] ?? 0)
}

export function needsNewer(what: string, where: string, theirs: string, ours: string): Problem {
  return new Problem(
    {
      what: `${what} needs a newer Drydock.`,
      where,
      why: `It was made with ${theirs}; this is ${ours}.`,
      remedy: "Update Drydock: git pull in Drydock's folder",
    },
    EXIT.environment,
  )
}

function notOne(dir: string): Problem {
  return new Problem(
    { what: `${dir} is not a workspace.`, why: `It holds no ${WORKSPACE_FILE}.`, remedy: 'Make one with: lab start' },
    EXIT.usage,
  )
}
