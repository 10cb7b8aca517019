import { string } from '@oclif/core/flags'
import { resolve } from 'node:path'
import { duration } from '../../../report/tty/duration.ts'
import { LabCommand } from '../../command.ts'
import { Phases } from '../../vm/phases.ts'

export class VmReset extends LabCommand {
  static override summary = 'return the VM to its clean state'
  static override description =
    'On QEMU by a snapshot that lab vm up has taken, within seconds; elsewhere, or where there is none, the VM is removed ' +
    'and made anew. Components, journal and reports are on this machine and stay.'
  static override examples = [{ description: 'A clean VM', command: '<%= config.bin %> vm reset' }]
  static override flags = {
    image: string({ summary: 'a folder that lab vm image made, where the VM has to be made anew', helpValue: 'DIR' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VmReset)
    const { vmReset } = await import('../../../targets/lima/down.ts')
    using phases = await Phases.start(this.screen)
    const image = flags.image === undefined ? undefined : resolve(flags.image)
    const how = await vmReset({ root: this.root, image, onPhase: phases.show })
    const { ms } = phases
    phases[Symbol.dispose]()
    const words = { snapshot: 'returned to its snapshot', remade: 'was made anew' }[how]
    this.say(`  The VM ${words} in ${duration(ms)}.`)
    return { ok: true, how, ms: Math.round(ms) }
  }
}
