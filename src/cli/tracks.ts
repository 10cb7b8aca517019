/** Which language a learner builds a lab in. */
import { loadTrack } from '../course/course.ts'
import type { Course, Lab, Track } from '../course/model.ts'
import { EXIT, Problem } from '../problem.ts'
import { onPath } from './on-path.ts'

/** The first track that the lab offers and whose program this machine has. Throws Problem (exit 3) with the smallest install. */
export async function firstUsable(
  course: Course,
  lab: Lab,
  find: (program: string) => unknown = onPath,
): Promise<Track> {
  const tracks = await Promise.all(lab.tracks.map(({ id }) => loadTrack(course, id)))
  const usable = tracks.find((track) => find(track.program) !== undefined)
  if (usable) return usable
  const installs = tracks.map((track) => `${track.title}: ${track.toolchain().install}`)
  throw new Problem(
    {
      what: `This machine has none of the languages that ${lab.id} can be built in.`,
      why: `On PATH there is no ${tracks.map((track) => track.program).join(', ')}.`,
      remedy: `Install one of them, then run lab start again.\n${installs.join('\n')}`,
    },
    EXIT.environment,
  )
}
