/** Which language a learner builds a lab in. */
import { loadTrack } from '../course/course.ts'
import type { Course, Lab, Track } from '../course/model.ts'
import { EXIT, Problem } from '../problem.ts'
import { onPath } from './on-path.ts'

/** Programs of a track that this machine lacks: the language's own and what builds with it run besides. */
export function lacking(track: Track, find: (program: string) => unknown = onPath): string[] {
  return [track.program, ...Object.keys(track.needs)].filter((program) => find(program) === undefined)
}

/** The first track that the lab offers and whose program this machine has. Throws Problem (exit 3) with the smallest install. */
export async function firstUsable(
  course: Course,
  lab: Lab,
  find: (program: string) => unknown = onPath,
): Promise<Track> {
  const tracks = await Promise.all(lab.tracks.map(({ id }) => loadTrack(course, id)))
  const usable = tracks.find((track) => lacking(track, find).length === 0)
  if (usable) return usable
  const installs = tracks
    .toSorted((a, b) => a.megabytes - b.megabytes)
    .map((track) => `${track.title}:\n  ${track.toolchain().install}`)
  throw new Problem(
    {
      what: `This machine has none of the languages that ${lab.id} can be built in.`,
      why: `On PATH there is no ${tracks.flatMap((track) => lacking(track, find)).join(', ')}.`,
      remedy: `lab doctor --fix   installs the first of these and what else is missing\n${installs.join('\n')}`,
    },
    EXIT.environment,
  )
}
