import { string as text } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { Verified } from '../../../author/verify.ts'
import { EXIT } from '../../../problem.ts'
import { LabCommand } from '../../command.ts'
import { Interrupt } from '../../grading/interrupt.ts'
import { courseAt } from '../../place.ts'
import { targetFlag } from '../../target-flag.ts'

export class AuthorVerify extends LabCommand {
  static override summary = 'prove that the checks of labs are right'
  static override description =
    'Looks at the form of a lab, traces its requirements, runs its checks on every starter, solution, real tool and mutant, ' +
    'compares the failure texts with the recorded ones, and runs the commands of its lesson. All problems are told at once. ' +
    'A lab that is proved has a proof.json, to be committed: until something changes it is not proved again. ' +
    'Exits 0 when every lab is proved, 1 when something is wrong, 3 when this machine can not prove it.'
  static override examples = [
    { description: 'What has changed since it was proved', command: '<%= config.bin %> author verify' },
    { description: 'One lab', command: '<%= config.bin %> author verify linux/init' },
    { description: 'Its lesson alone', command: '<%= config.bin %> author verify linux/init --only lessons' },
    { description: 'Take over changed failure texts', command: '<%= config.bin %> author verify linux/init --record' },
  ]
  static override strict = false
  static override args = { lab: text({ description: 'labs; default: all that are written', ignoreStdin: true }) }
  static override flags = {
    only: string({
      summary: 'one part alone; nothing is written then, but that another --target has the verdicts of the proof',
      options: ['form', 'trace', 'truth', 'texts', 'lessons'],
      helpValue: 'WHAT',
    }),
    target: targetFlag,
    jobs: integer({
      summary: 'trials at once; default: two for each processor, since checks wait more than they compute',
      helpValue: 'N',
      min: 1,
    }),
    repeat: integer({
      summary: 'run each solution, real tool and mutant N times, each with a seed of its own',
      description: 'A verdict that varies is a problem; its seeds are told. Takes as long as N proofs.',
      helpValue: 'N',
      min: 1,
      default: 1,
    }),
    load: boolean({ summary: 'keep every processor busy meanwhile', dependsOn: ['repeat'] }),
    record: boolean({ summary: 'record the failure texts as they are now' }),
    seed: string({ summary: 'take every random choice from this seed', helpValue: 'SEED' }),
    cache: boolean({ summary: 'prove all anew, whatever was proved before', allowNo: true, default: true }),
    frozen: boolean({ summary: 'write nothing; a proof that is stale is a problem (for CI)', exclusive: ['record'] }),
    sample: integer({
      summary: 'try a part of what is proved again, for so many minutes a lab: another part each day',
      helpValue: 'MINUTES',
      min: 1,
    }),
  }

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(AuthorVerify)
    const course = await courseAt(flags, this.root)
    const { verifyLabs } = await import('../../authoring/verify-labs.ts')
    const { verified: show } = await import('../../../author/screens/verified.ts')
    using interrupt = new Interrupt()
    const done: Verified[] = []
    for await (const one of verifyLabs({
      course,
      root: this.root,
      labs: argv.map(String),
      flags,
      signal: interrupt.signal,
      screen: this.screen,
      note: this.note,
    })) {
      if (done.length > 0) this.say()
      this.say(show(one, this.layout))
      done.push(one)
    }
    if (interrupt.received) this.code = interrupt.received.code
    else if (done.some(({ defects }) => defects.length > 0)) this.code = EXIT.failed
    return { labs: done, exitCode: this.code }
  }
}
