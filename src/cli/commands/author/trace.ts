import { string as text } from '@oclif/core/args'
import { findLab } from '../../../course/course.ts'
import { loadLab } from '../../../course/lab.ts'
import { readLesson } from '../../../course/lesson.ts'
import { EXIT } from '../../../problem.ts'
import { LabCommand } from '../../command.ts'
import { courseAt } from '../../place.ts'

export class AuthorTrace extends LabCommand {
  static override summary = 'show which checks and mutants stand for each requirement'
  static override description =
    'For each requirement of the lesson: the checks that verify it, the real tools that run them, and the mutants that ' +
    'break it. Exits 1 when something does not fit together.'
  static override examples = [
    { description: 'The table of a lab', command: '<%= config.bin %> author trace linux/init' },
    {
      description: 'Requirements that no mutant breaks',
      command: "<%= config.bin %> author trace linux/init --json | jq '.rows[] | select(.mutants == [])'",
    },
  ]
  static override args = {
    lab: text({ description: 'lab, for example linux/init', required: true, ignoreStdin: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(AuthorTrace)
    const course = await courseAt(flags, this.root)
    const summary = findLab(course, args.lab)
    // What keeps a table from being made is a Problem here.
    await loadLab(course, summary.id)
    readLesson(summary)
    const [{ readDraft }, { traceTable }, { traceDefects }, { traceText }] = await Promise.all([
      import('../../../author/draft.ts'),
      import('../../../author/trace.ts'),
      import('../../../author/trace-defects.ts'),
      import('../../../author/trace-text.ts'),
    ])
    const { draft } = await readDraft(course, summary)
    const trace = traceTable(draft)
    if (trace === undefined) throw new Error(`${summary.id} was read a moment ago`)
    const defects = traceDefects(draft)
    this.say(traceText(trace, this.layout.width).trimEnd())
    for (const { what, where, remedy } of defects) this.say(`\n  ${what}\n    ${where ?? ''}\n    ${remedy}`)
    if (defects.length > 0) this.code = EXIT.failed
    return { ...trace, defects, exitCode: this.code }
  }
}
