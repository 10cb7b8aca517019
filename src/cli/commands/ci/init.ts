import { resolve } from 'node:path'
import { option, string } from '@oclif/core/flags'
import { requireWorkspace } from '../../../workspace/find.ts'
import { LabCommand } from '../../command.ts'
import { fromClone, parseFrom } from '../../ci/from.ts'
import { filesFor, PROVIDERS } from '../../ci/providers.ts'
import { writeAll } from '../../ci/write.ts'
import { askedOf } from '../../grade/asked.ts'
import { courseAt, searchFor, shown } from '../../place.ts'

export class CiInit extends LabCommand {
  static override summary = 'write what a repository needs to be graded on every push'
  static override description =
    'The job takes the course from a repository at one commit, and grades the workspace with lab grade. Running it again ' +
    'renews what it wrote, and nothing else. gradescope writes gradescope.zip, the archive that is uploaded there.'
  static override examples = [
    { description: 'A workflow for GitHub', command: '<%= config.bin %> ci init' },
    {
      description: 'For GitLab, red unless linux/init gives 12 points',
      command: '<%= config.bin %> ci init --provider gitlab --require linux/init:12',
    },
  ]
  static override flags = {
    provider: option({ options: PROVIDERS, default: 'github', summary: 'whose files to write' })(),
    from: string({
      summary: 'the course that grades (default: origin and HEAD of the clone that lab runs from)',
      helpValue: 'URL@COMMIT',
    }),
    require: string({
      summary: 'a lab that must give so many points (default: all), else the job fails',
      helpValue: 'LAB[:POINTS]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    output: string({
      summary: 'folder to write to (default: the workspace; for gradescope here)',
      helpValue: 'DIR',
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(CiInit)
    const { provider, require = [] } = flags
    const course = await courseAt(flags, this.root)
    await askedOf(course, { labs: [], require, target: 'auto', timeout: undefined })
    const from = flags.from === undefined ? await fromClone(this.root) : parseFrom(flags.from)
    const folder = flags.output ?? (provider === 'gradescope' ? '.' : requireWorkspace(searchFor(flags, this.root)))
    const done = writeAll(resolve(folder), filesFor(provider, { ...from, require }))
    for (const { path, done: how } of done) this.say(`  ${how}   ${shown(resolve(folder, path))}`)
    this.say(`  course   ${from.url} at ${from.commit.slice(0, 12)}`)
    return { provider, ...from, files: done }
  }
}
