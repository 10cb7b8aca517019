/** Puts a lab's starter into the workspace. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  constants,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Document, YAMLMap } from 'yaml'
import { errno, fileProblem } from '../course/file-problem.ts'
import { starterLayers } from '../course/layout.ts'
import type { Course, Lab } from '../course/model.ts'
import { EXIT, Problem } from '../problem.ts'
import { makeFolder } from './durable-file.ts'
import { editWorkspaceFile } from './edit.ts'
import type { Workspace, WorkspaceLab } from './model.ts'
import { labFolder } from './places.ts'

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
      stage(staged, course.root, lab, track)
      place(staged, dir)
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

function stage(to: string, root: string, lab: Lab, track: string): void {
  mkdirSync(to)
  for (const layer of starterLayers(root, lab.id, track)) {
    if (existsSync(layer)) cpSync(layer, to, { recursive: true, force: true, verbatimSymlinks: true })
  }
  // npm packs no .gitignore, so that a starter's is called gitignore.
  for (const { path } of [...entries(to)])
    if (basename(path) === 'gitignore') renameSync(path, join(dirname(path), '.gitignore'))
  const lesson = join(lab.dir, 'README.md')
  if (existsSync(lesson)) copyFileSync(lesson, join(to, 'LESSON.md'))
  for (const { path, kind } of entries(to))
    if (kind !== 'link') chmodSync(path, lstatSync(path).mode | (kind === 'folder' ? 0o700 : 0o600))
}

/** Renames the staged folder into place; where a folder exists already, adds the files that it lacks. */
function place(staged: string, dir: string): void {
  if (!existsSync(dir)) {
    makeFolder(dirname(dir))
    renameSync(staged, dir)
    return
  }
  for (const { path, kind } of entries(staged)) {
    const to = join(dir, path.slice(staged.length + 1))
    try {
      if (kind === 'folder') mkdirSync(to, { recursive: true })
      else if (kind === 'link') symlinkSync(readlinkSync(path), to)
      else addFile(path, to)
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw error
    }
  }
}

/** Appears whole or not at all; not whole only on file systems without hard links. */
function addFile(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errno(error) ?? '')) throw error
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}

/** Everything below a folder, parents first. */
function* entries(dir: string): Generator<{ path: string; kind: 'folder' | 'file' | 'link' }> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    yield { path, kind: entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file' }
    if (entry.isDirectory()) yield* entries(path)
  }
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
