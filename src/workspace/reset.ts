/**
 * Puts a component back to its starter, or a saved copy back into its place.
 *
 * Both are two renames of whole folders: what is there goes to `.lab/saved/`, then the new one comes. A process that is
 * killed in between leaves no component, and the learner's files in `.lab/saved/`; the next reset finds that copy, and
 * completes. The journal's entry is the last act of a reset (the next one adds it when it is missing) and the first of a
 * restoration (which may be repeated as it is).
 */
import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileProblem } from '../course/file-problem.ts'
import type { Course, Lab } from '../course/model.ts'
import { Problem } from '../problem.ts'
import { makeFolder, syncFolder } from './durable-file.ts'
import type { JournalEvent, NewEvent } from './events.ts'
import { appendEvents, readJournal } from './journal.ts'
import { withLock } from './lock.ts'
import type { Workspace } from './model.ts'
import { labFolder, lockPath, savedFolder } from './places.ts'
import { progressOf } from './progress.ts'
import { copyPath, newCopyName, savedCopies } from './saved.ts'
import { packSource } from './source.ts'
import { placeStarter, stageStarter } from './starter.ts'

export interface ResetOptions {
  workspace: Workspace
  course: Course
  lab: Lab
  track: string
  /** absolute path of the component */
  component: string
}

export interface ResetResult {
  /** name of the copy of what was there; undefined when nothing was to be saved */
  saved: string | undefined
  /** the copy was made by a reset that was interrupted */
  completed: boolean
  /** whether anything changed, files or progress */
  changed: boolean
  /** of the journal, for a person */
  notes: string[]
}

type ComponentState = 'missing' | 'starter' | 'changed'

/** Set-up folders of a reset begin so; one that is there when a reset begins was left by one that was killed. */
const STAGING = 'reset-'

/** Whether there is something to lose. */
async function stateOfComponent(
  { course, lab, track, component }: ResetOptions,
  staged: string,
): Promise<ComponentState> {
  const stat = lstatSync(component, { throwIfNoEntry: false })
  if (stat === undefined) return 'missing'
  if (!stat.isDirectory()) throw notAFolder(component, stat.isSymbolicLink())
  stageStarter(staged, course.root, lab, track)
  try {
    const [theirs, ours] = await Promise.all([packSource(component), packSource(staged)])
    return theirs.digest === ours.digest ? 'starter' : 'changed'
  } catch (error) {
    if (error instanceof Problem) return 'changed' // too large, or with links that no check accepts: not a starter
    throw error
  }
}

/**
 * `confirm` is asked before something that differs from the starter is moved away; when it says no, nothing is done and
 * undefined comes back. Throws a Problem when files can't be moved (they are where they were then) or the journal can't
 * be written (the next reset adds what is missing).
 */
export async function resetComponent(
  options: ResetOptions,
  confirm: () => Promise<boolean>,
): Promise<ResetResult | undefined> {
  const { workspace, lab, component } = options
  return guarded(options, async (staging) => {
    const staged = join(staging, 'component')
    const state = await stateOfComponent(options, staged)
    if (state === 'missing') stageStarter(staged, options.course.root, lab, options.track)
    if (state === 'changed' && !(await confirm())) return undefined
    const { events } = await readJournal(workspace)
    let saved: string | undefined
    if (state === 'changed') {
      saved = save(options)
      try {
        placeStarter(staged, component)
      } catch (error) {
        renameSync(copyPath(workspace.dir, saved), component)
        throw error
      }
    } else {
      placeStarter(staged, component)
    }
    syncFolder(dirname(component))
    const left = saved === undefined ? unrecorded(workspace.dir, lab.id, events) : undefined
    const progress = progressOf(lab, events, options.course.renames)
    if (state === 'starter' && left === undefined && progress.step === 1) {
      return { saved: undefined, completed: false, changed: false, notes: [] }
    }
    saved ??= left
    const entry: NewEvent = { type: 'component-reset', lab: lab.id, ...(saved !== undefined && { saved }) }
    const { notes } = await appendEvents(workspace, [entry])
    return { saved, completed: left !== undefined, changed: true, notes }
  })
}

