/** Loaders throw at the first file that is wrong; an author wants to hear of all of them. */
import { relative } from 'node:path'
import { Problem } from '../../problem.ts'
import { YamlProblem } from '../../course/yaml.ts'
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'

/** What `load` gives; what it refuses is added to `defects`. Everything that is no Problem is our own bug, and thrown. */
export async function collected<T>(
  load: () => T | Promise<T>,
  defects: Defect[],
  fault: Fault,
  root: string,
): Promise<T | undefined> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    defects.push(...problemDefects(error, fault, root))
    return undefined
  }
}

function problemDefects(problem: Problem, fault: Fault, root: string): Defect[] {
  const short = (said: string): string => said.replaceAll(`${root}/`, '')
  if (problem instanceof YamlProblem) {
    return problem.findings.map(({ line, message, remedy = 'Mend that line.' }) =>
      fault({ file: relative(root, problem.file), line, what: message, remedy }),
    )
  }
  const { what, where, why, remedy } = problem.text
  return [
    fault({
      file: where === undefined ? undefined : short(where),
      what: short(what),
      why: why && short(why),
      remedy: short(remedy ?? 'Mend that file.'),
    }),
  ]
}
