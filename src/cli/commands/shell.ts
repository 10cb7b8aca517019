import { string as text } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { findCheck } from '../../course/course.ts'
import type { Check } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { LabCommand } from '../command.ts'
import { exitCodeOf, type Graded } from '../grading/grade.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { stepOf } from '../grading/plan.ts'
import { checkedSeed, newSeed } from '../grading/seed.ts'
import { buildFailed, tell } from '../grading/tell.ts'
import { enter, variableOf } from '../held/enter.ts'
import { heldIn, type Held } from '../held/held.ts'
import { lastFailure, runAndHold } from '../held/hold.ts'
import { openLab, workingStep, type LabInHand } from '../place.ts'
import { progressOf } from '../../workspace/progress.ts'

export class Shell extends LabCommand {
  static override summary = 'look into the host of a check'
  static override description =
    'Enters the host that lab repro --pause holds: its processes, its network, its files, beside your component. With ' +
    'none held it runs the check that failed last again, with its seed, and holds its host while the shell is open; a ' +
    'check that passes is held too. Without a terminal the shell reads commands from standard input.'
  static override examples = [
    { description: 'Enter the held host, or that of the check that failed last', command: '<%= config.bin %> shell' },
    {
      description: 'One command in it',
      command: 'echo "grep Sig /proc/1/status" | <%= config.bin %> shell forward/term',
    },
  ]
  static override args = {
    check: text({
      description: 'check, by its id (default: the one that failed last, else the first of the step)',
      ignoreStdin: true,
    }),
  }
  static override flags = { seed: string({ summary: 'take this seed instead', helpValue: 'SEED' }) }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Shell)
    if (this.jsonEnabled()) throw notData()
    const place = await openLab(flags, this.root, this.note)
    const held = heldIn(place.workspace.dir)
    const named = args.check === undefined ? undefined : findCheck(place.lab, args.check).id
    if (held && (named === undefined || named === held.check)) return this.#enter(held, place)
    const { check, seed } = whatToRun(place, named, flags.seed)
    using interrupt = new Interrupt()
    const { connectFor } = await import('../grading/connect-for.ts')
    const { target } = place.workspace
    const asked = { lab: place.lab.id, course: place.course.root, root: this.root, target, note: this.note }
    await using engine = await connectFor(asked)
    let entered = false
    const graded = await runAndHold({
      place,
      root: this.root,
      engine,
      check,
      seed,
      hold: 'always',
      screen: { ...this.screen, say: (line) => this.#aside(line) },
      signal: interrupt.signal,
      whileHeld: async (held, sofar) => {
        entered = true
        this.#ended(sofar)
        await this.#enter(held, place)
      },
    })
    if (!entered) this.#notHeld(place, graded, interrupt.received?.code)
    return undefined
  }

  async #enter(held: Held, { lab }: LabInHand): Promise<undefined> {
    const inside = `${held.name} of ${held.check}, seed ${held.seed}`
    const variable = `"$${variableOf(lab.id)}" is your component; exit leaves`
    this.#aside(labelled('Inside', `${inside}; ${variable}`, { ...this.layout, indent: 2 }))
    await enter(held, lab.id, process.env)
  }

  #ended(graded: Graded): void {
    const [result] = graded.results
    const options = { ...this.layout, indent: 2 }
    this.#aside('')
    if (result?.verdict === 'passed') this.#aside('  It passed; its host is held while the shell is open.')
    if (!result?.failure) return
    this.#aside(labelled('Expected', result.failure.expected, options))
    this.#aside(labelled('Observed', result.failure.observed, options))
  }

  #notHeld(place: LabInHand, graded: Graded, interrupted: number | undefined): void {
    const { lab, course } = place
    const checks = lab.steps
      .flatMap((step) => step.checks)
      .filter(({ id }) => graded.results.some((r) => r.check === id))
    const { points } = progressOf(lab, graded.events, course.renames)
    const told = { lab, checks, step: checks[0]?.step ?? 1, graded, points, before: place.events, now: Date.now() }
    this.#aside('')
    this.#aside(buildFailed(graded, this.layout) ?? tell(told, this.layout))
    this.code = interrupted ?? exitCodeOf(graded)
    if (graded.problem) throw graded.problem
  }

  /** On stderr: what the shell prints is what is asked for. */
  #aside(line = ''): void {
    process.stderr.write(`${line}\n`)
  }
}

/** What failed last, with its seed; else the check named, or the first of the step that is worked on. Throws Problem. */
function whatToRun(
  place: LabInHand,
  named: string | undefined,
  said: string | undefined,
): { check: Check; seed: string } {
  const { lab, progress } = place
  const seed = said === undefined ? undefined : checkedSeed(said)
  const last = lastFailure(place, named)
  const check = named ?? last?.check ?? stepOf(lab, workingStep(lab, progress)).checks[0]?.id ?? ''
  return { check: findCheck(lab, check), seed: seed ?? last?.seed ?? newSeed() }
}

function notData(): Problem {
  return new Problem(
    {
      what: 'lab shell has no data to print.',
      why: 'What the shell prints is its output.',
      remedy: 'lab repro CHECK --json   gives what the check observed',
    },
    EXIT.usage,
  )
}