export interface RestoreResult {
  /** name of the copy that is the component again */
  restored: string
  /** name of the copy of what it took the place of */
  saved: string | undefined
  notes: string[]
}

/** Brings the newest saved copy back; what is there now is saved. Undefined when there is none. Throws as a reset does. */
export async function restoreComponent(options: ResetOptions): Promise<RestoreResult | undefined> {
  const { workspace, lab, component } = options
  return guarded(options, async () => {
    const stat = lstatSync(component, { throwIfNoEntry: false })
    const restored = (stat ? undefined : await begun(options)) ?? savedCopies(workspace.dir, lab.id).at(-1)
    if (restored === undefined) return undefined
    if (stat && !stat.isDirectory()) throw notAFolder(component, stat.isSymbolicLink())
    const saved = stat && newCopyName(workspace.dir, lab.id, Date.now())
    const entry: NewEvent = {
      type: 'component-restored',
      lab: lab.id,
      saved: restored,
      ...(saved !== undefined && { replaced: saved }),
    }
    const { notes } = await appendEvents(workspace, [entry])
    if (saved !== undefined) renameSync(component, copyPath(workspace.dir, saved))
    else makeFolder(dirname(component))
    try {
      renameSync(copyPath(workspace.dir, restored), component)
    } catch (error) {
      if (saved !== undefined) renameSync(copyPath(workspace.dir, saved), component)
      throw error
    }
    syncFolder(dirname(component))
    syncFolder(savedFolder(workspace.dir))
    return { restored, saved, notes }
  })
}

/** Under the workspace's lock, with a folder to work in that is gone afterwards. */
async function guarded<T>(
  { workspace, lab, component }: ResetOptions,
  work: (staging: string) => Promise<T>,
): Promise<T> {
  return withLock(lockPath(workspace.dir, 'workspace'), async () => {
    let staging: string | undefined
    try {
      const folder = labFolder(workspace.dir)
      for (const name of readdirSync(folder)) {
        if (name.startsWith(STAGING)) rmSync(join(folder, name), { recursive: true, force: true })
      }
      staging = mkdtempSync(join(folder, STAGING))
      return await work(staging)
    } catch (error) {
      throw fileProblem(error, `Cannot put the component of ${lab.id} back.`, component)
    } finally {
      if (staging !== undefined) rmSync(staging, { recursive: true, force: true })
    }
  })
}

function save({ workspace, lab, component }: ResetOptions): string {
  const name = newCopyName(workspace.dir, lab.id, Date.now())
  makeFolder(savedFolder(workspace.dir))
  renameSync(component, copyPath(workspace.dir, name))
  syncFolder(savedFolder(workspace.dir))
  return name
}

/** The copy that a restoration which was killed between its renames was about to bring back. */
async function begun({ workspace, lab }: ResetOptions): Promise<string | undefined> {
  const { events } = await readJournal(workspace)
  const last = events.findLast((event) => event.type.startsWith('component-') && 'lab' in event && event.lab === lab.id)
  const name = last?.type === 'component-restored' ? last.saved : undefined
  return savedCopies(workspace.dir, lab.id).find((copy) => copy === name)
}

/** The newest copy, when no entry of the journal names it: that of a reset that was killed. */
function unrecorded(workspace: string, lab: string, events: readonly JournalEvent[]): string | undefined {
  const named = new Set(
    events.flatMap((event) => {
      if (event.type === 'component-reset') return [event.saved]
      return event.type === 'component-restored' ? [event.saved, event.replaced] : []
    }),
  )
  const newest = savedCopies(workspace, lab).at(-1)
  return newest !== undefined && named.has(newest) ? undefined : newest
}

function notAFolder(component: string, link: boolean): Problem {
  return new Problem({
    what: `The component ${component} is ${link ? 'a symbolic link' : 'not a folder'}.`,
    where: component,
    why: 'A reset moves the folder away as a whole, and does not follow links.',
    remedy: link
      ? 'Put the folder itself there, or remove the link and run lab reset again.'
      : 'Move it out of the way.',
  })
}
