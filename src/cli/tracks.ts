/** Which language a learner builds a lab in. */
import { broughtPath } from '../brought.ts'
import { loadTrack } from '../course/course.ts'
import type { Install } from '../course/schema.ts'
import { installsLine } from '../course/track.ts'
import type { Course, Lab, Track } from '../course/model.ts'
import { EXIT, Problem } from '../problem.ts'
import { onPath } from './on-path.ts'

/** Programs that building in this track takes and that this machine does not have, the track's own first. */
export function missingFor(track: Track, find: (program: string) => unknown = onPath): string[] {
  return [
    ...(programOf(track, find) === undefined ? [track.program] : []),
    ...Object.keys(track.needs).filter((program) => find(program) === undefined),
  ]
}

/** Where the track's own program is: `find` is not asked for one that Drydock brings. */
export function programOf<Found>(
  { program, brought }: Track,
  find: (program: string) => Found | undefined,
): Found | string | undefined {
  const own = brought.find((name) => name === program)
  return own === undefined ? find(program) : broughtPath(own)
}

/** How the programs that `missingFor` found are installed. */
export function installsFor(track: Track, missing: readonly string[]): Install[] {
  return missing.flatMap((name) => (name === track.program ? [track.install] : (track.needs[name] ?? [])))
}

/** The first track that the lab offers and whose program this machine has. Throws Problem (exit 3) with the smallest install. */
export async function firstUsable(
  course: Course,
  lab: Lab,
  find: (program: string) => unknown = onPath,
): Promise<Track> {
  const tracks = await Promise.all(lab.tracks.map(({ id }) => loadTrack(course, id)))
  const usable = tracks.find((track) => missingFor(track, find).length === 0)
  if (usable) return usable
  const installs = tracks
    .toSorted((a, b) => a.megabytes - b.megabytes)
    .map((track) => `${track.title}: ${installsLine(installsFor(track, missingFor(track, find)))}`)
  throw new Problem(
    {
      what: `This machine has none of the languages that ${lab.id} can be built in.`,
      why: `On PATH there is no ${tracks.flatMap((track) => missingFor(track, find)).join(', ')}.`,
      remedy: `lab doctor --fix   installs the first of these and what else is missing\n${installs.join('\n')}`,
    },
    EXIT.environment,
  )
}
