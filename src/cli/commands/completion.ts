import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { string as text } from '@oclif/core/args'
import { labelled } from '../../report/tty/labelled.ts'
import { LabCommand } from '../command.ts'
import { installLine, SCRIPTS, shellOf, SHELLS, type Shell } from '../completion/scripts.ts'
import { onPath } from '../on-path.ts'
import { real } from '../place.ts'
import { NAME } from '../program.ts'

export class Completion extends LabCommand {
  static override summary = 'complete commands, flags and ids in your shell'
  static override description =
    'Prints the script for a shell; without one, the line that installs it. What is offered comes from lab itself: ' +
    'commands, their flags, the checks of the lab that you work on, labs, tracks.'
  static override examples = [
    { description: 'How to install it', command: '<%= config.bin %> completion' },
    { description: 'For this bash alone', command: 'eval "$(<%= config.bin %> completion bash)"' },
  ]
  static override args = {
    shell: text({ description: 'shell to complete in', options: SHELLS, ignoreStdin: true }),
  }

  async run(): Promise<unknown> {
    const { args } = await this.parse(Completion)
    const shell = SHELLS.find((name) => name === args.shell)
    if (shell === undefined) return this.#howTo()
    if (!this.jsonEnabled()) process.stdout.write(SCRIPTS[shell])
    return { shell, script: SCRIPTS[shell] }
  }

  #howTo(): unknown {
    const lab = this.#called()
    const yours = shellOf(process.env['SHELL'])
    const install = Object.fromEntries(SHELLS.map((shell) => [shell, installLine(shell, lab)])) as Record<Shell, string>
    this.say('One line installs it; a shell that is started after that has it.')
    this.say()
    const first = yours === undefined ? SHELLS : [yours, ...SHELLS.filter((shell) => shell !== yours)]
    for (const shell of first) {
      const label = shell === yours ? `${shell} (yours)` : shell
      // Not broken at the width: a line to paste.
      this.say(labelled(label, install[shell], { ...this.layout, width: Infinity, indent: 2 }))
    }
    return { shell: yours ?? null, install }
  }

  /** `lab` where PATH finds this one, else its path. */
  #called(): string {
    const files = [join(this.root, 'lab'), join(this.root, 'bin', 'lab.js')].filter((file) => existsSync(file))
    const found = onPath(NAME)
    if (found !== undefined && files.some((file) => real(file) === real(found))) return NAME
    const path = files[0] ?? NAME
    return /^[\w./-]+$/.test(path) ? path : `"${path}"`
  }
}
