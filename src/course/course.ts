/** Loads a course: what it lists, and which of it is written. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EXIT, Problem } from '../problem.ts'
import { cached } from './cache.ts'
import { cachePathOf, type CacheOptions } from './cache-place.ts'
import { labDir } from './layout.ts'
import type { Course, LabSummary, Stage } from './model.ts'
import type { CourseFile } from './schema.ts'

export type * from './model.ts'
export type { CacheOptions } from './cache-place.ts'
export { findLab, renamed } from './find-lab.ts'
export { findCheck, loadLab } from './lab.ts'
export { loadTrack } from './track.ts'

/**
 * The course whose `labs/` and `checkers/` lie in `root`. Throws a Problem (exit code 3) when labs/course.yaml is absent
 * or wrong.
 */
export async function loadCourse(root: string, options: CacheOptions = {}): Promise<Course> {
  const dir = resolve(root)
  const path = join(dir, 'labs', 'course.yaml')
  if (!existsSync(path)) {
    throw new Problem(
      {
        what: `${dir} is not a course.`,
        where: path,
        why: 'It holds no labs/course.yaml.',
        remedy: 'Name the folder of a course with --course DIR, or leave the flag out.',
      },
      EXIT.environment,
    )
  }
  const file = await cached<CourseFile>(path, cachePathOf(dir, 'course', options), async () => {
    const [{ readYaml }, { CourseFile }, { courseFindings }] = await Promise.all([
      import('./yaml.ts'),
      import('./schema.ts'),
      import('./findings.ts'),
    ])
    return readYaml(path, CourseFile, { check: courseFindings })
  })
  return courseOf(dir, file)
}

function courseOf(root: string, { title, version, stages, renames }: CourseFile): Course {
  const labs: LabSummary[] = []
  const summaries = stages.map((stage): Stage => {
    const first = labs.length
    for (const { id, title } of stage.labs) {
      const name = id.slice(id.indexOf('/') + 1)
      const dir = labDir(root, id)
      const planned = !existsSync(join(dir, 'lab.yaml'))
      labs.push({ id, stage: stage.id, name, number: labs.length + 1, title, planned, dir })
    }
    return { id: stage.id, title: stage.title, labs: labs.slice(first) }
  })
  return { root, title, version, stages: summaries, labs, renames }
}
