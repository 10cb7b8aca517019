/** Grades a folder of workspaces, several at once, and goes on where an earlier run was ended. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { fileProblem } from '../../course/file-problem.ts'
import type { Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { ClassReport, ClassRow } from '../../report/grade/class.ts'
import { GRADE_FORMAT, type GradeReport } from '../../report/grade/report.ts'
import { isWorkspace, WORKSPACE_FILE } from '../../workspace/find.ts'
import type { Workspace } from '../../workspace/model.ts'
import { checkersOf } from '../grading/checkers.ts'
import { VERSION } from '../program.ts'
import type { Asked } from './asked.ts'
import { checkersDigest, courseDigest } from './digests.ts'
import { gradeWorkspace, type Grading } from './grade-workspace.ts'
import type { KeptResults } from './kept.ts'
import { counts } from './outcome.ts'
import { openSubmitted, readSubmission, Unreadable } from './submission.ts'
import { Turns } from './turns.ts'

export interface ClassGrading {
  course: Course
  /** the package's folder */
  root: string
  labs: readonly Lab[]
  /** the folder of workspaces */
  folder: string
  kept: KeptResults
  asked: Asked
  seed: string
  /** workspaces at once; default: one for each processor */
  jobs: number | undefined
  interrupt: Grading['interrupt']
  note: (text: string) => void
}

/** Throws Problem when results can't be kept. */
export async function gradeClass(grading: ClassGrading): Promise<ClassReport> {
  const { course, labs, folder, seed, asked, interrupt, note } = grading
  const names = workspacesIn(folder)
  const ground = await groundOf(grading)
  const turns = new Turns()
  const rows = new Map<string, ClassRow>()
  const waiting = [...names]
  const serve = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined && !interrupt.signal.aborted; name = waiting.shift()) {
      const row = await gradeOne(name, grading, ground, turns)
      rows.set(name, row)
      const points = row.points === undefined ? (row.why ?? '') : `${row.points.earned} of ${row.points.of} points`
      note(`${rows.size} of ${names.length}: ${name} ${points}`)
    }
  }
  await Promise.all(Array.from({ length: grading.jobs ?? availableParallelism() }, serve))
  const all = names.map((name) => rows.get(name) ?? withoutGrade(name, 'not run: interrupted', EXIT.environment))
  const shown = labs.filter(
    ({ id }) => asked.labs.includes(id) || all.some((row) => row.labs.some(({ lab }) => lab === id)),
  )
  return {
    format: GRADE_FORMAT,
    course: { title: course.title, version: course.version, digest: ground.course },
    seed,
    labs: shown.map(({ id, points }) => ({ lab: id, of: points })),
    rows: all,
    exitCode: Math.max(EXIT.passed, ...all.map(({ exitCode }) => exitCode)),
  }
}

/** Folders, by name; links are not followed. Throws Problem (wrong usage). */
function workspacesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    const found = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
    if (found.length > 0) return found.sort()
  } catch (error) {
    throw fileProblem(error, `The folder ${folder} can not be read.`, folder, EXIT.usage)
  }
  const remedy = 'Name a folder that holds a folder for each workspace: lab grade --workspaces DIR'
  throw new Problem({ what: `${folder} holds no folder, and so no workspace.`, where: folder, remedy }, EXIT.usage)
}

/** What all results of a class depend on. */
interface GroundDigests {
  course: string
  /** lab → its checks */
  checkers: Record<string, string>
  engine: string
}

async function groundOf({ course, root, labs }: ClassGrading): Promise<GroundDigests> {
  const checkers = labs.map(async ({ id }) => [id, checkersDigest(await checkersOf(id, course.root, root))] as const)
  const engine = createHash('sha256')
    .update(readFileSync(join(root, 'dist', 'engine.cjs')))
    .digest('hex')
  return { course: courseDigest(course), checkers: Object.fromEntries(await Promise.all(checkers)), engine }
}

async function gradeOne(name: string, grading: ClassGrading, ground: GroundDigests, turns: Turns): Promise<ClassRow> {
  const { course, root, labs, folder, kept, asked, seed, interrupt, note } = grading
  const dir = join(folder, name)
  if (!isWorkspace(dir)) return withoutGrade(name, `no workspace: it has no ${WORKSPACE_FILE}`, EXIT.failed)
  let workspace: Workspace
  try {
    workspace = await openSubmitted(dir, course)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return withoutGrade(name, error.text.what, EXIT.environment)
  }
  const key = await keyOf(workspace, grading, ground)
  const known = kept.find(name, key)
  if (known) return rowOf(name, known, kept)
  const hidden = [folder, kept.folder]
  const report = await gradeWorkspace({
    ...{ course, root, labs, workspace, asked, seed, turns, hidden, interrupt },
    jobs: 1,
    note: (text) => note(`${name}: ${text}`),
  })
  // What the machine could not grade, or nobody waited for, is graded again.
  if (report.complete && report.interrupted === undefined) kept.keep(name, key, report)
  return rowOf(name, report, kept)
}

/** Everything that a result depends on, but the machine. */
async function keyOf(workspace: Workspace, grading: ClassGrading, ground: GroundDigests): Promise<string> {
  const { course, labs, asked, seed } = grading
  const sources: Record<string, string> = {}
  for (const lab of labs.filter(({ id }) => Object.hasOwn(workspace.labs, id))) {
    try {
      const { source, spec, track } = await readSubmission(course, workspace, lab)
      sources[lab.id] = JSON.stringify([source.digest, spec, track?.id])
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      sources[lab.id] = error.message
    }
  }
  const what = [GRADE_FORMAT, VERSION, basename(workspace.dir), workspace.labs, sources, ground, asked, seed]
  return createHash('sha256').update(JSON.stringify(what)).digest('hex')
}

function rowOf(workspace: string, report: GradeReport, kept: KeptResults): ClassRow {
  const { points, complete, interrupted, timedOut, exitCode } = report
  const labs = report.labs.filter(counts).map(({ lab, points, state, met, reason }) => {
    const unread = state === 'unreadable' && reason !== undefined
    return { lab, points, state, met, ...(unread && { why: reason.what }) }
  })
  const met = report.labs.every((lab) => lab.met)
  const base = { workspace, labs, met, timedOut, exitCode }
  if (!complete) {
    const reasons = report.labs.flatMap(({ reason, checks }) => [reason, ...checks.map((check) => check.reason)])
    const ours = reasons.find((reason) => reason?.cause === 'environment' || reason?.cause === 'bug')
    return { ...base, why: `could not be graded: ${ours?.what ?? 'no reason was given'}` }
  }
  if (interrupted !== undefined) return { ...base, why: `interrupted (${interrupted})`, exitCode: EXIT.environment }
  return { ...base, points, report: kept.nameOf(workspace) }
}

const withoutGrade = (workspace: string, why: string, exitCode: number): ClassRow => {
  return { workspace, why, labs: [], met: false, timedOut: false, exitCode }
}
