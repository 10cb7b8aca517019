import { EXIT } from '../../../problem.ts'
import { LabCommand } from '../../command.ts'

export class VmStatus extends LabCommand {
  static override summary = 'tell the state of the VM'
  static override description =
    'Whether it was made, runs, answers and is set up for this lab, and the room on its disk. Exits 3 when components ' +
    'could not run in it now.'
  static override examples = [
    { description: 'Its state', command: '<%= config.bin %> vm status' },
    { description: 'The same for a script', command: '<%= config.bin %> vm status --json' },
  ]

  async run(): Promise<unknown> {
    await this.parse(VmStatus)
    const { vmStatus } = await import('../../../targets/lima/down.ts')
    const { state, driver, arch, seen, ready, dir } = await vmStatus(this.root)
    this.say(`  ${state}${driver === undefined ? '' : `, ${arch} on ${driver}`}   ${dir}`)
    if (state === 'running' && seen === undefined) this.say('  it does not answer: it is starting, paused or hangs')
    if (seen !== undefined) {
      this.say(`  ${seen.marker === '' ? 'not set up' : ready ? 'set up' : 'set up by another version of lab'}`)
      this.say(`  ${seen.freeMegabytes} MB of its disk are free; its clock is ${seen.behind} s behind`)
    }
    if (!ready) this.say('  Next   lab vm up')
    this.code = ready ? EXIT.passed : EXIT.environment
    return { ok: ready, state, driver: driver ?? null, arch: arch ?? null, ready, seen: seen ?? null, dir }
  }
}
