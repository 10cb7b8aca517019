import { resolve } from 'node:path'
import { string as text } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { EXIT, Problem } from '../../problem.ts'
import { LabCommand } from '../command.ts'
import { openPlace, shown } from '../place.ts'

export class Export extends LabCommand {
  static override summary = 'write your progress into a file, for another machine'
  static override description =
    'The file holds what the journal holds: labs started, checks, hints, points; lab import merges it into another ' +
    'workspace. Your components are not in it: the workspace is a git repository, which moves them.'
  static override examples = [
    { description: 'Into a file', command: '<%= config.bin %> export progress.jsonl' },
    { description: 'To another machine', command: '<%= config.bin %> export - | ssh laptop lab import -' },
  ]
  static override args = {
    file: text({ description: 'file to write; - for standard output', required: true, ignoreStdin: true }),
  }
  static override flags = { force: boolean({ char: 'f', summary: 'replace a file that exists' }) }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Export)
    if (args.file === '-' && this.jsonEnabled()) throw bothOnStdout()
    const { course, workspace } = await openPlace(flags, this.root, this.note)
    const { exportProgress, writeExport } = await import('../../workspace/export.ts')
    const { text, events } = await exportProgress(workspace, course.version)
    const count = `${events} event${events === 1 ? '' : 's'}`
    if (args.file === '-') {
      process.stdout.write(text)
      this.note(`${count} exported`)
      return undefined
    }
    const path = resolve(args.file)
    writeExport(path, text, flags.force)
    this.say(`  ${count} written to ${shown(path)}`)
    this.say(`  On the other machine: lab import ${shown(path)}`)
    return { file: path, events, course: course.version }
  }
}

function bothOnStdout(): Problem {
  return new Problem(
    { what: 'The export and --json can not both go to standard output.', remedy: 'lab export FILE --json' },
    EXIT.usage,
  )
}
