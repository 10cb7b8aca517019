import { string as text } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { Check as CourseCheck } from '../../course/model.ts'
import { EXIT } from '../../problem.ts'
import type { Event } from '../../protocol/index.ts'
import { buildLine } from '../../report/tty/build.ts'
import { runHeader } from '../../report/tty/run-header.ts'
import type { Engine } from '../../targets/target.ts'
import { progressOf, stepPassed } from '../../workspace/progress.ts'
import { LabCommand } from '../command.ts'
import { exitCodeOf, grade, type Graded } from '../grading/grade.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { Live } from '../grading/live.ts'
import { planChecks } from '../grading/plan.ts'
import { runJson } from '../grading/run-json.ts'
import { checkedSeed, newSeed } from '../grading/seed.ts'
import { buildFailed, tell } from '../grading/tell.ts'
import { openLab, workingStep, type LabInHand } from '../place.ts'

export class Check extends LabCommand {
  static override summary = 'check your component'
  static override description =
    'Builds the component and runs the checks of the step that you work on, then those of earlier steps, so that a ' +
    'regression is seen. Exits 0 when all pass, 1 when one fails, 3 when this machine can not run them, 4 for a bug of lab.'
  static override examples = [
    { description: 'The step that you work on, and all before it', command: '<%= config.bin %> check' },
    { description: 'One check alone', command: '<%= config.bin %> check forward/term' },
    {
      description: 'One check exactly as it failed before',
      command: '<%= config.bin %> check forward/term --seed 7f3a91',
    },
    { description: 'Every check of the lab, for a program', command: '<%= config.bin %> check --all --json' },
  ]
  static override strict = false
  static override args = {
    check: text({ description: 'checks to run alone, by their ids; several may follow each other', ignoreStdin: true }),
  }
  static override flags = {
    step: integer({ summary: 'run the checks of step N alone', helpValue: 'N', min: 1, exclusive: ['all'] }),
    all: boolean({ summary: 'run every check of the lab' }),
    seed: string({ summary: 'take every random choice from this seed', helpValue: 'SEED' }),
    jobs: integer({ summary: 'run N checks at once (default: one for each processor)', helpValue: 'N', min: 1 }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(Check)
    const seed = flags.seed === undefined ? newSeed() : checkedSeed(flags.seed)
    const place = await openLab(flags, this.root, this.note)
    const named = argv.map(String)
    const checks = planChecks(place.lab, workingStep(place.lab, place.progress), {
      checks: named,
      step: flags.step,
      all: flags.all,
    })
    const step = flags.step ?? workingStep(place.lab, place.progress)
    using interrupt = new Interrupt()
    const { connect } = await import('../../targets/connect.ts')
    const { target } = place.workspace
    await using engine = await connect({ root: this.root, target, requires: ['namespaces'], onNote: this.note })
    const { graded } = await this.#grade(place, engine, { checks, step, seed, jobs: flags.jobs, interrupt })
    const progress = progressOf(place.lab, graded.events, place.course.renames)
    const interrupted = interrupt.received
    this.code = interrupted?.code ?? exitCodeOf(graded)
    this.#tell(place, { checks, step, graded, points: progress.points })
    if (interrupted) this.say(`\n  interrupted (${interrupted.name}); the checks above are those that had ended`)
    else if (this.code === EXIT.passed)
      this.#whatNext(place, progress.step, stepPassed(place.lab, progress, progress.step))
    graded.notes.forEach(this.note)
    if (graded.problem && !this.jsonEnabled()) throw graded.problem
    return runJson({
      lab: place.lab,
      checks,
      step,
      graded,
      target: engine.target,
      course: place.course.version,
      points: progress.points,
      exitCode: this.code,
      interrupted: interrupted?.name,
    })
  }

  async #grade(
    place: LabInHand,
    engine: Engine,
    run: { checks: CourseCheck[]; step: number; seed: string; jobs: number | undefined; interrupt: Interrupt },
  ): Promise<{ graded: Graded }> {
    const { checks, step, seed, jobs, interrupt } = run
    const { lab } = place
    const { target, factor } = engine
    const title = lab.steps[step - 1]?.title ?? ''
    using live = this.jsonEnabled() ? undefined : await Live.start(this.paint)
    if (live) live.of = checks.length
    const onBegin = (): void => {
      const header = { lab: lab.id, step: { number: step, title, of: lab.steps.length }, target, seed, factor }
      if (live) live.say(runHeader(header, this.layout))
      else this.say(runHeader(header, this.layout))
    }
    const onEvent = (event: Event): void => {
      live?.show(event)
      if (event.type === 'build' && (event.state === 'done' || event.state === 'cached')) {
        const line = buildLine(event.state, event.ms, this.layout)
        if (live) live.say(line)
        else this.say(line)
      }
    }
    interrupt.signal.addEventListener('abort', () => live?.show('stopping'))
    const options = {
      place,
      root: this.root,
      engine,
      checks,
      step,
      seed,
      jobs,
      signal: interrupt.signal,
      onBegin,
      onEvent,
    }
    return { graded: await grade(options) }
  }

  #tell(place: LabInHand, run: { checks: CourseCheck[]; step: number; graded: Graded; points: number }): void {
    const failed = buildFailed(run.graded, this.layout)
    this.say()
    this.say(failed ?? tell({ ...run, lab: place.lab, before: place.events, now: Date.now() }, this.layout))
  }

  #whatNext({ lab, progress }: LabInHand, step: number, passed: boolean): void {
    if (!passed || progress.finished) return
    const title = lab.steps[step]?.title
    this.say()
    this.say(
      `  Step ${step} is done.   lab next   ${title === undefined ? 'ends the lab' : `goes on to step ${step + 1}: ${title}`}`,
    )
  }
}
