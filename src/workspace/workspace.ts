/** The learner's folder. */
import { join } from 'node:path'
import { editWorkspaceFile } from './edit.ts'
import type { Workspace } from './model.ts'

export type * from './model.ts'
export { addLab } from './add-lab.ts'
export { createWorkspace, type CreatedWorkspace } from './create.ts'
export { openWorkspace, type CourseOfWorkspace } from './open.ts'

/** Makes `target` (`auto`, or a target's name) the place where the workspace's components run. Returns the new state. */
export async function setTarget(ws: Workspace, target: string): Promise<Workspace> {
  await editWorkspaceFile(ws.dir, (document) => document.set('target', target))
  return { ...ws, target }
}

/** The absolute path of a lab's component, or undefined when the lab is not started. */
export function componentDir(ws: Workspace, lab: string): string | undefined {
  const entry = Object.hasOwn(ws.labs, lab) ? ws.labs[lab] : undefined
  return entry && join(ws.dir, entry.component)
}
