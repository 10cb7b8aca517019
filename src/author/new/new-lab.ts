/** Begins a lab: a whole one of a trivial contract, which its author replaces part by part. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import * as v from 'valibot'
import { loadCourse } from '../../course/course.ts'
import { labDir, trackDir } from '../../course/layout.ts'
import type { Course } from '../../course/model.ts'
import { LabId } from '../../course/schema.ts'
import { makeFolder } from '../../make-folder.ts'
import { EXIT, Problem } from '../../problem.ts'
import { EMPTY_COURSE, withEntry } from './course-entry.ts'
import { makeLab, requireScaffold } from './scaffold.ts'

export interface NewLab {
  /** STAGE/LAB */
  id: string
  /** in the lab list; default: that of course.yaml where it lists the lab, else the scaffold's */
  title?: string | undefined
  /** the course's folder; one that does not exist or is empty becomes the smallest course */
  course: string
  /** the folder of this program */
  program: string
}

export interface MadeLab {
  id: string
  title: string
  /** relative to the course's folder, in the order of the alphabet */
  files: string[]
  /** what was done to labs/course.yaml */
  course: 'as it was' | 'lab added' | 'stage added' | 'made'
}

/** The scaffold's solutions and starters. */
const TRACKS = ['go', 'python']
const TITLE = 'A program that greets'
/** Folders beside those of the stages. */
const TAKEN = ['tracks', 'kit']

/** Throws Problem: wrong usage when the id is none or is taken. Nothing is changed then. */
export async function newLab({ id, title, course: root, program }: NewLab): Promise<MadeLab> {
  requireId(id)
  const scaffold = requireScaffold(program)
  const fresh = !existsSync(root) || readdirSync(root).length === 0
  const course = fresh ? undefined : await loadCourse(root, { cacheDir: false })
  const listed = course?.labs.find((lab) => lab.id === id)
  const lab = labDir(root, id)
  const checkers = join(root, 'checkers', ...id.split('/'))
  requireFree(id, [lab, checkers], course)

  makeFolder(join(root, 'labs'))
  const staged = mkdtempSync(join(root, 'labs', '.new-'))
  const said = title ?? listed?.title ?? TITLE
  try {
    await makeLab(scaffold, { lab: join(staged, 'lab'), checkers: join(staged, 'checkers') }, { id, title: said })
    for (const to of [lab, checkers]) {
      makeFolder(dirname(to))
      rmSync(to, { recursive: true, force: true }) // an empty folder, see requireFree
    }
    renameSync(join(staged, 'checkers'), checkers)
    renameSync(join(staged, 'lab'), lab)
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
  const files = [...filesBelow(lab), ...filesBelow(checkers), ...lendTracks(root, program)]
  const done = listed === undefined ? enter(root, { id, title: said }, fresh) : 'as it was'
  return { id, title: said, files: files.map((path) => relative(root, path)).sort(), course: done }
}

function requireId(id: string): void {
  const parsed = v.safeParse(LabId, id)
  const why = parsed.success
    ? TAKEN.includes(id.split('/')[0] ?? '')
      ? `A folder of that name holds something else: ${TAKEN.join(', ')} are no stages.`
      : undefined
    : 'Both are lower-case letters, digits and dashes, and begin with a letter.'
  if (why === undefined) return
  const remedy = 'lab author new linux/supervise   for example'
  throw new Problem({ what: `"${id}" is not an id of a lab: STAGE/LAB.`, why, remedy }, EXIT.usage)
}

function requireFree(id: string, folders: readonly string[], course: Course | undefined): void {
  const taken = folders.find((folder) => existsSync(folder) && readdirSync(folder).length > 0)
  if (taken !== undefined) {
    throw new Problem(
      {
        what: `The lab ${id} exists already.`,
        where: taken,
        remedy: `lab author verify ${id}   says what of it is missing; or choose another id`,
      },
      EXIT.usage,
    )
  }
  const now = course?.renames[id]
  if (now === undefined) return
  const why = `labs/course.yaml has a rename from it to ${now}: learners' journals know that lab by this id.`
  throw new Problem({ what: `${id} was the id of a lab.`, why, remedy: 'Choose another id.' }, EXIT.usage)
}

/** Tracks that the course does not have; the files that were added. */
function lendTracks(root: string, program: string): string[] {
  return TRACKS.flatMap((track) => {
    const to = trackDir(root, track)
    if (existsSync(to)) return []
    cpSync(trackDir(program, track), to, { recursive: true })
    return filesBelow(to)
  })
}

function enter(root: string, entry: { id: string; title: string }, fresh: boolean): MadeLab['course'] {
  const path = join(root, 'labs', 'course.yaml')
  const { text, stage } = withEntry(fresh ? EMPTY_COURSE : readFileSync(path, 'utf8'), entry)
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
  return fresh ? 'made' : stage ? 'stage added' : 'lab added'
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
