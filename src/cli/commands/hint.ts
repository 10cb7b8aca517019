import { string as text } from '@oclif/core/args'
import { findCheck } from '../../course/course.ts'
import type { Check } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { hang, wrap } from '../../report/tty/wrap.ts'
import { appendEvents } from '../../workspace/journal.ts'
import { LabCommand } from '../command.ts'
import { openLab, workingStep, type LabInHand } from '../place.ts'

/** What the three rungs of each check are. */
const RUNGS = ['A question', 'Where to look', 'An approach']

export class Hint extends LabCommand {
  static override summary = 'give one hint'
  static override description =
    'Each check has three rungs: a question, where to look, an approach. This gives the next one that you have not taken, ' +
    'for the check named or else for the first that fails. Hints cost nothing and are noted in the journal.'
  static override examples = [
    { description: 'The next hint for the check that fails', command: '<%= config.bin %> hint' },
    { description: 'The next hint for a check', command: '<%= config.bin %> hint reap/orphan' },
  ]
  static override args = { check: text({ description: 'check, by its id', ignoreStdin: true }) }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Hint)
    const place = await openLab(flags, this.root, this.note)
    const { lab, workspace, events } = place
    const check = args.check === undefined ? stuckAt(place) : findCheck(lab, args.check)
    const taken = events.filter((e) => e.type === 'hint-taken' && e.lab === lab.id && e.check === check.id).length
    const rung = Math.min(taken + 1, check.hints.length)
    if (taken < check.hints.length) {
      const { notes } = await appendEvents(workspace, [{ type: 'hint-taken', lab: lab.id, check: check.id, rung }])
      notes.forEach(this.note)
    }
    const { paint, layout } = this
    const title = [check.id, `hint ${rung} of ${check.hints.length}`, check.claim].join(` ${paint.signs.dot} `)
    wrap(title, layout.width).forEach((line) => this.say(paint.bold(line)))
    this.say()
    const shown = check.hints.slice(0, rung)
    shown.forEach((hint, i) =>
      this.say(labelled(RUNGS[i] ?? `Hint ${i + 1}`, hint, { ...layout, indent: 2, label: 15 })),
    )
    this.say()
    const more = rung < check.hints.length ? 'lab hint gives the next one' : 'this was the last one'
    this.say(hang('  ', `${more}; lab explain ${check.id} says why the check exists`, layout.width))
    return { lab: lab.id, check: check.id, rung, of: check.hints.length, hints: shown }
  }
}

/** The first check, of this step and then of earlier ones, that did not pass when it last ran. */
function stuckAt({ lab, progress }: LabInHand): Check {
  const step = workingStep(lab, progress)
  const order = [step, ...lab.steps.map(({ number }) => number).filter((number) => number < step)]
  const checks = order.flatMap((number) => lab.steps[number - 1]?.checks ?? [])
  const failing = checks.find(({ id }) => progress.last.get(id)?.verdict !== 'passed')
  if (failing !== undefined) return failing
  const first = checks[0]?.id ?? ''
  if (progress.finished && !progress.again) {
    throw new Problem(
      {
        what: `Lab ${lab.id} is finished, and no check of it fails.`,
        why: 'Without a name, the hint is for the first check that fails.',
        remedy: `Name the check, for example: lab hint ${first}`,
      },
      EXIT.usage,
    )
  }
  throw new Problem(
    {
      what: 'No check of this step or an earlier one fails.',
      remedy: `lab next, or name a check: lab hint ${first}`,
    },
    EXIT.usage,
  )
}
