import { LabCommand } from '../../command.ts'

export class VmShell extends LabCommand {
  static override summary = 'open a shell in the VM, or run a command there'
  static override description =
    'As the user that Lima has made, who may use sudo. Words after -- are a command; its exit code is passed on. ' +
    'lab shell enters the host of a check.'
  static override examples = [
    { description: 'A shell', command: '<%= config.bin %> vm shell' },
    { description: 'One command', command: '<%= config.bin %> vm shell -- uname -a' },
  ]
  static override strict = false
  static override enableJsonFlag = false

  async run(): Promise<unknown> {
    const end = this.argv.indexOf('--')
    // Before it parses: oclif takes what it has parsed for all that there is.
    const command = end === -1 ? [] : this.argv.slice(end + 1)
    await this.parse(VmShell, end === -1 ? this.argv : this.argv.slice(0, end))
    const { vmShell } = await import('../../../targets/lima/shell.ts')
    this.code = await vmShell(command)
    return undefined
  }
}
