/** What `lab check --watch` has on the screen: the last verdict, and while a build is broken the failures before it. */
import type { Check } from '../../course/model.ts'
import { EXIT, type Problem } from '../../problem.ts'
import { buildLine } from '../../report/tty/build.ts'
import { duration } from '../../report/tty/duration.ts'
import { problemText } from '../../report/tty/problem.ts'
import { runHeader } from '../../report/tty/run-header.ts'
import { progressOf } from '../../workspace/progress.ts'
import { exitCodeOf, type Graded } from '../grading/grade.ts'
import type { Screen } from '../grading/on-screen.ts'
import { runJson } from '../grading/run-json.ts'
import { stepDone } from '../grading/step-done.ts'
import { buildFailed, failureBlock, tell } from '../grading/tell.ts'
import { shown, type LabInHand } from '../place.ts'

export interface Output {
  screen: Screen
  /** a run as data, where data is asked for */
  data: ((json: unknown) => void) | undefined
  note: (text: string) => void
}

export interface Shown {
  place: LabInHand
  graded: Graded
  checks: Check[]
  step: number
  red: Red | undefined
  /** when the save that caused the run was seen, ms since the epoch; undefined when none did */
  changedAt: number | undefined
}

/** What stays on the screen while a new build is broken. */
export interface Red {
  at: Date
  blocks: string
}

/** Shows a finished run in place of the one before it; returns the failures that are to stay. */
export function show(options: Output, { place, graded, checks, step, red, changedAt }: Shown): Red | undefined {
  const { screen, data } = options
  const { lab, course } = place
  const progress = progressOf(lab, graded.events, course.renames)
  const { points } = progress
  const run = { lab, checks, step, graded, points, before: place.events, now: Date.now() }
  if (data) {
    data(runJson({ ...run, target: graded.target, course: course.version, exitCode: exitCodeOf(graded) }))
    return undefined
  }
  const { layout } = screen
  clear()
  const title = lab.steps[step - 1]?.title ?? ''
  const header = { step: { number: step, title, of: lab.steps.length }, seed: graded.seed, factor: graded.factor }
  screen.say(runHeader({ lab: lab.id, target: graded.target, ...header }, layout))
  if (graded.build && graded.build.state !== 'failed' && graded.build.state !== 'started')
    screen.say(buildLine(graded.build.state, graded.build.ms, layout))
  screen.say()
  const broken = buildFailed(graded, layout)
  if (broken !== undefined) {
    if (red) screen.say(`  Before, at ${clock(red.at)}:\n\n${red.blocks}\n`)
    screen.say(broken)
  } else screen.say(tell(run, layout))
  const done = exitCodeOf(graded) === EXIT.passed ? stepDone(lab, place.progress, progress) : undefined
  if (done !== undefined) screen.say(`\n${done}`)
  graded.notes.forEach(options.note)
  if (graded.problem) screen.say(`\n${problemText(graded.problem.text, { ...layout, stack: undefined })}`)
  const took = changedAt === undefined ? '' : `, ${duration(Date.now() - changedAt)} after the save`
  screen.say(
    `\n  ${clock(new Date())} ${layout.paint.signs.dot} watching ${shown(place.component)}${took}; Ctrl-C ends`,
  )
  if (broken !== undefined) return red
  const bad = graded.results.filter(({ verdict }) => verdict === 'failed' || verdict === 'timeout')
  if (bad.length === 0) return undefined
  return { at: new Date(), blocks: bad.map((r) => failureBlock(r, { ...run, help: false }, layout)).join('\n\n') }
}

export function tellProblem({ screen, data }: Output, { text, exitCode }: Problem): void {
  if (data) return data({ error: { ...text, exitCode } })
  clear()
  screen.say(problemText(text, { ...screen.layout, stack: undefined }))
  screen.say(
    `\n  ${clock(new Date())} ${screen.layout.paint.signs.dot} tried again when something is saved; Ctrl-C ends`,
  )
}

/** What was on the screen stays in the scroll-back of most terminals. */
function clear(): void {
  if (process.stdout.isTTY && process.env['TERM'] !== 'dumb') process.stdout.write('\x1b[H\x1b[2J')
  else process.stdout.write('\n')
}

const clock = (at: Date): string => at.toTimeString().slice(0, 8)
