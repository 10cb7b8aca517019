import { boolean } from '@oclif/core/flags'
import type { Outcome } from '../../workspace/mentor-file.ts'
import { LabCommand } from '../command.ts'
import { openPlace, shown } from '../place.ts'

const SAID: Record<Outcome, string> = {
  written: 'was written',
  added: 'has a new part at its end; your own text stays as it is',
  renewed: 'has the text of this version now',
  unchanged: 'is as it should be; nothing was changed',
  removed: 'holds nothing of lab mentor any more',
  absent: 'holds nothing of lab mentor; nothing was changed',
}

export class Mentor extends LabCommand {
  static override summary = 'tell your coding assistant to navigate, not to drive'
  static override description =
    'Writes AGENTS.md into the workspace, which coding assistants read: ask first, name trade-offs and failure modes, ' +
    'propose the next failing test, read the last report, and never write the component. An AGENTS.md of your own stays ' +
    'as it is; the part is added between two marker lines. The file is plain text: read it, and tell your assistant more ' +
    'outside of the markers.'
  static override examples = [
    { description: 'Write it, or renew it after an update', command: '<%= config.bin %> mentor' },
    { description: 'Take it away', command: '<%= config.bin %> mentor --remove' },
  ]
  static override flags = { remove: boolean({ summary: 'take it away again' }) }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Mentor)
    const { workspace } = await openPlace(flags, this.root, this.note)
    const { mentor } = await import('../../workspace/mentor-file.ts')
    const { path, outcome } = await mentor(workspace, flags.remove ? 'remove' : 'write')
    this.say(`  ${shown(path)} ${SAID[outcome]}`)
    return { path, outcome }
  }
}
