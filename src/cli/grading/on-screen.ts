/** Grades with what a person sees while it runs: the header, the line that changes, how the build went. */
import type { Event } from '../../protocol/index.ts'
import { buildLine } from '../../report/tty/build.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { runHeader, type RunHeader } from '../../report/tty/run-header.ts'
import { grade, type GradeOptions, type Graded } from './grade.ts'
import { Live } from './live.ts'

export interface Screen {
  layout: Layout
  say(text?: string): void
  /** no line that changes: the output is data */
  quiet: boolean
}

/** What tells a screen about a run. */
export interface Hooks {
  onBegin: () => void
  onEvent: (event: Event, graded: Graded) => void
}

type Shown = Pick<GradeOptions, 'engine' | 'seed' | 'checks' | 'signal' | 'onEvent'> & Pick<RunHeader, 'lab' | 'step'>

export async function gradeOnScreen(options: GradeOptions, screen: Screen): Promise<Graded> {
  const { lab } = options.place
  const step = { number: options.step, title: lab.steps[options.step - 1]?.title ?? '', of: lab.steps.length }
  return onScreen({ ...options, lab: lab.id, step }, screen, (hooks) => grade({ ...options, ...hooks }))
}

export async function onScreen(shown: Shown, screen: Screen, run: (hooks: Hooks) => Promise<Graded>): Promise<Graded> {
  const { lab, step, engine, seed, checks, signal } = shown
  const { target, factor } = engine
  const header = { lab, step, target, seed, factor }
  using live = screen.quiet ? undefined : await Live.start(screen.layout.paint)
  let held = false
  if (live) live.of = checks.length
  const onBegin = (): void => {
    const text = runHeader(header, screen.layout)
    if (live) live.say(text)
    else screen.say(text)
  }
  const onEvent = (event: Event, graded: Graded): void => {
    live?.show(event)
    if (event.type === 'build' && (event.state === 'done' || event.state === 'cached')) {
      const line = buildLine(event.state, event.ms, screen.layout)
      if (live) live.say(line)
      else screen.say(line)
    }
    if (event.type === 'held') {
      live?.pause()
      held = true
    }
    shown.onEvent?.(event, graded)
  }
  const onAbort = (): void => {
    if (live) live.show('stopping')
    // A host that was held is let go: nothing is waited for.
    else if (!screen.quiet && !held) screen.say(`  stopping ${screen.layout.paint.signs.ellipsis}`)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await run({ onBegin, onEvent })
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
