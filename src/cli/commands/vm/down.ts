import { LabCommand } from '../../command.ts'

export class VmDown extends LabCommand {
  static override summary = 'stop the VM; it keeps its disk'
  static override description = 'Shuts the VM down, and ends it where it does not do so within two minutes.'
  static override examples = [{ description: 'Stop it', command: '<%= config.bin %> vm down' }]

  async run(): Promise<unknown> {
    await this.parse(VmDown)
    const { vmDown } = await import('../../../targets/lima/down.ts')
    const stopped = await vmDown()
    this.say(stopped ? '  The VM was stopped.' : '  The VM did not run.')
    return { ok: true, stopped }
  }
}
