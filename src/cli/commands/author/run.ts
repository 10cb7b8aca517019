import { string as text } from '@oclif/core/args'
import { integer, string } from '@oclif/core/flags'
import { findLab } from '../../../course/course.ts'
import { loadLab } from '../../../course/lab.ts'
import { LabCommand } from '../../command.ts'
import { Interrupt } from '../../grading/interrupt.ts'
import { checkedSeed, newSeed } from '../../grading/seed.ts'
import { courseAt } from '../../place.ts'
import { targetFlag } from '../../target-flag.ts'

export class AuthorRun extends LabCommand {
  static override summary = 'run the checks of a lab on any program'
  static override description =
    'Runs all checks of the lab, or those named, on a solution, a starter, a real tool, a mutant or any other program; no ' +
    'workspace is needed and none is changed. Each check runs, whatever became of those that it needs. ' +
    'Exit codes are those of lab check: 0 when all pass, 1 when one fails.'
  static override examples = [
    { description: 'A solution', command: '<%= config.bin %> author run linux/init --solution go' },
    {
      description: 'One check on a real tool',
      command: '<%= config.bin %> author run linux/init forward/term --oracle tini',
    },
    { description: 'A wrong program', command: '<%= config.bin %> author run linux/init --mutant sends-twice' },
    {
      description: 'Any program; its own options come after --',
      command: '<%= config.bin %> author run linux/init --with /usr/bin/dumb-init -- -c',
    },
    {
      description: 'A component in a folder',
      command: '<%= config.bin %> author run linux/init --with work/components/linux/init',
    },
  ]
  static override strict = false
  static override args = {
    lab: text({ description: 'lab, for example linux/init', required: true, ignoreStdin: true }),
    check: text({ description: 'checks to run, by their ids; default: all that apply', ignoreStdin: true }),
  }
  static override flags = {
    solution: string({ summary: 'the solution in this language', helpValue: 'TRACK' }),
    starter: string({ summary: 'the untouched starter in this language', helpValue: 'TRACK' }),
    oracle: string({ summary: 'a real tool of the lab', helpValue: 'NAME' }),
    mutant: string({ summary: 'a wrong solution of the lab', helpValue: 'NAME' }),
    with: string({
      summary: 'a program, or a folder with a component.yaml',
      description:
        'All words that follow are its own, so it comes last; words that begin with a dash come after --. A file of ' +
        'yours is taken along, without what lies beside it.',
      helpValue: 'PROGRAM…',
      multiple: true,
    }),
    target: targetFlag,
    seed: string({ summary: 'take every random choice from this seed', helpValue: 'SEED' }),
    jobs: integer({
      summary: 'run N checks at once (default: two for each processor, and one)',
      helpValue: 'N',
      min: 1,
    }),
  }

  async run(): Promise<unknown> {
    const end = this.argv.indexOf('--')
    const after = end === -1 ? [] : this.argv.slice(end + 1)
    const { flags, argv } = await this.parse(AuthorRun, end === -1 ? this.argv : this.argv.slice(0, end))
    const [said = '', ...named] = argv.map(String)
    const { runChecks, whichOf } = await import('../../authoring/run-checks.ts')
    const program = flags.with === undefined ? [] : [...flags.with, ...after]
    const checks = flags.with === undefined ? [...named, ...after] : named
    const { solution, starter, oracle, mutant } = flags
    const which = whichOf({ solution, starter, oracle, mutant }, program)
    const seed = flags.seed === undefined ? newSeed() : checkedSeed(flags.seed)
    const course = await courseAt(flags, this.root)
    const lab = await loadLab(course, findLab(course, said).id)
    const { connectFor } = await import('../../grading/connect-for.ts')
    const target = flags.target ?? 'auto'
    using interrupt = new Interrupt()
    const done = await runChecks({
      course,
      lab,
      root: this.root,
      which,
      checks,
      seed,
      jobs: flags.jobs,
      courseFlag: flags.course ?? '',
      connect: () => connectFor({ lab: lab.id, course: course.root, root: this.root, target, note: this.note }),
      signal: interrupt.signal,
      screen: this.screen,
    })
    this.code = interrupt.received?.code ?? done.exitCode
    if (interrupt.received) this.say(`\n  interrupted (${interrupt.received.name})`)
    return { ...done, exitCode: this.code }
  }
}
