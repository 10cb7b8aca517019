import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../../problem.ts'
import { LabCommand } from '../../command.ts'

export class VmImage extends LabCommand {
  static override summary = 'build the VM’s disk from Debian’s packages'
  static override description =
    'For a class without network, and for tests: everything is installed in it, so that lab vm up --image DIR has only to ' +
    'boot. Needs root, Linux, mmdebstrap, mke2fs and qemu-img, and a checkout of Drydock. Built once for what it is made ' +
    'of; the folder is printed.'
  static override examples = [
    { description: 'Build it, as root', command: 'sudo <%= config.bin %> vm image' },
    { description: 'Use it', command: '<%= config.bin %> vm up --image DIR' },
  ]

  async run(): Promise<unknown> {
    await this.parse(VmImage)
    const script = join(this.root, 'vm', 'image', 'build.mjs')
    if (!existsSync(script)) {
      throw new Problem({ what: 'an image is built in a checkout of Drydock, and this is a package', where: this.root })
    }
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) {
      throw new Problem({ what: 'the image could not be built', why: 'What failed is above.', remedy: 'lab doctor' })
    }
    const folder = said.trim().split('\n').at(-1) ?? ''
    this.say(`  ${folder}`)
    this.say(`  Next   lab vm up --image ${folder}`)
    return { ok: true, folder }
  }
}
