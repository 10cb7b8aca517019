/** Puts a lab's starter into the workspace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Document, YAMLMap } from 'yaml'
import { fileProblem } from '../course/file-problem.ts'
import type { Course, Lab } from '../course/model.ts'
import { EXIT, Problem } from '../problem.ts'
import { makeFolder } from './durable-file.ts'
import { editWorkspaceFile } from './edit.ts'
import type { Workspace, WorkspaceLab } from './model.ts'
import { labFolder } from './places.ts'
import { placeStarter, stageStarter } from './starter.ts'

/**
 * Copies the lab's starter in `track` into the workspace, with the lesson as LESSON.md, and enters it in workspace.yaml.
 * A file that exists is never overwritten; a folder that does not exist appears whole. Again for the same track it puts
 * back what is missing. Returns the absolute path of the component; open the workspace again to see the lab in it.
 * Throws a Problem when the lab does not offer the track or was started in another (wrong usage), or on a full disk.
 */
export async function addLab(ws: Workspace, course: Course, lab: Lab, track: string): Promise<string> {
  const entry = Object.hasOwn(ws.labs, lab.id) ? ws.labs[lab.id] : undefined
  if (!lab.tracks.some((t) => t.id === track)) throw notOffered(lab, track)
  if (entry && entry.track !== track) throw inOtherTrack(ws, lab, entry.track, entry.component)
  const component = entry?.component ?? folderFor(ws, course, lab)
  const dir = join(ws.dir, component)
  try {
    makeFolder(labFolder(ws.dir))
    const aside = mkdtempSync(join(labFolder(ws.dir), 'new-'))
    try {
      const staged = join(aside, 'component')
      stageStarter(staged, course.root, lab, track)
      placeStarter(staged, dir)
    } finally {
      rmSync(aside, { recursive: true, force: true })
    }
  } catch (error) {
    throw fileProblem(error, `Cannot put the starter of ${lab.id} into ${dir}.`, dir)
  }
  if (!entry) await editWorkspaceFile(ws.dir, (document) => enter(document, lab.id, { track, component }))
  return dir
}

/** As `linux/init: { track: go, component: init }` on a line of its own. */
function enter(document: Document, lab: string, entry: WorkspaceLab): void {
  // Who takes the last lab out leaves nothing behind the colon.
  if (document.get('labs') === undefined) document.set('labs', document.createNode({}))
  const labs = document.get('labs') as Partial<YAMLMap> | undefined
  if (labs?.items?.length === 0) labs.flow = false
  document.setIn(['labs', lab], document.createNode(entry, { flow: true }))
}

/** The lab's name, or with its stage where the name occurs twice in the course or the folder is another lab's. */
function folderFor(ws: Workspace, course: Course, lab: Lab): string {
  const shared = course.labs.filter((l) => l.name === lab.name).length > 1
  const taken = Object.values(ws.labs).some((entry) => entry.component === lab.name)
  return shared || taken ? `${lab.stage}-${lab.name}` : lab.name
}

function notOffered(lab: Lab, track: string): Problem {
  return new Problem(
    {
      what: `Lab ${lab.id} has no track ${track}.`,
      why: `It offers ${lab.tracks.map((t) => t.id).join(', ')}.`,
      remedy: `Choose one of them: lab start ${lab.id} --track ${lab.tracks[0]?.id ?? 'NAME'}`,
    },
    EXIT.usage,
  )
}

function inOtherTrack(ws: Workspace, lab: Lab, track: string, component: string): Problem {
  return new Problem(
    {
      what: `Lab ${lab.id} is started in ${track} already.`,
      where: join(ws.dir, component),
      why: 'A lab has one component in a workspace.',
      remedy: `Go on with it: lab start ${lab.id}\nTo begin again in another track, move that folder away and take the lab out of workspace.yaml.`,
    },
    EXIT.usage,
  )
}
