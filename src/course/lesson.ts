/** The lesson of a lab: README.md of its folder. */
import { join } from 'node:path'
import { EXIT, Problem } from '../problem.ts'
import { errno, fileProblem } from './file-problem.ts'
import type { LabSummary } from './model.ts'
import { readRegular } from './regular-file.ts'

/** Throws a Problem: wrong usage while the lab is planned, the environment's when the file is absent or can't be read. */
export function readLesson(lab: Pick<LabSummary, 'id' | 'dir' | 'planned'>): { path: string; markdown: string } {
  const path = join(lab.dir, 'README.md')
  try {
    return { path, markdown: readRegular(path).toString('utf8') }
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw fileProblem(error, `Cannot read the lesson of ${lab.id}.`, path)
    throw new Problem(
      {
        what: `Lab ${lab.id} has no lesson${lab.planned ? ' yet' : ''}.`,
        where: path,
        why: lab.planned ? 'The lab is planned.' : 'The file does not exist.',
        remedy: lab.planned
          ? 'lab status   shows the labs that are written'
          : 'Bring the file back: git checkout in the folder of the course.',
      },
      lab.planned ? EXIT.usage : EXIT.environment,
    )
  }
}
