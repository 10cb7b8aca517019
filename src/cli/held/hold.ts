/** Runs one check and holds its host where it fails, or where it ends. */
import type { Check } from '../../course/model.ts'
import type { HeldPlace } from '../../protocol/index.ts'
import type { Engine } from '../../targets/target.ts'
import type { Checked, JournalEvent } from '../../workspace/events.ts'
import { renamed } from '../../course/find-lab.ts'
import type { Graded } from '../grading/grade.ts'
import { gradeOnScreen, type Screen } from '../grading/on-screen.ts'
import type { LabInHand } from '../place.ts'
import { Announcement, type Held } from './held.ts'

export interface HoldOptions {
  place: LabInHand
  root: string
  engine: Engine
  check: Check
  seed: string
  /** `failed`: a check that passes is not held */
  hold: 'failed' | 'always'
  screen: Screen
  /** the person's Ctrl-C */
  signal: AbortSignal
  /** called while the host is held; it is let go when this resolves */
  whileHeld: (held: Held, graded: Graded) => Promise<void>
}

/** Resolves when everything is torn down; `whileHeld` was not called where nothing was held. Throws Problem where no host can be entered. */
export async function runAndHold(options: HoldOptions): Promise<Graded> {
  const { place, root, engine, check, seed, screen, signal, whileHeld } = options
  if (engine.noEntry !== undefined) throw engine.noEntry
  const release = new AbortController()
  let holding: Promise<void> | undefined
  const hold = async (heldPlace: HeldPlace, graded: Graded): Promise<void> => {
    try {
      const held = { check: check.id, seed, name: heldPlace.name, entry: engine.entryTo(heldPlace) }
      using _announced = new Announcement(place.workspace.dir, held)
      await whileHeld(held, graded)
    } finally {
      release.abort()
    }
  }
  const graded = await gradeOnScreen(
    {
      place,
      root,
      engine,
      checks: [check],
      step: check.step,
      seed,
      signal: AbortSignal.any([signal, release.signal]),
      hold: options.hold,
      onEvent: (event, sofar) => {
        if (event.type !== 'held') return
        holding = hold(event.place, sofar)
        // Awaited below, after the engine has let go.
        holding.catch(() => undefined)
      },
    },
    screen,
  )
  await holding
  return graded
}

/** The last run in which the check failed, or with no check named, any check of the lab. */
export function lastFailure(
  { lab, events, course }: Pick<LabInHand, 'lab' | 'events' | 'course'>,
  check?: string,
): { check: string; seed: string } | undefined {
  const now = (id: string): string => renamed(course.renames, id)
  const runs = events.filter((e): e is JournalEvent & Checked => e.type === 'checked' && now(e.lab) === lab.id)
  for (const { results, seed } of runs.reverse()) {
    const red = results.find(
      (r) => (r.verdict === 'failed' || r.verdict === 'timeout') && (check === undefined || now(r.check) === check),
    )
    if (red) return { check: now(red.check), seed }
  }
  return undefined
}
