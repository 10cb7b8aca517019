import { string as text } from '@oclif/core/args'
import { findCheck } from '../../course/course.ts'
import type { Check } from '../../course/model.ts'
import { readLesson } from '../../course/lesson.ts'
import { requirementsOf } from '../../course/requirements.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { wrap } from '../../report/tty/wrap.ts'
import { LabCommand } from '../command.ts'
import { openLab } from '../place.ts'

export class Explain extends LabCommand {
  static override summary = 'say why a check exists'
  static override description =
    'Shows the requirement that a check verifies, why it matters (with the real incident where there is one), and where ' +
    'it is written down.'
  static override examples = [
    {
      description: 'Why a check of the lab that you work on exists',
      command: '<%= config.bin %> explain forward/term',
    },
    { description: 'Every check of a requirement', command: '<%= config.bin %> explain R3' },
  ]
  static override args = {
    check: text({ description: 'check, by its id, or a requirement: R3', required: true, ignoreStdin: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Explain)
    const { lab } = await openLab(flags, this.root, this.note)
    const requirements = requirementsOf(readLesson(lab).markdown)
    const checks = lab.steps.flatMap((step) => step.checks)
    const verifying = checks.filter(({ requirement }) => requirement === args.check.toUpperCase())
    if (verifying.length === 0) return this.#explain(lab.id, findCheck(lab, args.check), requirements)
    return verifying.map((check, i) => {
      if (i > 0) this.say()
      return this.#explain(lab.id, check, requirements)
    })
  }

  #explain(lab: string, check: Check, requirements: ReadonlyMap<string, string>): object {
    const { id, claim, requirement, points, why, source } = check
    const required = requirements.get(requirement) ?? ''
    const { paint, layout } = this
    const options = { ...layout, indent: 2 }
    wrap(`${id} ${paint.signs.dot} ${claim}`, layout.width).forEach((line) => this.say(paint.bold(line)))
    this.say()
    this.say(labelled(requirement, required, options))
    this.say(labelled('Why', why, options))
    this.say(labelled('Source', source, options))
    this.say(labelled('Points', String(points), options))
    return { lab, check: id, claim, requirement: { id: requirement, text: required }, points, why, source }
  }
}
