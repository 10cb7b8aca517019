/** The languages that a lab can be built in. */
import { loadTrack } from '../../course/track.ts'
import type { Course, Lab, Track } from '../../course/model.ts'
import { onPath } from '../../on-path.ts'
import type { Machine } from '../../packages.ts'
import { installsFor, missingFor, programOf } from '../tracks.ts'
import { gapOf, type Gap } from './gap.ts'

/** The chosen language is needed; while none is chosen, one that is here, else the one that is smallest to install. */
export async function languageGaps(
  course: Course,
  lab: Lab,
  chosen: string | undefined,
  machine: Machine,
): Promise<Gap[]> {
  const tracks = await Promise.all(lab.tracks.map(({ id }) => loadTrack(course, id)))
  const usable = tracks.find((track) => missingFor(track).length === 0)
  const smallest = tracks.toSorted((a, b) => a.megabytes - b.megabytes)[0]
  const needed = chosen ?? usable?.id ?? smallest?.id
  return tracks.map((track) => languageGap(track, { needed: track.id === needed, machine }))
}

function languageGap(track: Track, { needed, machine }: { needed: boolean; machine: Machine }): Gap {
  const { title: name, program } = track
  const missing = missingFor(track)
  if (missing.length === 0) return { name, state: 'present', text: programOf(track, onPath) ?? program }
  const own = track.brought.some((name) => name === program) ? ', which npm installs with lab' : ' on PATH'
  const lacks = missing
    .map((one) => `no ${one}${one === program ? own : ` on PATH, which ${program} calls`}`)
    .join('; ')
  const text = needed ? lacks : `${lacks}: another language of this lab`
  const installs = installsFor(track, missing)
  const otherwise = installs.map(({ other }) => other).join('; ')
  const gap = gapOf({ name, state: needed ? 'missing' : 'absent', text }, installs, otherwise, machine)
  return needed ? gap : { ...gap, instead: true }
}
