/** Everything that the lab in hand needs, and whether this machine has it. */
import { loadLab } from '../../course/lab.ts'
import type { Course } from '../../course/model.ts'
import type { Machine } from '../../packages.ts'
import { Problem } from '../../problem.ts'
import { labInHand, type Place } from '../place.ts'
import { requiredFor, REQUIRED } from '../grading/connect-for.ts'
import type { Gap } from './gap.ts'
import { languageGaps } from './languages.ts'
import { cacheGap, inotifyGaps, workspaceGap } from './places.ts'
import { gitGap, hostGaps, nodeGap, npmGaps, toolGaps } from './programs.ts'
import { vmGaps } from './vm.ts'
import { notTried, targetGaps } from './target.ts'

export interface LookOptions {
  /** the package's folder */
  root: string
  course: Course
  /** its folder, whether or not it is there yet */
  workspace: string
  /** undefined before the first `lab start` */
  place: Place | undefined
  machine: Machine
  onNote: (text: string) => void
}

export async function look(options: LookOptions): Promise<{ lab: string | undefined; gaps: Gap[] }> {
  const { root, course, workspace, place, machine, onNote } = options
  const id = (place && labInHand(place)) ?? course.labs.find(({ planned }) => !planned)?.id
  const lab = id === undefined ? undefined : await loadLab(course, id)
  const target = place?.workspace.target ?? 'auto'
  const chosen = id === undefined ? undefined : place?.workspace.labs[id]?.track
  const hosts = process.platform === 'linux' ? hostGaps(machine) : []
  const places = await placeGaps(workspace)
  const startable = [...hosts, ...places.filter(({ name }) => name === 'cache')].every(
    ({ state }) => state !== 'missing',
  )
  const gaps = [
    nodeGap(),
    ...npmGaps(root),
    gitGap(machine),
    ...(lab === undefined ? [] : await languageGaps(course, lab, chosen, machine)),
    ...hosts,
    ...places,
    ...(target === 'lima' || process.platform !== 'linux' ? await vmGaps(root, machine) : []),
    ...(startable
      ? await targetGaps({ root, target, requires: await requiredFor(lab?.id, course.root, root), onNote })
      : [notTried(target)]),
    ...(lab === undefined ? [] : toolGaps(lab, machine)),
    ...(process.platform === 'linux' ? inotifyGaps() : []),
  ]
  return { lab: id, gaps }
}

async function placeGaps(workspace: string): Promise<Gap[]> {
  if (process.platform !== 'linux') return [workspaceGap(workspace)]
  const { cacheRoot, findMode } = await import('../../targets/local.ts')
  let mode: ReturnType<typeof findMode>
  try {
    mode = findMode(REQUIRED)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [workspaceGap(workspace)]
  }
  // Root's own folder is root's to look at.
  return [workspaceGap(workspace), ...(mode === 'sudo' ? [] : [cacheGap(cacheRoot(process.env, mode === 'root'))])]
}
