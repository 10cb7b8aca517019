/** Part 5 of a proof: the commands of a lesson do what the lesson says, with each of the lab's solutions. */
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readLesson as readText } from '../../course/lesson.ts'
import type { Lab } from '../../course/model.ts'
import { duration } from '../../report/tty/duration.ts'
import type { ScriptResult } from '../../protocol/index.ts'
import type { Engine } from '../../targets/target.ts'
import type { Defect } from '../defect.ts'
import { EXPECT, readLesson, type Block } from './blocks.ts'
import { compare } from './compare.ts'
import { wrongPatterns } from './pattern.ts'
import { blockDefects, commands, runnable } from './rules.ts'
import { runLesson, type LessonOn, type LessonRun } from './run-lesson.ts'

export interface LessonProof {
  defects: Defect[]
  /** command blocks, and those of them that are run */
  blocks: number
  runnable: number
  /** the solutions that they were run with, in course order, and how long that took */
  runs: { track: string; ms: number }[]
}

export interface LessonProver {
  lab: Lab
  /** solutions that have an engine each run beside each other: blocks wait more than they compute */
  engines: readonly Engine[]
}

/**
 * All that is wrong with a lesson's blocks: by their form, and when they are run with each solution that exists.
 * Throws Problem when the machine lacks what they need.
 */
export async function proveLesson(on: Omit<LessonOn, 'engine'> & LessonProver): Promise<LessonProof> {
  const { lab, course, engines } = on
  const { path, markdown } = readText(lab)
  const file = relative(course.root, path)
  const sections = readLesson(markdown)
  const blocks = runnable(sections)
  const defects = blockDefects(sections, { lab: lab.id, file, steps: lab.steps.length })
  const tracks = lab.tracks.map(({ id }) => id).filter((id) => existsSync(join(lab.dir, 'solutions', id)))
  const runs: LessonRun[] = []
  const waiting = blocks.length === 0 ? [] : [...tracks]
  await Promise.all(
    engines.map(async (engine) => {
      for (let track = waiting.shift(); track !== undefined; track = waiting.shift()) {
        runs.push(await runLesson(blocks, track, { ...on, engine }))
      }
    }),
  )
  runs.sort((a, b) => tracks.indexOf(a.track) - tracks.indexOf(b.track))
  return {
    defects: [...defects, ...runDefects(blocks, runs, { lab: lab.id, file })],
    blocks: commands(sections).length,
    runnable: blocks.length,
    runs: runs.map(({ track, ms }) => ({ track, ms })),
  }
}

/** What went wrong when blocks were run; the same with several solutions is told once. Pure. */
export function runDefects(
  blocks: readonly Block[],
  runs: readonly LessonRun[],
  { lab, file }: { lab: string; file: string },
): Defect[] {
  const found = new Map<string, { defect: Defect; tracks: string[] }>()
  for (const block of blocks) {
    for (const run of runs) {
      const result = run.results.get(block.line)
      const wrong = result === undefined ? undefined : blockDefect(block, result)
      if (wrong === undefined) continue
      const { at, ...rest } = wrong
      const defect: Defect = { part: 'lessons', lab, where: `${file}:${at}`, ...rest }
      const known = found.get(JSON.stringify(defect))
      if (known === undefined) found.set(JSON.stringify(defect), { defect, tracks: [run.track] })
      else known.tracks.push(run.track)
    }
  }
  const built = runs.filter(({ buildFailed }) => buildFailed === undefined)
  const folder = file.replace(/[^/]*$/, '')
  return [
    ...runs.flatMap(({ track, buildFailed }) =>
      buildFailed === undefined ? [] : [unbuilt(lab, `${folder}solutions/${track}`, track, buildFailed)],
    ),
    ...[...found.values()].map(({ defect, tracks }): Defect => {
      const which = tracks.length === built.length ? 'every solution' : `the solution in ${tracks.join(' and ')}`
      return { ...defect, what: `${defect.what} (with ${which}).` }
    }),
  ]
}

const unbuilt = (lab: string, where: string, track: string, why: string): Defect => ({
  part: 'lessons',
  lab,
  where,
  what: `The lesson was not run with the solution in ${track}, which could not be built.`,
  why,
  remedy: 'Correct the solution.',
})

interface Wrong extends Pick<Defect, 'what' | 'why' | 'remedy'> {
  /** line in the lesson */
  at: number
}

/** Undefined when the block did what the lesson says; `what` has no full stop yet. */
function blockDefect({ line, next }: Block, result: ScriptResult): Wrong | undefined {
  const { cut, notes } = result
  const printed = [...result.output.slice(-3).map((text) => `  + ${text}`), ...notes]
  if (cut === 'time') {
    return {
      at: line,
      what: `The block in line ${line} did not end in its time, and was ended`,
      why: [`It had ${duration(result.ms)}. The last lines that it printed:`, ...printed].join('\n'),
      remedy: 'End what it starts, with timeout(1) for example, or start it in the background.',
    }
  }
  if (cut === 'output') {
    return {
      at: line,
      what: `The block in line ${line} printed too much, and was ended`,
      why: [`It had printed ${result.outputLines} lines. The last of them:`, ...printed].join('\n'),
      remedy: 'Print less, with head(1) for example.',
    }
  }
  if (next?.info !== EXPECT || next.text.split('\n').some((text) => wrongPatterns(text).length > 0)) return undefined
  const difference = compare(next.text, result.output)
  if (difference === undefined) return undefined
  return {
    at: next.line + 1 + difference.at,
    what: `The block in line ${line} does not print what the lesson says`,
    why: ['expected -, printed +:', difference.text, ...notes].join('\n'),
    remedy: 'Correct the block or what is expected: {{pattern}} stands for what varies, ... for any further lines.',
  }
}
