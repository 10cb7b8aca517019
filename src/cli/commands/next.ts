import { loadLab } from '../../course/lab.ts'
import { EXIT, Problem } from '../../problem.ts'
import { ago } from '../../report/tty/duration.ts'
import { endScreen } from '../../report/tty/end-screen.ts'
import { stepScreen } from '../../report/tty/step-screen.ts'
import { appendEvents } from '../../workspace/journal.ts'
import { nextStep, progressOf, stepPassed } from '../../workspace/progress.ts'
import { LabCommand } from '../command.ts'
import { stepOf } from '../grading/plan.ts'
import { openLab, type LabInHand } from '../place.ts'
import { solutionToShow } from '../solution.ts'

export class Next extends LabCommand {
  static override summary = 'go on to the next step, when this one passes'
  static override description =
    'Moves on when every check of the step passed when it was last run, to the first step that does not pass yet, and shows ' +
    'what that asks for; at the end of a lab, what to do next. Exits 1 and names the checks that are missing otherwise.'
  static override examples = [{ description: 'After a green lab check', command: '<%= config.bin %> next' }]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Next)
    const place = await openLab(flags, this.root, this.note)
    const { lab, progress, workspace } = place
    if (progress.finished && !progress.again) return this.#end(place)
    if (!stepPassed(lab, progress, progress.step)) throw this.#missing(place)
    const step = nextStep(lab, progress)
    const { notes } = await appendEvents(workspace, [{ type: 'advanced', lab: lab.id, step, of: lab.steps.length }])
    notes.forEach(this.note)
    if (step > lab.steps.length) return this.#end(place)
    const { title, checks } = stepOf(lab, step)
    this.say(stepScreen({ lab: lab.id, number: step, of: lab.steps.length, title, checks }, this.layout))
    this.say()
    this.say(`  Next   lab read, section "Step ${step}"; then lab check`)
    return {
      lab: lab.id,
      finished: false,
      step,
      title,
      checks: checks.map(({ id, claim, points }) => ({ id, claim, points })),
    }
  }

  #missing({ lab, progress }: LabInHand): Problem {
    const step = stepOf(lab, progress.step)
    const missing = step.checks.filter(({ id }) => progress.last.get(id)?.verdict !== 'passed')
    const said = missing.map(({ id }) => {
      const last = progress.last.get(id)
      return last === undefined
        ? `${id} was not run yet`
        : `${id}: ${last.verdict} ${ago(Date.now() - Date.parse(last.at))}`
    })
    return new Problem(
      {
        what: `Step ${step.number} of ${lab.id}, ${step.title}, does not pass yet.`,
        why: `Of its ${step.checks.length} checks, ${missing.length} ${missing.length === 1 ? 'has' : 'have'} not passed:\n${said.join('\n')}`,
        remedy: 'lab check',
      },
      EXIT.failed,
    )
  }

  async #end(place: LabInHand): Promise<unknown> {
    const { course, lab, events } = place
    const { points, gaveUpAt } = progressOf(lab, events, course.renames)
    const later = course.labs.filter(({ number, planned }) => number > lab.number && !planned)
    const loaded = await Promise.all(later.map(({ id }) => loadLab(course, id)))
    const usedBy = loaded.filter(({ uses }) => uses.includes(lab.id))
    const next = later[0]
    const gaveUp = gaveUpAt !== undefined
    const earned = { earned: points, of: lab.points }
    const solution = solutionToShow(place)
    this.say(endScreen({ lab: lab.id, points: earned, gaveUp, solution, usedBy, next }, this.layout))
    return {
      lab: lab.id,
      finished: true,
      points: earned,
      gaveUp,
      usedBy: usedBy.map(({ id }) => id),
      next: next?.id ?? null,
    }
  }
}
