/** Where a command works: the course, the workspace, and what has happened in it. */
import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { loadCourse, loadLab, renamed } from '../course/course.ts'
import type { Course, Lab } from '../course/model.ts'
import { onPath } from '../on-path.ts'
import { EXIT, Problem } from '../problem.ts'
import type { JournalEvent } from '../workspace/events.ts'
import { findWorkspace, isWorkspace, requireWorkspace, WORKSPACE_FILE, type FindOptions } from '../workspace/find.ts'
import { readJournal } from '../workspace/journal.ts'
import { currentLab, progressOf, type LabProgress } from '../workspace/progress.ts'
import { componentDir, openWorkspace, type Workspace } from '../workspace/workspace.ts'

/** What every command is told about places. */
export interface PlaceFlags {
  workspace?: string | undefined
  course?: string | undefined
}

export interface Place {
  course: Course
  workspace: Workspace
  events: readonly JournalEvent[]
}

export function courseAt(flags: PlaceFlags, root: string): Promise<Course> {
  return loadCourse(flags.course === undefined ? root : resolve(flags.course))
}

export function searchFor(flags: PlaceFlags, root: string): FindOptions {
  return {
    flag: flags.workspace,
    env: process.env['LAB_WORKSPACE'],
    cwd: process.cwd(),
    default: defaultWorkspace(root),
  }
}

/** Where `lab start` makes a workspace when none is named: beside the checkout's `lab`; a package's folder is not for that. */
export function defaultWorkspace(root: string): string {
  return root.split(sep).includes('node_modules') ? resolve('work') : join(root, 'work')
}

/** Throws Problem (wrong usage) when there is no workspace. `warn` is given what is wrong with the journal. */
export async function openPlace(flags: PlaceFlags, root: string, warn: (note: string) => void): Promise<Place> {
  const course = await courseAt(flags, root)
  return placeIn(course, requireWorkspace(searchFor(flags, root)), warn)
}

/** Undefined when there is no workspace yet. */
export async function findPlace(
  course: Course,
  flags: PlaceFlags,
  root: string,
  warn: (note: string) => void,
): Promise<Place | undefined> {
  const dir = findWorkspace(searchFor(flags, root))
  if (dir === undefined || !isWorkspace(dir)) {
    // A folder that was named is meant to be one.
    if (dir !== undefined) requireWorkspace(searchFor(flags, root))
    return undefined
  }
  return placeIn(course, dir, warn)
}

export async function placeIn(course: Course, dir: string, warn: (note: string) => void): Promise<Place> {
  const workspace = await openWorkspace(dir, course)
  const { events, notes } = await readJournal(workspace)
  notes.forEach(warn)
  return { course, workspace, events }
}

/** The lab whose component the person stands in, else the one turned to last. */
export function labInHand({ course, workspace, events }: Place): string | undefined {
  const here = real(process.cwd())
  const inside = Object.keys(workspace.labs).find((id) => {
    const dir = componentDir(workspace, id)
    return dir !== undefined && contains(real(dir), here)
  })
  return inside ?? currentLab(events, course.renames)
}

export interface LabInHand extends Place {
  lab: Lab
  progress: LabProgress
  /** absolute path of the component */
  component: string
}

/** Throws Problem (wrong usage) when no lab is started. */
export async function openLab(flags: PlaceFlags, root: string, warn: (note: string) => void): Promise<LabInHand> {
  const place = await openPlace(flags, root, warn)
  const id = labInHand(place)
  const component = id === undefined ? undefined : componentDir(place.workspace, id)
  if (id !== undefined && component === undefined) throw notListed(place, id)
  if (id === undefined || component === undefined) {
    throw new Problem({ what: 'No lab is started yet.', where: place.workspace.dir, remedy: 'lab start' }, EXIT.usage)
  }
  const lab = await loadLab(place.course, id)
  return { ...place, lab, component, progress: progressOf(lab, place.events, place.course.renames) }
}

function notListed({ workspace, events, course }: Place, id: string): Problem {
  const started = events.findLast((e) => e.type === 'lab-started' && renamed(course.renames, e.lab) === id)
  const track = started?.type === 'lab-started' ? ` --track ${started.track}` : ''
  return new Problem({
    what: `Lab ${id} is started, and the workspace does not list it.`,
    where: join(workspace.dir, WORKSPACE_FILE),
    why: 'The journal says that it was started; the list of labs gives it no folder.',
    remedy: `lab start ${id}${track}`,
  })
}

/** The step that is worked on; the last one of a finished lab. */
export function workingStep(lab: Lab, progress: LabProgress): number {
  return Math.min(progress.step, lab.steps.length)
}

/** A path as a person can paste it where they stand. */
export function shown(path: string, cwd: string = process.cwd()): string {
  const from = relative(cwd, path)
  return isAbsolute(from) || from.startsWith(`..${sep}..`) ? path : from || '.'
}

/** How `lab` is typed where the person stands: by its name where that is on PATH, else by the launcher's path. */
export function calledAs(root: string): string {
  const launcher = join(root, 'lab')
  if (onPath('lab') !== undefined || !existsSync(launcher)) return 'lab'
  const path = shown(launcher)
  return path.includes('/') ? path : `./${path}`
}

export function contains(folder: string, path: string): boolean {
  const from = relative(folder, path)
  return from === '' || (from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from))
}

export function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
