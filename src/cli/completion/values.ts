/** What may stand for an argument or a flag's value, found by its name: a new command is completed as it is. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadLab } from '../../course/lab.ts'
import { loadTrack, trackIds } from '../../course/track.ts'
import type { Course, Lab } from '../../course/model.ts'
import { courseAt, findPlace, labInHand, type PlaceFlags } from '../place.ts'

export interface Candidate {
  value: string
  text?: string | undefined
}

/** Candidates, or what the shell completes better itself. */
export type Offer = Candidate[] | 'folders' | 'files'

interface Where {
  flags: PlaceFlags
  root: string
  course: Course
  /** the lab that the command line names; none: the one in hand */
  lab: string | undefined
}

type Source = (where: Where) => Promise<Candidate[]>

const SOURCES: Readonly<Record<string, Source>> = {
  check: checks,
  lab: labs,
  step: steps,
  track: tracks,
  starter: (where) => ofLab(where, (lab) => lab.tracks.map(({ id }) => id)),
  solution: (where) => ofLab(where, ({ dir }) => namesIn(dir, 'solutions', '')),
  oracle: (where) => ofLab(where, ({ dir }) => namesIn(dir, 'oracles', '.yaml')),
  mutant: (where) => ofLab(where, ({ dir }) => namesIn(dir, 'mutants', '.patch')),
  id: planned,
}

const PLACES: Readonly<Record<string, Offer>> = { DIR: 'folders', FOLDER: 'folders', FILE: 'files' }

/** `helpValue` is what the help calls a flag's value. Empty where nothing is known; throws what commands throw. */
export async function offer(
  name: string,
  helpValue: string | undefined,
  flags: PlaceFlags,
  root: string,
  lab?: string,
): Promise<Offer> {
  const place = PLACES[(helpValue ?? name).toUpperCase()]
  if (place !== undefined) return place
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined
  return source === undefined ? [] : source({ flags, root, course: await courseAt(flags, root), lab })
}

async function checks(where: Where): Promise<Candidate[]> {
  const lab = await inHand(where)
  return lab?.steps.flatMap((step) => step.checks.map(({ id, claim }) => ({ value: id, text: claim }))) ?? []
}

async function steps(where: Where): Promise<Candidate[]> {
  const lab = await inHand(where)
  return lab?.steps.map(({ id, number, title }) => ({ value: id, text: `step ${number}: ${title}` })) ?? []
}

/** Of the lab that is named; nothing where none is. */
async function ofLab({ course, lab }: Where, names: (lab: Lab) => string[]): Promise<Candidate[]> {
  return lab === undefined ? [] : names(await loadLab(course, lab)).map((value) => ({ value }))
}

/** Files with that ending; with an empty one folders. */
function namesIn(dir: string, folder: string, ending: string): string[] {
  const path = join(dir, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => (ending === '' ? !name.startsWith('.') : name.endsWith(ending)))
    .map((name) => (ending === '' ? name : name.slice(0, -ending.length)))
    .sort()
}

/** Those that nobody has written yet. */
async function planned({ course }: Where): Promise<Candidate[]> {
  return course.labs.filter(({ planned }) => planned).map(({ id, title }) => ({ value: id, text: title }))
}

/** Those that are written. */
async function labs({ course }: Where): Promise<Candidate[]> {
  return course.labs.filter(({ planned }) => !planned).map(({ id, title }) => ({ value: id, text: title }))
}

async function tracks({ course }: Where): Promise<Candidate[]> {
  const found = await Promise.all(trackIds(course.root).map((id) => loadTrack(course, id)))
  return found.map(({ id, title }) => ({ value: id, text: title }))
}

async function inHand({ flags, root, course, lab }: Where): Promise<Lab | undefined> {
  if (lab !== undefined) return loadLab(course, lab)
  const place = await findPlace(course, flags, root, () => undefined)
  const id = place && labInHand(place)
  return id === undefined ? undefined : loadLab(course, id)
}
