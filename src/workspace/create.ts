/** Makes a workspace. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import type { Course } from '../course/model.ts'
import { EXIT, Problem } from '../problem.ts'
import { makeFolder, replaceFile } from './durable-file.ts'
import { isWorkspace, WORKSPACE_FILE } from './find.ts'
import { makeRepository } from './git.ts'
import { appendEvents } from './journal.ts'
import { WORKSPACE_FORMAT, type Workspace } from './model.ts'
import { journalPath } from './places.ts'
import { startFiles } from './start-files.ts'
import { openWorkspace } from './open.ts'

export interface CreatedWorkspace {
  workspace: Workspace
  /** for the person: what could not be done and did not matter enough to fail (no git) */
  notes: string[]
}

/**
 * Makes `dir` a workspace with a git repository of its own. One that exists is opened; one whose making was interrupted
 * is completed. Throws a Problem when the folder holds other things (wrong usage) or can't be written.
 */
export async function createWorkspace(dir: string, course: Course): Promise<CreatedWorkspace> {
  const path = resolve(dir)
  const existing = isWorkspace(path)
  if (existing && existsSync(journalPath(path))) return { workspace: await openWorkspace(path, course), notes: [] }
  const repository = existsSync(join(path, '.git'))
  try {
    makeFolder(path)
    const strangers = existing ? [] : readdirSync(path).filter((name) => !isHarmless(name))
    if (strangers.length > 0) throw occupied(path, strangers)
    if (!existing) replaceFile(join(path, WORKSPACE_FILE), workspaceYaml(course))
    for (const [name, text] of Object.entries(startFiles(course))) writeNew(join(path, name), text)
  } catch (error) {
    throw fileProblem(error, `Cannot make the workspace ${path}.`, path)
  }
  const workspace = await openWorkspace(path, course)
  // The journal is the last of our files: a workspace that has one is complete.
  await appendEvents(workspace, [{ type: 'workspace-created', course: course.version }])
  const note = repository ? undefined : await makeRepository(path)
  return { workspace, notes: note === undefined ? [] : [note] }
}

/** What an otherwise empty folder may hold: a repository made in advance, what systems and a killed attempt leave. */
function isHarmless(name: string): boolean {
  return name === '.git' || name === '.DS_Store' || name.startsWith(`${WORKSPACE_FILE}.`)
}

function workspaceYaml(course: Course): string {
  return `# A Drydock workspace. You may edit this file; lab keeps your comments.
format: ${String(WORKSPACE_FORMAT)}
# the version of the course that it was made with
course: ${course.version}
# where your components run: auto, local, uml or lima
target: auto
# the labs that you started: their track, and the folder of your component
labs: {}
`
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error
  }
}

function occupied(dir: string, names: readonly string[]): Problem {
  const shown = names.slice(0, 3).join(', ')
  return new Problem(
    {
      what: `${dir} is not empty, and not a workspace.`,
      where: dir,
      why: `It holds ${shown}${names.length > 3 ? ` and ${String(names.length - 3)} more` : ''}.`,
      remedy: 'Name an empty folder, or one that does not exist yet: --workspace DIR',
    },
    EXIT.usage,
  )
}
