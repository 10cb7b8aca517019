import { string as text } from '@oclif/core/args'
import { findLab } from '../../course/course.ts'
import { readLesson } from '../../course/lesson.ts'
import type { Course, LabSummary } from '../../course/model.ts'
import { inAscii, isUtf8 } from '../../report/tty/paint.ts'
import { EXIT, Problem } from '../../problem.ts'
import { LabCommand } from '../command.ts'
import { page } from '../pager.ts'
import { courseAt, findPlace, labInHand } from '../place.ts'

export class Read extends LabCommand {
  static override summary = 'read the lesson of a lab'
  static override examples = [
    { description: 'The lesson of the lab that you work on', command: '<%= config.bin %> read' },
    {
      description: 'The lesson as Markdown, in an editor of your choice',
      command: '<%= config.bin %> read linux/init --json | jq -r .markdown',
    },
  ]
  static override args = { lab: text({ description: 'lab, for example linux/init', ignoreStdin: true }) }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Read)
    const course = await courseAt(flags, this.root)
    const place = args.lab === undefined ? await findPlace(course, flags, this.root, this.note) : undefined
    const lab = chosen(course, args.lab ?? (place && labInHand(place)))
    const { path, markdown } = readLesson(lab)
    if (!this.jsonEnabled()) {
      const { renderMarkdown } = await import('../../report/tty/markdown/blocks.ts')
      const text = renderMarkdown(markdown, { ...this.layout, width: Math.min(80, this.layout.width) })
      await page(isUtf8(process.env) ? text : inAscii(text))
    }
    return { lab: lab.id, path, markdown }
  }
}

function chosen(course: Course, id: string | undefined): LabSummary {
  if (id !== undefined) return findLab(course, id)
  const first = course.labs.find(({ planned }) => !planned)
  if (first) return first
  throw new Problem({ what: 'This course has no lab that is written.', where: course.root }, EXIT.environment)
}
