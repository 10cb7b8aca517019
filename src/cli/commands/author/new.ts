import { string as text } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { resolve } from 'node:path'
import type { MadeLab } from '../../../author/new/new-lab.ts'
import { LabCommand } from '../../command.ts'
import { real } from '../../place.ts'

export class AuthorNew extends LabCommand {
  static override summary = 'begin a lab'
  static override description =
    'Makes a whole lab of a trivial contract: lesson, two checks, two solutions with their starters, a real tool and two ' +
    'mutants. It can be proved as it is; replace it part by part. A lab that labs/course.yaml does not list is added to it. ' +
    'docs/authoring.md tells the rest.'
  static override examples = [
    { description: 'A lab of a stage', command: '<%= config.bin %> author new linux/supervise' },
    {
      description: 'One that is not planned yet, with its title',
      command: "<%= config.bin %> author new linux/pipes --title 'Pipes that fill up'",
    },
    {
      description: 'In a course of your own, which is made where the folder is empty',
      command: '<%= config.bin %> author new first/steps --course ../course',
    },
  ]
  static override args = {
    id: text({ description: 'STAGE/LAB, for example linux/supervise', required: true, ignoreStdin: true }),
  }
  static override flags = {
    title: string({ summary: 'title of the lab; default: the planned one', helpValue: 'TEXT' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(AuthorNew)
    const { newLab } = await import('../../../author/new/new-lab.ts')
    const course = flags.course === undefined ? this.root : resolve(flags.course)
    const made = await newLab({ id: args.id, title: flags.title, course, program: this.root })
    const own = real(course) === real(this.root)
    this.#tell(made, own ? '' : ` --course ${flags.course ?? ''}`)
    return { ...made, exitCode: this.code }
  }

  #tell({ id, title, files, course }: MadeLab, where: string): void {
    this.say(`  ${this.paint.bold(id)}: ${title}`)
    for (const file of files) this.say(`    ${file}`)
    this.say(`  ${COURSE[course]}`)
    const next: [string, string][] = [
      [`lab author verify ${id} --record${where}`, 'proves it: the beginning is right'],
      [`labs/${id}/README.md`, 'the contract first: numbered requirements, then the lesson'],
      [`labs/${id}/lab.yaml, checkers/${id}/`, 'the checks, with equal ids'],
      [`lab author run ${id} --solution go${where}`, 'runs them on a solution'],
      [`lab author mutant ${id} NAME${where}`, 'a wrong solution, to be tried by hand and kept'],
    ]
    this.say('\n  Next')
    for (const [what, why] of next) this.say(`    ${what}\n      ${this.paint.dim(why)}`)
    if (where === '') this.say(`    docs/authoring.md\n      ${this.paint.dim('the whole way to a merged lab')}`)
  }
}

const COURSE: Readonly<Record<MadeLab['course'], string>> = {
  'as it was': 'labs/course.yaml lists it already.',
  'lab added': 'labs/course.yaml has it at the end of its stage; move it to where it builds on what is before.',
  'stage added': 'labs/course.yaml has it in a new stage at its end; give that a title, and move it where it belongs.',
  made: 'labs/course.yaml is new: give the course and the stage their titles.',
}
