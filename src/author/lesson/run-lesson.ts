/** Runs the blocks of a lesson on an engine, with one of the lab's solutions in place. */
import { join } from 'node:path'
import type { Course, Lab } from '../../course/model.ts'
import { loadTrack } from '../../course/track.ts'
import { installLine, packagesOf } from '../../packages.ts'
import { Problem } from '../../problem.ts'
import type { ScriptResult } from '../../protocol/index.ts'
import type { Engine } from '../../targets/target.ts'
import { readComponent } from '../../workspace/component.ts'
import { packSource } from '../../workspace/source.ts'
import type { Block } from './blocks.ts'

/** ms that one block may take on a fast laptop */
const LIMIT = 60_000

export interface LessonRun {
  track: string
  /** by the line of the block */
  results: Map<number, ScriptResult>
  /** what the build said, when it failed */
  buildFailed: string | undefined
  ms: number
}

export interface LessonOn {
  engine: Engine
  course: Pick<Course, 'root'>
  lab: Pick<Lab, 'id' | 'name' | 'dir' | 'tools'>
  /** path of the lab's bundled checkers */
  checkers: string
  /** folders that no component may see */
  hidden: string[]
  /** ms that one block may take on a fast laptop; default 60 s */
  limit?: number
  signal?: AbortSignal
}

/** The name by which a lesson calls the component's program: `linux/init` → `INIT`. */
export const variableOf = (name: string): string => name.toUpperCase().replaceAll('-', '_')

/**
 * Runs the blocks in order on one fresh host, with the solution in `track`. Throws Problem when the machine lacks
 * something (a tool of the lesson, the language), with the command that installs it, and when the run is cancelled.
 */
export async function runLesson(blocks: readonly Block[], track: string, on: LessonOn): Promise<LessonRun> {
  const { lab } = on
  const folder = join(lab.dir, 'solutions', track)
  const [{ spec }, source, language] = await Promise.all([
    readComponent(folder),
    packSource(folder),
    loadTrack(on.course, track),
  ])
  const run: LessonRun = { track, results: new Map(), buildFailed: undefined, ms: 0 }
  const lines = new Map(blocks.map((block) => [idOf(block), block.line]))
  const events = on.engine.script(
    {
      lab: lab.id,
      checkers: on.checkers,
      source,
      spec,
      toolchain: language.toolchain(),
      cache: 'author',
      hidden: on.hidden,
      scripts: blocks.map((block) => ({ id: idOf(block), text: `${block.text}\n` })),
      tools: toolsIn(blocks, lab.tools),
      variable: variableOf(lab.name),
      limit: on.limit ?? LIMIT,
    },
    on.signal,
  )
  for await (const event of events) {
    if (event.type === 'script-done') run.results.set(lines.get(event.result.script) ?? 0, event.result)
    else if (event.type === 'missing') throw new Error(`the engine has lost the source ${event.digest}`)
    else if (event.type === 'build' && event.state === 'failed') {
      run.buildFailed = [`${event.command ?? ''} ${event.ended ?? ''}`, event.output ?? ''].join('\n').trim()
    } else if (event.type === 'fault') {
      const { cause, what, why, remedy, detail } = event.fault
      if (cause === 'bug') throw new Error(what, { cause: detail })
      throw new Problem({ what, why, remedy })
    } else if (event.type === 'run-done') {
      run.ms = event.ms
      if (event.cancelled)
        throw new Problem({ what: `The lesson of ${lab.id} was not run to its end: it was cancelled.` })
    }
  }
  return run
}

const idOf = ({ line }: Block): string => `line-${line}`

/** Of the tools that the lab names, those that the blocks run; each with the command that installs it. */
export function toolsIn(blocks: readonly Pick<Block, 'text'>[], tools: Lab['tools']): Record<string, string> {
  const used = Object.keys(tools).filter((name) => blocks.some(({ text }) => words(text).has(name)))
  return Object.fromEntries(
    used.map((name) => [name, installLine([packagesOf(name)], `install ${name}, your system’s package`)]),
  )
}

const words = (text: string): Set<string> => new Set(text.split(/[^\w.+-]+/))
