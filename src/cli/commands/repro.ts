import { string as text } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { findCheck } from '../../course/course.ts'
import type { Check } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { progressOf } from '../../workspace/progress.ts'
import { LabCommand } from '../command.ts'
import { exitCodeOf, type Graded } from '../grading/grade.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { gradeOnScreen } from '../grading/on-screen.ts'
import { runJson } from '../grading/run-json.ts'
import { checkedSeed } from '../grading/seed.ts'
import { buildFailed, failureBlock, tell } from '../grading/tell.ts'
import { lastFailure, runAndHold } from '../held/hold.ts'
import { openLab, type LabInHand } from '../place.ts'

export class Repro extends LabCommand {
  static override summary = 'run a check again exactly as it failed'
  static override description =
    'Runs one check alone with the seed of its last failure. With --pause the host is held where the check fails, with ' +
    'the component in it, until Ctrl-C; lab shell in another terminal enters it.'
  static override examples = [
    { description: 'The check that failed last, with its seed', command: '<%= config.bin %> repro' },
    {
      description: 'Hold the host where the check fails, to look into it',
      command: '<%= config.bin %> repro forward/term --pause',
    },
  ]
  static override args = {
    check: text({ description: 'check, by its id (default: the one that failed last)', ignoreStdin: true }),
  }
  static override flags = {
    pause: boolean({ summary: 'hold the host where the check fails, until Ctrl-C' }),
    seed: string({ summary: 'take this seed instead', helpValue: 'SEED' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Repro)
    const place = await openLab(flags, this.root, this.note)
    const { check, seed } = whatFailed(place, args.check, flags.seed)
    using interrupt = new Interrupt()
    const { connectFor } = await import('../grading/connect-for.ts')
    const { target } = place.workspace
    const asked = { lab: place.lab.id, course: place.course.root, root: this.root, target, note: this.note }
    await using engine = await connectFor(asked)
    const run = { place, root: this.root, engine, seed, signal: interrupt.signal }
    let held = false
    const graded = flags.pause
      ? await runAndHold({
          ...run,
          check,
          hold: 'failed',
          screen: this.screen,
          whileHeld: (_, sofar) => {
            held = true
            return this.#held(place, check, sofar, interrupt.signal)
          },
        })
      : await gradeOnScreen({ ...run, checks: [check], step: check.step }, this.screen)
    this.code = (held ? undefined : interrupt.received?.code) ?? exitCodeOf(graded)
    if (!held) this.#tell(place, check, graded, flags.pause)
    graded.notes.forEach(this.note)
    if (graded.problem && !this.jsonEnabled()) throw graded.problem
    const { points } = progressOf(place.lab, graded.events, place.course.renames)
    const { lab, course } = place
    const facts = { lab, checks: [check], step: check.step, graded, target: engine.target, course: course.version }
    return { ...runJson({ ...facts, points, exitCode: this.code }), held }
  }

  async #held(place: LabInHand, check: Check, graded: Graded, signal: AbortSignal): Promise<void> {
    const [result] = graded.results
    if (result) {
      const told = { lab: place.lab, checks: [check], graded, before: place.events, now: Date.now(), help: false }
      this.say()
      this.say(failureBlock(result, told, this.layout))
    }
    this.say()
    this.say('  The host is held.   lab shell   in another terminal enters it; Ctrl-C lets it go')
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }

  #tell(place: LabInHand, check: Check, graded: Graded, pause: boolean): void {
    const { points } = progressOf(place.lab, graded.events, place.course.renames)
    const run = {
      lab: place.lab,
      checks: [check],
      step: check.step,
      graded,
      points,
      before: place.events,
      now: Date.now(),
    }
    this.say()
    this.say(buildFailed(graded, this.layout) ?? tell(run, this.layout))
    if (!pause || this.code !== EXIT.passed) return
    this.say(`\n  It passed with seed ${graded.seed}, so there is nothing to hold.`)
    this.say(`  lab check ${check.id} --repeat 50   shows how often it passes`)
  }
}

/** Throws Problem (wrong usage) when nothing has failed yet. */
function whatFailed(
  place: LabInHand,
  named: string | undefined,
  said: string | undefined,
): { check: Check; seed: string } {
  const { lab } = place
  const check = named === undefined ? undefined : findCheck(lab, named)
  const seed = said === undefined ? undefined : checkedSeed(said)
  if (check && seed !== undefined) return { check, seed }
  const last = lastFailure(place, check?.id)
  if (last) return { check: check ?? findCheck(lab, last.check), seed: seed ?? last.seed }
  throw new Problem(
    {
      what: check ? `${check.id} has not failed yet.` : `No check of ${lab.id} has failed yet.`,
      remedy: check ? `lab check ${check.id}` : 'lab check',
    },
    EXIT.usage,
  )
}
