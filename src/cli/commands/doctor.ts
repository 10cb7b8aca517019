import { boolean } from '@oclif/core/flags'
import { thisMachine } from '../../packages.ts'
import { EXIT } from '../../problem.ts'
import { blockScreen, doctorScreen, type Block, type Finding } from '../../report/tty/doctor-screen.ts'
import { findWorkspace, isWorkspace } from '../../workspace/find.ts'
import { LabCommand } from '../command.ts'
import { blockOf, findingOf } from '../doctor/gap.ts'
import { calledAs, courseAt, defaultWorkspace, placeIn, searchFor, type PlaceFlags } from '../place.ts'

interface Seen {
  lab: string | undefined
  findings: Finding[]
  missing: number
  block: Block | undefined
}

export class Doctor extends LabCommand {
  static override summary = 'tell what the lab needs and what this machine has'
  static override description =
    'Lists what is there and what is missing, with the commands that mend it. Nothing is installed unless --fix asks ' +
    'for it. Exits 3 when something is missing that the lab can not do without.'
  static override examples = [
    { description: 'What is missing here', command: '<%= config.bin %> doctor' },
    { description: 'Run what mends it, and look again', command: '<%= config.bin %> doctor --fix' },
    { description: 'The same without a question, for a script', command: '<%= config.bin %> doctor --fix --yes' },
    { description: 'Remove what a killed run left', command: '<%= config.bin %> doctor --clean' },
  ]
  static override flags = {
    fix: boolean({ summary: 'run the commands that mend it; asks first', exclusive: ['clean'] }),
    yes: boolean({ char: 'y', summary: 'with --fix: do not ask', dependsOn: ['fix'] }),
    clean: boolean({ summary: 'remove what a killed run left on this machine' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor)
    if (flags.clean) return this.#clean()
    const first = await this.#look(flags)
    const fixed = flags.fix && first.block !== undefined ? await this.#fix(first.block, flags.yes) : false
    const { lab, findings, missing, block } = fixed ? await this.#look(flags) : first
    this.code = missing > 0 ? EXIT.environment : EXIT.passed
    return { ok: missing === 0, lab, findings, mend: block ?? null, fixed }
  }

  async #look(flags: PlaceFlags): Promise<Seen> {
    const { look } = await import('../doctor/look.ts')
    const course = await courseAt(flags, this.root)
    // A workspace that was named and is not there yet is one that lab start makes.
    const workspace = findWorkspace(searchFor(flags, this.root)) ?? defaultWorkspace(this.root)
    const place = isWorkspace(workspace) ? await placeIn(course, workspace, this.note) : undefined
    const machine = thisMachine()
    const mark = this.paint.signs.skipped
    const { lab, gaps } = await look({ root: this.root, course, workspace, place, machine, onNote: this.note })
    const findings = gaps.map(findingOf)
    const missing = findings.filter(({ state }) => state === 'missing').length
    const block = blockOf(gaps, machine)
    this.say(doctorScreen(findings, this.layout))
    this.say()
    const without = findings.some(({ state }) => state === 'absent')
      ? `; checks run without what is marked ${mark}`
      : ''
    this.say(`  ${missing > 0 ? missing : 'nothing is'} missing${without}`)
    if (block !== undefined) {
      this.say()
      this.say(blockScreen(block, missing > 0, this.layout))
    }
    const me = calledAs(this.root)
    if (missing > 0 || place === undefined) {
      this.say()
      this.say(missing > 0 ? `  Then   ${me} doctor   looks again` : `  Next   ${me} start`)
    }
    return { lab, findings, missing, block }
  }

  /** Whether the block was run. */
  async #fix(block: Block, yes: boolean): Promise<boolean> {
    const { agreed, mend, runnable } = await import('../doctor/mend.ts')
    runnable(block)
    this.say()
    if (!yes && !(await agreed('  Run this? [y/N] ', this.jsonEnabled()))) {
      this.say('  nothing was run')
      return false
    }
    await mend(block)
    this.say()
    this.say('  Looked again:')
    this.say()
    return true
  }

  async #clean(): Promise<unknown> {
    const { cleanUp } = await import('../../targets/clean.ts')
    const removed = await cleanUp(this.root)
    for (const line of removed) this.say(`  ${line}`)
    if (removed.length === 0) this.say('  nothing was left behind')
    return { removed }
  }
}
