import { boolean } from '@oclif/core/flags'
import { EXIT, Problem } from '../../../problem.ts'
import { LabCommand } from '../../command.ts'

export class VmDelete extends LabCommand {
  static override summary = 'remove the VM and its disk'
  static override description =
    'Components, journal and reports are on this machine and stay. Asks first; without a terminal it needs --yes.'
  static override examples = [
    { description: 'Remove it', command: '<%= config.bin %> vm delete' },
    { description: 'Without a question, for a script', command: '<%= config.bin %> vm delete --yes' },
  ]
  static override flags = { yes: boolean({ char: 'y', summary: 'do not ask' }) }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VmDelete)
    const { ask, canAsk } = await import('../../ask.ts')
    if (!flags.yes && !canAsk()) {
      throw new Problem(
        { what: 'lab vm delete asks first, and there is no terminal', remedy: 'lab vm delete --yes' },
        EXIT.usage,
      )
    }
    if (!flags.yes && !(await ask('  Remove the VM and its disk?'))) {
      this.say('  nothing was removed')
      this.code = EXIT.failed
      return { ok: false, deleted: false }
    }
    const { vmDelete } = await import('../../../targets/lima/down.ts')
    const deleted = await vmDelete()
    this.say(deleted ? '  The VM was removed.' : '  There was no VM.')
    return { ok: true, deleted }
  }
}
