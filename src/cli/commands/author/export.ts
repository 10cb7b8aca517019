import { string as text } from '@oclif/core/args'
import { resolve } from 'node:path'
import { findLab } from '../../../course/course.ts'
import { loadLab } from '../../../course/lab.ts'
import { LabCommand } from '../../command.ts'
import { courseAt, shown } from '../../place.ts'

export class AuthorExport extends LabCommand {
  static override summary = 'hand out a lab for a blind trial'
  static override description =
    'Makes a folder with one lab and the built program: lesson, starters, checks. The sources of the checks, solutions, ' +
    'mutants, real tools and recorded texts are not in it, so that who builds the component knows the lesson alone.'
  static override examples = [
    { description: 'A trial of a lab', command: '<%= config.bin %> author export linux/init ../trial' },
  ]
  static override args = {
    lab: text({ description: 'lab, for example linux/init', required: true, ignoreStdin: true }),
    dir: text({ description: 'folder to make', required: true, ignoreStdin: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(AuthorExport)
    const course = await courseAt(flags, this.root)
    const lab = await loadLab(course, findLab(course, args.lab).id)
    const [{ exportLab }, { checkersOf }] = await Promise.all([
      import('../../../author/export/export-lab.ts'),
      import('../../grading/checkers.ts'),
    ])
    const to = resolve(args.dir)
    const checkers = await checkersOf(lab.id, course.root, this.root)
    await exportLab({ course, lab, program: this.root, checkers, to })
    this.say(`  ${lab.id} is in ${shown(to)}`)
    this.say(`\n  It can be moved to another Linux machine as it is. To begin there:`)
    this.say(`    cd ${shown(to)}`)
    this.say('    ./lab start')
    return { lab: lab.id, folder: to, exitCode: this.code }
  }
}
