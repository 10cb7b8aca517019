import { string as text } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { Check as CourseCheck } from '../../course/model.ts'
import { EXIT } from '../../problem.ts'
import { progressOf } from '../../workspace/progress.ts'
import { LabCommand } from '../command.ts'
import type { EngineFor } from '../grading/connect-for.ts'
import { exitCodeOf, type Graded } from '../grading/grade.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { gradeOnScreen } from '../grading/on-screen.ts'
import { planChecks, stepNamed } from '../grading/plan.ts'
import { runJson } from '../grading/run-json.ts'
import { checkedSeed, newSeed } from '../grading/seed.ts'
import { stepDone } from '../grading/step-done.ts'
import { buildFailed, tell } from '../grading/tell.ts'
import { openLab, workingStep, type LabInHand } from '../place.ts'
import { targetFlag } from '../target-flag.ts'

interface Flags {
  workspace?: string | undefined
  course?: string | undefined
  step?: string | undefined
  all: boolean
  seed?: string | undefined
  jobs?: number | undefined
  target?: string | undefined
}

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
    { description: 'Keep it running: check again on each save', command: '<%= config.bin %> check --watch' },
    {
      description: 'How often it passes, and whether the component, the check or the machine is flaky',
      command: '<%= config.bin %> check forward/term --repeat 50',
    },
    { description: 'Every check of the lab, for a program', command: '<%= config.bin %> check --all --json' },
  ]
  static override strict = false
  static override args = {
    check: text({ description: 'checks to run alone, by their ids; several may follow each other', ignoreStdin: true }),
  }
  static override flags = {
    step: string({ summary: 'run the checks of one step alone', helpValue: 'N|NAME', exclusive: ['all'] }),
    all: boolean({ summary: 'run every check of the lab' }),
    seed: string({ summary: 'take every random choice from this seed', helpValue: 'SEED' }),
    watch: boolean({ summary: 'check again whenever the component is saved, until Ctrl-C' }),
    repeat: integer({
      summary: 'run each check N times, each with a seed of its own',
      description:
        'When a check passes sometimes, a reference (a solution, or the real tool) runs in the same place under the same ' +
        'seeds, and the answer names what is flaky: the component (exit code 1), the check (4), or the machine (3).',
      helpValue: 'N',
      min: 1,
      max: 10_000,
      exclusive: ['watch'],
    }),
    target: targetFlag,
    jobs: integer({
      summary: 'run N checks at once (default: two for each processor, and one)',
      helpValue: 'N',
      min: 1,
    }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(Check)
    if (flags.watch) return this.#watch(flags, argv.map(String))
    const seed = flags.seed === undefined ? newSeed() : checkedSeed(flags.seed)
    const place = await openLab(flags, this.root, this.note)
    const named = argv.map(String)
    const only = flags.step === undefined ? undefined : stepNamed(place.lab, flags.step).number
    const checks = planChecks(place.lab, workingStep(place.lab, place.progress), {
      checks: named,
      step: only,
      all: flags.all,
    })
    const step = only ?? workingStep(place.lab, place.progress)
    if (flags.repeat !== undefined) {
      const { repeatCheck } = await import('../grading/repeat-check.ts')
      const screen = this.jsonEnabled() ? undefined : { say: this.say.bind(this), layout: this.layout }
      const { root, note } = this
      const target = flags.target ?? place.workspace.target
      const run = { target, place, root, checks, step, seed, repeat: flags.repeat, jobs: flags.jobs, screen, note }
      const repeated = await repeatCheck(run)
      this.code = repeated.exitCode
      return repeated
    }
    using interrupt = new Interrupt()
    const { connectFor } = await import('../grading/connect-for.ts')
    await using engine = await connectFor(this.#asked(place, flags))
    const signal = interrupt.signal
    const graded = await gradeOnScreen(
      { place, root: this.root, engine, checks, step, seed, jobs: flags.jobs, signal },
      this.screen,
    )
    const progress = progressOf(place.lab, graded.events, place.course.renames)
    const interrupted = interrupt.received
    this.code = interrupted?.code ?? exitCodeOf(graded)
    this.#tell(place, { checks, step, graded, points: progress.points })
    if (interrupted) this.say(`\n  interrupted (${interrupted.name}); the checks above are those that had ended`)
    else if (this.code === EXIT.passed) {
      const done = stepDone(place.lab, place.progress, progress)
      if (done !== undefined) this.say(`\n${done}`)
    }
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

  async #watch(flags: Flags, named: string[]): Promise<undefined> {
    const seed = flags.seed === undefined ? undefined : checkedSeed(flags.seed)
    const [{ watchAndCheck }, { connectFor }] = await Promise.all([
      import('../watching/watch.ts'),
      import('../grading/connect-for.ts'),
    ])
    using interrupt = new Interrupt()
    const ended = await watchAndCheck({
      root: this.root,
      screen: this.screen,
      open: (warn) => openLab(flags, this.root, warn),
      connect: (place) => connectFor(this.#asked(place, flags)),
      plan: ({ lab, progress }) => {
        const step = workingStep(lab, progress)
        const only = flags.step === undefined ? undefined : stepNamed(lab, flags.step).number
        const selection = { checks: named, step: only, all: flags.all }
        return { checks: planChecks(lab, step, selection), step: only ?? step }
      },
      seed: () => seed ?? newSeed(),
      jobs: flags.jobs,
      note: this.note,
      data: this.jsonEnabled() ? (json) => void process.stdout.write(`${JSON.stringify(json)}\n`) : undefined,
      signal: interrupt.signal,
    })
    this.code = interrupt.received?.code ?? ended
    return undefined
  }

  #asked({ lab, course, workspace }: LabInHand, flags: Pick<Flags, 'target'>): EngineFor {
    const target = flags.target ?? workspace.target
    return { lab: lab.id, course: course.root, root: this.root, target, note: this.note }
  }

  #tell(place: LabInHand, run: { checks: CourseCheck[]; step: number; graded: Graded; points: number }): void {
    const failed = buildFailed(run.graded, this.layout)
    this.say()
    this.say(failed ?? tell({ ...run, lab: place.lab, before: place.events, now: Date.now() }, this.layout))
  }
}
