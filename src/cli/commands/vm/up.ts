import { string } from '@oclif/core/flags'
import { resolve } from 'node:path'
import { duration } from '../../../report/tty/duration.ts'
import { LabCommand } from '../../command.ts'
import { Phases } from '../../vm/phases.ts'

export class VmUp extends LabCommand {
  static override summary = 'make and start the VM, or mend it'
  static override description =
    'Brings the VM of the target lima up from whatever state it is in: never made, cut off half-way, stopped, hanging, or ' +
    'set up by another version. What is there already is not done again; interrupted, the next one goes on. The first ' +
    'time it downloads an image of Debian 13 and packages, unless --image names a folder that lab vm image made.'
  static override examples = [
    { description: 'Make, start or mend it', command: '<%= config.bin %> vm up' },
    { description: 'From an image that is there, without network', command: '<%= config.bin %> vm up --image DIR' },
  ]
  static override flags = {
    image: string({ summary: 'a folder that lab vm image made; for a VM that is yet to be made', helpValue: 'DIR' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VmUp)
    const { vmUp } = await import('../../../targets/lima/up.ts')
    using phases = await Phases.start(this.screen)
    const image = flags.image === undefined ? undefined : resolve(flags.image)
    const up = await vmUp({ root: this.root, image, onPhase: phases.show })
    const { ms } = phases
    phases[Symbol.dispose]()
    const did = { nothing: 'was running', started: 'was started', made: 'was made and started' }[up.did]
    this.say(`  The VM ${did}${up.provisioned ? ', and set up' : ''} in ${duration(ms)}.`)
    const { kind, why } = up.acceleration
    if (kind === 'emulated') this.say(`  It is emulated, and 10 to 25 times slower than this machine: ${why}.`)
    this.say('  Next   lab target lima')
    return { ok: true, did: up.did, provisioned: up.provisioned, acceleration: kind, why, ms: Math.round(ms) }
  }
}
