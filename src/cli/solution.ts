/** The reference solution of a lab: when it may be seen, and where it is. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../course/model.ts'
import { nearest } from '../course/nearest.ts'
import { EXIT, Problem } from '../problem.ts'
import type { LabProgress } from '../workspace/progress.ts'
import type { LabInHand } from './place.ts'

/** Opens when every check of the lab has passed once, in whatever run, when the lab is finished, or after giving up. */
export function solutionIsOpen(lab: Pick<Lab, 'steps'>, progress: LabProgress): boolean {
  return progress.finished || progress.gaveUpAt !== undefined || missingSteps(lab, progress).length === 0
}

/**
 * Throws Problem (exit 1) that says what is missing and how the solution opens before that; `track` where the person
 * named another language than their own.
 */
export function requireOpen({ lab, progress }: Pick<LabInHand, 'lab' | 'progress'>, track?: string): void {
  if (solutionIsOpen(lab, progress)) return
  const missing = missingSteps(lab, progress).map(
    ({ number, title, passed, of }) => `step ${number}, ${title}: ${passed} of ${of} checks`,
  )
  throw new Problem(
    {
      what: `The solution of ${lab.id} opens when each of its checks has passed once.`,
      why: `What has passed so far:\n${missing.join('\n')}`,
      remedy:
        'lab check --all   runs every check\n' +
        `lab solution --give-up${track === undefined ? '' : ` --track ${track}`}   opens it now; your journal and lab status will say so`,
    },
    EXIT.failed,
  )
}

function missingSteps(lab: Pick<Lab, 'steps'>, progress: LabProgress) {
  return lab.steps.flatMap(({ number, title, checks }) => {
    const passed = checks.filter(({ id }) => progress.everPassed.has(id)).length
    return passed === checks.length ? [] : [{ number, title, passed, of: checks.length }]
  })
}

/**
 * The folder of the lab's solution in `track`. Throws Problem: wrong usage when the lab has none in that language, the
 * environment's (exit 3) when this installation came without solutions.
 */
export function solutionFolder(lab: Lab, track: string): string {
  const all = join(lab.dir, 'solutions')
  const tracks = solvedTracks(lab)
  if (tracks.includes(track)) return join(all, track)
  if (tracks.length === 0) {
    throw new Problem({
      what: `The solution of ${lab.id} is not part of this installation.`,
      where: all,
      why: 'Copies of Drydock that are handed out may come without solutions.',
      remedy: "Look into Drydock's own repository, or ask whoever gave you this copy.",
    })
  }
  // A lab may offer a language in which it has a starter alone.
  const meant = lab.tracks.some(({ id }) => id === track) ? undefined : nearest(track, tracks)
  const other = meant ?? tracks[0] ?? ''
  throw new Problem(
    {
      what: `Lab ${lab.id} has no solution in ${track}.`,
      why: meant === undefined ? `It has one in ${tracks.join(', ')}.` : `Did you mean ${meant}?`,
      remedy: `lab solution --track ${other}   shows the one in ${other}`,
    },
    EXIT.usage,
  )
}

/** The languages in which the solution is part of this installation, in the order in which the lab offers them. */
function solvedTracks({ dir, tracks }: Pick<Lab, 'dir' | 'tracks'>): string[] {
  return tracks.map(({ id }) => id).filter((id) => existsSync(join(dir, 'solutions', id)))
}

/** The track of the solution that `lab solution` best shows to this learner; undefined where there is none. */
export function solutionToShow(
  place: Pick<LabInHand, 'workspace' | 'lab'>,
): { track: string; own: boolean } | undefined {
  const tracks = solvedTracks(place.lab)
  const own = trackOf(place)
  const track = tracks.includes(own) ? own : tracks[0]
  return track === undefined ? undefined : { track, own: track === own }
}

/** The language that the learner builds the lab in. */
export function trackOf({ workspace, lab }: Pick<LabInHand, 'workspace' | 'lab'>): string {
  return workspace.labs[lab.id]?.track ?? ''
}
