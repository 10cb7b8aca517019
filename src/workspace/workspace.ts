/** The learner's folder. */
import { join } from 'node:path'
import type { Course, Lab } from '../course/model.ts'
import type { Workspace } from './model.ts'
export type * from './model.ts'

export interface CreatedWorkspace {
  workspace: Workspace
  /** for the person: what could not be done and did not matter enough to fail (no git) */
  notes: string[]
}

/** With `course`, a workspace of a newer course is refused, and renamed labs are found under their new id. */
export async function openWorkspace(dir: string, course?: Pick<Course, 'version' | 'renames'>): Promise<Workspace> {
  ;(void dir, course)
  throw new Error('not written yet')
}
export async function createWorkspace(dir: string, course: Course): Promise<CreatedWorkspace> {
  ;(void dir, course)
  throw new Error('not written yet')
}
/** Returns the absolute path of the component's folder. Open the workspace again to see the lab in it. */
export async function addLab(ws: Workspace, course: Course, lab: Lab, track: string): Promise<string> {
  ;(void ws, course, lab, track)
  throw new Error('not written yet')
}
/** Returns the workspace with the target changed. */
export async function setTarget(ws: Workspace, target: string): Promise<Workspace> {
  ;(void ws, target)
  throw new Error('not written yet')
}
/** The absolute path of a lab's component, or undefined when the lab is not started. */
export function componentDir(ws: Workspace, lab: string): string | undefined {
  const entry = ws.labs[lab]
  return entry && join(ws.dir, entry.component)
}
