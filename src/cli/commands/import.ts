import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { string as text } from '@oclif/core/args'
import { fileProblem } from '../../course/file-problem.ts'
import { EXIT, Problem } from '../../problem.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { LabCommand } from '../command.ts'
import { openPlace, placeIn } from '../place.ts'
import { currentLab, progressOf } from '../../workspace/progress.ts'
import { loadLab } from '../../course/lab.ts'
import type { Place } from '../place.ts'

/** An export of years has a few MiB; what is larger is something else, bytes. */
const MAX_FILE = 256 * 1024 * 1024

export class Import extends LabCommand {
  static override summary = 'merge the progress of another machine into this workspace'
  static override description =
    'Reads what lab export wrote. An event counts once, however often it is imported, and everything is ordered by time. ' +
    'A file that is damaged or no export is refused, and nothing is changed.'
  static override examples = [
    { description: 'From a file', command: '<%= config.bin %> import progress.jsonl' },
    { description: 'From another machine', command: 'ssh desk lab export - | <%= config.bin %> import -' },
  ]
  static override args = {
    file: text({ description: 'file to read; - for standard input', required: true, ignoreStdin: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Import)
    const { course, workspace } = await openPlace(flags, this.root, this.note)
    const from = args.file === '-' ? 'standard input' : resolve(args.file)
    const content = await read(args.file === '-' ? process.stdin : createReadStream(from), from)
    const [{ parseProgressFile }, { mergeEvents }] = await Promise.all([
      import('../../workspace/progress-file.ts'),
      import('../../workspace/merge.ts'),
    ])
    const { added, known, notes } = await mergeEvents(workspace, parseProgressFile(content, from, course.version))
    notes.forEach(this.note)
    const row = (label: string, text: string): void =>
      this.say(labelled(label, text, { ...this.layout, indent: 2, label: 10 }))
    row('Imported', `${added} new event${added === 1 ? '' : 's'}, ${known} known already`)
    const after = await placeIn(course, workspace.dir, () => undefined)
    const next = await goOn(after)
    if (next !== undefined) row('Next', next)
    return { file: args.file === '-' ? null : from, added, known }
  }
}

async function read(stream: AsyncIterable<Buffer | string>, from: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk))
      size += chunk.length
      if (size > MAX_FILE) {
        throw new Problem(
          { what: 'This is not an export of Drydock.', where: from, why: 'It is larger than 256 MiB.' },
          EXIT.usage,
        )
      }
    }
  } catch (error) {
    throw fileProblem(error, 'Cannot read the export.', from, EXIT.usage)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** How to go on with the lab worked on last, when it is not in this workspace yet: components are not imported. */
async function goOn({ course, workspace, events }: Place): Promise<string | undefined> {
  const id = currentLab(events, course.renames)
  if (id === undefined || Object.hasOwn(workspace.labs, id)) return 'lab status'
  if (!course.labs.some((lab) => lab.id === id && !lab.planned)) return undefined
  const { track } = progressOf(await loadLab(course, id), events, course.renames)
  return `lab start ${id}${track === undefined ? '' : ` --track ${track}`}   puts its starter here; bring your component with git`
}
