import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { string as text } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { loadLab } from '../../course/course.ts'
import { loadTrack } from '../../course/track.ts'
import type { Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { startScreen } from '../../report/tty/start-screen.ts'
import { stepScreen } from '../../report/tty/step-screen.ts'
import type { Engine } from '../../targets/target.ts'
import { findWorkspace, isWorkspace } from '../../workspace/find.ts'
import { appendEvents } from '../../workspace/journal.ts'
import { currentLab, progressOf } from '../../workspace/progress.ts'
import { addLab, createWorkspace } from '../../workspace/workspace.ts'
import { LabCommand } from '../command.ts'
import { exitCodeOf, grade, type Graded } from '../grading/grade.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { Live } from '../grading/live.ts'
import { stepOf } from '../grading/plan.ts'
import { runJson } from '../grading/run-json.ts'
import { newSeed } from '../grading/seed.ts'
import { buildFailed, checkLines, failureBlock, tell } from '../grading/tell.ts'
import {
  courseAt,
  defaultWorkspace,
  labInHand,
  placeIn,
  real,
  searchFor,
  shown,
  workingStep,
  type LabInHand,
  type Place,
} from '../place.ts'
import { firstUsable } from '../tracks.ts'

export class Start extends LabCommand {
  static override summary = 'start a lab, or go on with one'
  static override description =
    'Makes the workspace when there is none, puts the starter of the lab into it, and checks the untouched starter once, ' +
    'so that you see the first red check. Exits 0 there.'
  static override examples = [
    { description: 'The lab that you work on, else the first one', command: '<%= config.bin %> start' },
    {
      description: 'A lab by name, in a language of your choice',
      command: '<%= config.bin %> start linux/init --track python',
    },
    { description: 'In a workspace of your own', command: '<%= config.bin %> start --workspace ~/drydock' },
  ]
  static override args = { lab: text({ description: 'lab to start, for example linux/init', ignoreStdin: true }) }
  static override flags = { track: string({ summary: 'language to build in: go, python, rust …', helpValue: 'TRACK' }) }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Start)
    const course = await courseAt(flags, this.root)
    const dir = findWorkspace(searchFor(flags, this.root)) ?? defaultWorkspace(this.root)
    // Nothing is made before it is known that the lab exists and can be built here.
    const before = isWorkspace(dir) ? await placeIn(course, dir, this.note) : undefined
    const lab = await loadLab(course, args.lab ?? (before && labInHand(before)) ?? firstLab(course))
    const pinned =
      before && (before.workspace.labs[lab.id]?.track ?? progressOf(lab, before.events, course.renames).track)
    const track = flags.track ?? pinned ?? (await firstUsable(course, lab)).id
    if (!lab.tracks.some(({ id }) => id === track)) await refuse(course, lab, track)
    const place = await this.#open(course, dir, lab, track)
    return this.#begin(place, track)
  }

  async #open(course: Course, dir: string, lab: Lab, track: string): Promise<LabInHand> {
    const { workspace, notes } = await createWorkspace(dir, course)
    notes.forEach(this.note)
    const component = await addLab(workspace, course, lab, track)
    let place: Place = await placeIn(course, workspace.dir, this.note)
    const progress = progressOf(lab, place.events, course.renames)
    if (currentLab(place.events, course.renames) !== lab.id || progress.track !== track) {
      const { events } = await appendEvents(place.workspace, [{ type: 'lab-started', lab: lab.id, track }])
      place = { ...place, events: [...place.events, ...events] }
    }
    return { ...place, lab, component, progress: progressOf(lab, place.events, course.renames) }
  }

  async #begin(place: LabInHand, track: string): Promise<unknown> {
    const { lab, progress, course } = place
    const { connectFor } = await import('../grading/connect-for.ts')
    const { target } = place.workspace
    let engine: Engine
    try {
      engine = await connectFor({ lab: lab.id, course: course.root, root: this.root, target, note: this.note })
    } catch (error) {
      // The lab is there to be read, even where it can't be checked.
      this.say(await this.#screen(place, track, undefined))
      this.say()
      throw error
    }
    await using _closed = engine
    this.say(await this.#screen(place, track, engine.description))
    this.say()
    if (progress.attempts > 0) return this.#goOn(place)
    using interrupt = new Interrupt()
    const step = stepOf(lab, 1)
    const options = {
      place,
      root: this.root,
      engine,
      checks: step.checks,
      step: 1,
      seed: newSeed(),
      signal: interrupt.signal,
    }
    const graded = await this.#grade(options)
    this.code = interrupt.received?.code ?? exitCodeOf(graded)
    if (this.code === EXIT.failed) this.code = EXIT.passed
    if (!this.jsonEnabled()) this.#red(place, graded)
    graded.notes.forEach(this.note)
    if (graded.problem && !this.jsonEnabled()) throw graded.problem
    const { points } = progressOf(lab, graded.events, course.renames)
    const run = {
      lab,
      checks: step.checks,
      step: 1,
      graded,
      target: engine.target,
      course: course.version,
      points,
      exitCode: this.code,
    }
    return { ...facts(place, track), run: runJson(run) }
  }

  async #grade(options: Parameters<typeof grade>[0]): Promise<Graded> {
    using live = this.jsonEnabled() ? undefined : await Live.start(this.paint)
    if (live) live.of = options.checks.length
    options.signal.addEventListener('abort', () => live?.show('stopping'))
    return await grade({ ...options, onEvent: (event) => live?.show(event) })
  }

  async #screen(
    { course, lab, component, workspace }: LabInHand,
    track: string,
    where: string | undefined,
  ): Promise<string> {
    const language = await loadTrack(course, track)
    const others = lab.tracks.filter(({ id }) => id !== track).map(({ id }) => id)
    const choice = others.length > 0 ? `   other tracks: ${others.join(', ')}` : ''
    const lesson = join(component, 'LESSON.md')
    return startScreen(
      {
        number: lab.number,
        of: course.labs.length,
        id: lab.id,
        title: lab.title,
        builds: lab.builds,
        standard: lab.standard,
        place: [
          ['Where your components run', where ?? 'not yet: see below'],
          ['Your language', `${language.title}${choice}`],
          ['Workspace', `${shown(workspace.dir)}   your own git repository`],
        ],
        lesson: existsSync(lesson) ? shown(lesson) : undefined,
        edit: entryOf(lab, component, track),
        check: this.#reach(workspace.dir),
      },
      this.layout,
    )
  }

  /** Said when `lab check` would not find the workspace where the person stands. */
  #reach(dir: string): string {
    const found = findWorkspace(searchFor({}, this.root))
    return found !== undefined && real(found) === real(dir)
      ? 'lab check'
      : `lab check   in ${shown(dir)}, or with --workspace ${shown(dir)}`
  }

  /** The first red check of the starter, and what to do about it. */
  #red({ lab, component, events, progress, workspace }: LabInHand, graded: Graded): void {
    const step = stepOf(lab, 1)
    const { paint } = this
    this.say(
      `  ${paint.bold('Your starter, checked once')} ${paint.signs.dot} step 1 of ${lab.steps.length} ${paint.signs.dot} ${step.title}`,
    )
    const failed = buildFailed(graded, this.layout)
    const red = graded.results.find(({ verdict }) => verdict === 'failed' || verdict === 'timeout')
    if (failed !== undefined) return this.say(failed)
    const told = { lab, checks: step.checks, graded, before: events, now: Date.now() }
    if (!red || graded.fault || graded.results.some(({ verdict }) => verdict === 'error')) {
      this.say()
      return this.say(tell({ ...told, step: 1, points: progress.points }, this.layout))
    }
    this.say(checkLines({ checks: step.checks, step: 1, graded: { ...graded, results: [red] } }, this.layout))
    this.say()
    this.say(failureBlock(red, { ...told, help: false }, this.layout))
    this.say()
    const track = workspace.labs[lab.id]?.track ?? ''
    const edit = entryOf(lab, component, track)
    const next = `lab read, section "Step 1"; then edit ${edit} and run lab check`
    this.say(labelled('Next', next, { ...this.layout, indent: 2, label: 7 }))
  }

  #goOn(place: LabInHand): unknown {
    const { lab, progress } = place
    if (progress.finished && !progress.again)
      this.say('  You have finished this lab.   lab next   shows what comes after it')
    else {
      const step = stepOf(lab, workingStep(lab, progress))
      this.say(
        stepScreen(
          { lab: lab.id, number: step.number, of: lab.steps.length, title: step.title, checks: step.checks },
          this.layout,
        ),
      )
      this.say()
      this.say('  Next   lab check')
    }
    return facts(place, progress.track ?? '')
  }
}

function facts({ lab, component, workspace, progress }: LabInHand, track: string): object {
  return {
    lab: lab.id,
    title: lab.title,
    track,
    workspace: workspace.dir,
    component,
    step: progress.step,
    steps: lab.steps.length,
  }
}

function entryOf(lab: Lab, component: string, track: string): string {
  const entry = lab.tracks.find(({ id }) => id === track)?.entry ?? ''
  return shown(join(component, entry))
}

function firstLab(course: Course): string {
  const first = course.labs.find(({ planned }) => !planned)
  if (first) return first.id
  throw new Problem(
    {
      what: 'This course has no lab that is written.',
      where: course.root,
      remedy: 'lab status   shows what is planned',
    },
    EXIT.environment,
  )
}

/** Says what the lab offers; a track that the course does not have is refused by the course itself. */
async function refuse(course: Course, lab: Lab, track: string): Promise<never> {
  await loadTrack(course, track)
  const offered = lab.tracks.map(({ id }) => id)
  throw new Problem(
    {
      what: `Lab ${lab.id} has no track ${track}.`,
      why: `It offers ${offered.join(', ')}.`,
      remedy: `lab start ${lab.id} --track ${offered[0] ?? 'NAME'}`,
    },
    EXIT.usage,
  )
}
