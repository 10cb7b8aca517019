import { string as text } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { findLab } from '../../../course/course.ts'
import { loadLab } from '../../../course/lab.ts'
import { LabCommand } from '../../command.ts'
import { Interrupt } from '../../grading/interrupt.ts'
import { courseAt } from '../../place.ts'

export class AuthorMutant extends LabCommand {
  static override summary = 'write a wrong solution, or bring one up to date'
  static override description =
    'Puts a mutant into a folder of its own, where it is tried by hand and edited: the solution with its patch, or the ' +
    'solution alone when there is no mutant of that name yet. --save makes the patch from the folder; the checks that reject ' +
    'it are found by running them. --refresh makes patches anew after a solution has changed.'
  static override examples = [
    { description: 'Look at one, or begin one', command: '<%= config.bin %> author mutant linux/init sends-twice' },
    {
      description: 'Keep it',
      command:
        "<%= config.bin %> author mutant linux/init sends-twice --save --bug 'passes each signal on twice' --source 'owner/name#7'",
    },
    {
      description: 'After a change of the solution: all patches of the lab',
      command: '<%= config.bin %> author mutant linux/init --refresh',
    },
  ]
  static override args = {
    lab: text({ description: 'lab, for example linux/init', required: true, ignoreStdin: true }),
    mutant: text({ description: 'name of the mutant: what is wrong, in a few words', ignoreStdin: true }),
  }
  static override flags = {
    save: boolean({ summary: 'make the patch from the folder', exclusive: ['refresh'] }),
    refresh: boolean({ summary: 'make the patch anew from the solution as it is now; without a name: all' }),
    solution: string({
      summary: 'begin with the solution in this language; default: the first of the lab',
      helpValue: 'TRACK',
    }),
    bug: string({ summary: 'what is wrong, in one sentence', helpValue: 'TEXT', dependsOn: ['save'] }),
    source: string({ summary: 'where such a thing has happened', helpValue: 'TEXT', dependsOn: ['save'] }),
    requirement: string({
      summary: 'what it breaks; default: the requirement of the first check that rejects it',
      helpValue: 'R3',
      dependsOn: ['save'],
    }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(AuthorMutant)
    const course = await courseAt(flags, this.root)
    const lab = await loadLab(course, findLab(course, args.lab).id)
    const { begin, refresh, requireWritable, save } = await import('../../authoring/mutants.ts')
    requireWritable(lab, this.root)
    const where = flags.course === undefined ? '' : ` --course ${flags.course}`
    const asked = { course, lab, where, root: this.root, screen: this.screen, note: this.note }
    using interrupt = new Interrupt()
    const done = flags.refresh
      ? await refresh(asked, args.mutant)
      : flags.save
        ? await save({ ...asked, signal: interrupt.signal }, args.mutant, flags)
        : await begin(asked, args.mutant, flags.solution)
    this.code = interrupt.received?.code ?? done.exitCode
    return { ...done, exitCode: this.code }
  }
}
