/** What the command line asks of a grading: which labs, what of them is required, and for how long. */
import { findLab } from '../../course/find-lab.ts'
import { loadLab } from '../../course/lab.ts'
import type { Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'

export interface Asked {
  /** ids; none: those that are started */
  labs: string[]
  /** lab → points */
  required: Record<string, number>
  /** `auto` or a target's name */
  target: string
  timeoutMs: number | undefined
}

/** The written labs that a grading may be about, in course order. */
export async function writtenLabs(course: Course): Promise<Lab[]> {
  return Promise.all(course.labs.filter(({ planned }) => !planned).map(({ id }) => loadLab(course, id)))
}

/** Throws Problem (wrong usage) for a lab that the course does not have, or more points than it gives. */
export async function askedOf(
  course: Course,
  said: { labs: readonly string[]; require: readonly string[]; target: string; timeout: string | undefined },
): Promise<Asked> {
  const labs = await Promise.all(said.labs.map(async (id) => (await loadLab(course, findLab(course, id).id)).id))
  const required: Record<string, number> = {}
  for (const text of said.require) {
    const [, id = '', points] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
    const lab = await loadLab(course, findLab(course, id).id)
    required[lab.id] = points === undefined ? lab.points : pointsOf(points, lab, text)
  }
  // What is required is graded, whatever else is named.
  const all = labs.length === 0 ? [] : [...new Set([...labs, ...Object.keys(required)])]
  return {
    labs: course.labs.map(({ id }) => id).filter((id) => all.includes(id)),
    required,
    target: said.target,
    timeoutMs: said.timeout === undefined ? undefined : durationOf(said.timeout),
  }
}

function pointsOf(text: string, lab: Lab, whole: string): number {
  const points = Number(text)
  if (/^\d+$/.test(text) && points <= lab.points) return points
  throw new Problem(
    {
      what: `--require ${whole} asks for points that ${lab.id} does not give.`,
      why: `It gives 0 to ${lab.points} points, in whole numbers.`,
      remedy: `lab grade --require ${lab.id}:${lab.points}`,
    },
    EXIT.usage,
  )
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** `90s`, `10m`, `1h` in ms. Throws Problem (wrong usage). */
export function durationOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS[unit] ?? 0)
  // What setTimeout can wait for at most: 2^31 - 1 ms.
  if (ms > 0 && ms < 2 ** 31) return ms
  throw new Problem(
    {
      what: `--timeout takes a time, not "${text}".`,
      why: 'A time is a number and a unit: s, m or h; at most 24 days.',
      remedy: 'lab grade --timeout 10m',
    },
    EXIT.usage,
  )
}
