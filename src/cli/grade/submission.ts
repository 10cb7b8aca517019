/** The component of a workspace as it is graded: only read, and never trusted to be one. */
import { existsSync, lstatSync } from 'node:fs'
import { join, relative } from 'node:path'
import { errno } from '../../course/file-problem.ts'
import { loadTrack } from '../../course/track.ts'
import type { Course, Lab, Track } from '../../course/model.ts'
import { Problem } from '../../problem.ts'
import type { ComponentSpec } from '../../protocol/index.ts'
import type { Reason } from '../../report/grade/report.ts'
import { readComponent } from '../../workspace/component.ts'
import { WORKSPACE_FILE } from '../../workspace/find.ts'
import type { Workspace } from '../../workspace/model.ts'
import { openWorkspace } from '../../workspace/open.ts'
import { packSource, type PackedSource } from '../../workspace/source.ts'
import { contains, real } from '../place.ts'

/**
 * A workspace that somebody handed in: nothing in it is written, nothing that lab keeps in it is believed. Throws Problem, as
 * openWorkspace does, and for a workspace.yaml that is a link.
 */
export async function openSubmitted(dir: string, course: Course): Promise<Workspace> {
  const yaml = join(dir, WORKSPACE_FILE)
  const stat = lstatSync(yaml, { throwIfNoEntry: false })
  const hard = stat?.isFile() === true && stat.nlink > 1
  if (stat?.isSymbolicLink() === true || hard) {
    const what = `${WORKSPACE_FILE} is a ${hard ? 'hard' : 'symbolic'} link, and is not read.`
    throw new Problem({ what, where: yaml, remedy: 'Put the file itself there.' })
  }
  return openWorkspace(dir, course, { cache: false })
}

export interface Submission {
  /** relative to the workspace */
  path: string
  entry?: string
  lesson?: string
  track: Track | undefined
  spec: ComponentSpec
  source: PackedSource
}

/** The submission can't be graded as it is. `reason.cause` says whose fault that is. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  constructor(readonly reason: Reason) {
    super(reason.what)
  }
}

/** What a file system says of names that somebody else has chosen; the rest is the machine's. */
const THEIRS = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'])

/** Throws Unreadable. */
export async function readSubmission(course: Course, workspace: Workspace, lab: Lab): Promise<Submission> {
  const listed = workspace.labs[lab.id]
  const path = listed?.component ?? ''
  const folder = join(workspace.dir, path)
  // Whoever sends a workspace in could let the folder be a link to somebody else's files.
  if (existsSync(folder) && !contains(real(workspace.dir), real(folder))) {
    const why = `${path} is, or lies below, a symbolic link.`
    throw new Unreadable({ cause: 'submission', what: `The component of ${lab.id} is outside the workspace.`, why })
  }
  try {
    // Files first: it refuses a component.yaml that is a link to somebody else's file, whose lines a message would quote.
    // Hard links are refused here alone: on a learner's own disk package managers and backups make them.
    const source = await packSource(folder, { submitted: true })
    const component = await readComponent(folder)
    const language = component.track ?? listed?.track
    const track = language === undefined ? undefined : await loadTrack(course, language)
    const entry = lab.tracks.find(({ id }) => id === language)?.entry
    const there = (name: string | undefined) => name !== undefined && existsSync(join(folder, name))
    return {
      path,
      track,
      spec: component.spec,
      source,
      ...(entry !== undefined && there(entry) && { entry: join(path, entry) }),
      ...(there('LESSON.md') && { lesson: join(path, 'LESSON.md') }),
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { what, where, why, remedy } = error.text
    const code = errno(error.cause)
    const cause = code === undefined || THEIRS.has(code) ? 'submission' : 'environment'
    const place =
      where === undefined ? undefined : contains(workspace.dir, where) ? relative(workspace.dir, where) : where
    const told = [place, why].filter((part) => part !== undefined).join(': ')
    throw new Unreadable({ cause, what, ...(told !== '' && { why: told }), ...(remedy !== undefined && { remedy }) })
  }
}
