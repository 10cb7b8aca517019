/** Runs a grading again from its report: the same labs, seed and target, on the same component, checks and course. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { fileProblem } from '../../course/file-problem.ts'
import type { Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { GRADE_FORMAT, GradeReport } from '../../report/grade/report.ts'
import { packSource } from '../../workspace/source.ts'
import { componentDir, type Workspace } from '../../workspace/workspace.ts'
import { checkersOf } from '../grading/checkers.ts'
import type { Asked } from './asked.ts'
import { checkersDigest, courseDigest } from './digests.ts'

/** Throws Problem (wrong usage) when the file is no report of this format. */
export function readReport(path: string): GradeReport {
  let data: unknown
  try {
    data = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw fileProblem(error, `The report ${path} can not be read.`, path, EXIT.usage)
    throw noReport(path, `It is no JSON: ${error.message}`)
  }
  const parsed = v.safeParse(GradeReport, data)
  if (parsed.success) return parsed.output
  const format = v.safeParse(v.object({ format: v.number() }), data)
  if (format.success && format.output.format > GRADE_FORMAT)
    throw noReport(path, `It has format ${format.output.format}; this lab reads ${GRADE_FORMAT}.`)
  const [issue] = parsed.issues
  throw noReport(path, `${v.getDotPath(issue) ?? 'its value'}: ${issue.message}`)
}

function noReport(path: string, why: string): Problem {
  const remedy = 'lab grade --reporter json=report.json   writes one'
  return new Problem({ what: `${path} is no report of a grading.`, where: path, why, remedy }, EXIT.usage)
}

/** What the report's grading was asked. Only labs that it has something to say about are graded again. */
export function askedBefore({ asked, labs }: GradeReport): Asked {
  const started = labs.filter(({ state }) => state !== 'not-started').map(({ lab }) => lab)
  const { required, target, timeoutMs } = asked
  return { labs: asked.labs.length > 0 ? asked.labs : started, required, target, timeoutMs }
}

export interface Now {
  course: Course
  /** the package's folder */
  root: string
  workspace: Workspace
  labs: readonly Lab[]
}

/** What is not as it was then, in words: "the component of linux/init is another one". */
export async function changes(report: GradeReport, { course, root, workspace, labs }: Now): Promise<string[]> {
  const found: string[] = []
  const digest = courseDigest(course)
  if (digest !== report.course.digest)
    found.push(`the course was ${nameOf(report.course)}, and is ${nameOf({ version: course.version, digest })}`)
  for (const { lab: id, component, checkers } of report.labs) {
    const lab = labs.find((lab) => lab.id === id)
    if (lab === undefined) found.push(`the course has no lab ${id} any more`)
    else {
      if (checkers !== undefined && checkersDigest(await checkersOf(id, course.root, root)) !== checkers)
        found.push(`the checks of ${id} are others`)
      const folder = componentDir(workspace, id)
      if (component?.digest !== undefined && (await digestOf(folder)) !== component.digest)
        found.push(`the component of ${id} is another one`)
    }
  }
  return found
}

const nameOf = ({ version, digest }: { version: string; digest: string }): string =>
  `${version} (${digest.slice(0, 12)})`

async function digestOf(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined
  try {
    return (await packSource(folder)).digest
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** Throws Problem (the environment's): another grading would not be the same one. */
export async function requireSame(report: GradeReport, now: Now, path: string): Promise<void> {
  const found = await changes(report, now)
  if (found.length === 0) return
  throw new Problem({
    what: 'This would not be the same grading again.',
    where: path,
    why: `Since then something has changed: ${found.join('; ')}.`,
    remedy: `lab grade --replay ${path} --anyway   runs it with what is there now`,
  })
}
