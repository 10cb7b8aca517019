import { string as text } from '@oclif/core/args'
import { integer, string } from '@oclif/core/flags'
import { jsonText } from '../../report/grade/json.ts'
import { requireWorkspace } from '../../workspace/find.ts'
import { openWorkspace } from '../../workspace/open.ts'
import { LabCommand } from '../command.ts'
import { deliver, deliveryOf, refuseTwoOnStdout } from '../grade/deliver.ts'
import { askedOf, writtenLabs } from '../grade/asked.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { checkedSeed, newSeed } from '../grading/seed.ts'
import { courseAt, searchFor } from '../place.ts'
import { targetFlag } from '../target-flag.ts'

export class Grade extends LabCommand {
  static override summary = 'grade every lab of a workspace, from a clean state'
  static override description =
    'Builds each started component from nothing and runs every check of every step, with a fresh seed. The journal is ' +
    'neither read nor written. Exits 0 when all that is required is met, 1 when it is short, 3 when the environment ' +
    'could not grade (never a lower grade), 4 for a bug of lab. docs/teaching.md is for teachers.'
  static override examples = [
    { description: 'All labs that are started', command: '<%= config.bin %> grade' },
    {
      description: 'In CI: linux/init must be whole, linux/frames give 12 points',
      command:
        '<%= config.bin %> grade --require linux/init --require linux/frames:12 --reporter tty --reporter junit=report.xml',
    },
    {
      description: 'At most ten minutes; what ran until then counts',
      command: '<%= config.bin %> grade --timeout 10m',
    },
  ]
  static override strict = false
  static override args = {
    lab: text({
      description: 'labs to grade; several may follow each other. Default: those started',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    reporter: string({
      summary: 'how to report, and where to: tty (default), json, junit, github, gitlab, gradescope, tap, markdown',
      helpValue: 'NAME[=FILE]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    require: string({
      summary: 'a lab that must give so many points (default: all)',
      helpValue: 'LAB[:POINTS]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    seed: string({ summary: 'take every random choice from this seed', helpValue: 'SEED' }),
    jobs: integer({ summary: 'run N checks at once (default: one for each processor)', helpValue: 'N', min: 1 }),
    timeout: string({ summary: 'end after this time and keep what there is: 90s, 10m, 1h', helpValue: 'TIME' }),
    target: targetFlag,
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(Grade)
    const json = this.jsonEnabled()
    const deliveries = (flags.reporter ?? []).map(deliveryOf)
    refuseTwoOnStdout(deliveries, json)
    if (deliveries.length === 0 && !json) deliveries.push({ reporter: 'tty', file: undefined })
    const seed = flags.seed === undefined ? newSeed() : checkedSeed(flags.seed)
    const course = await courseAt(flags, this.root)
    const { require = [], timeout, target = 'auto' } = flags
    const asked = await askedOf(course, { labs: argv.map(String), require, timeout, target })
    const dir = requireWorkspace(searchFor(flags, this.root))
    const workspace = await openWorkspace(dir, course, { cache: false })
    const labs = await writtenLabs(course)
    const { gradeWorkspace } = await import('../grade/grade-workspace.ts')
    using interrupt = new Interrupt()
    const report = await gradeWorkspace({
      course,
      root: this.root,
      labs,
      workspace,
      asked,
      seed,
      jobs: flags.jobs,
      interrupt: { signal: interrupt.signal, name: () => interrupt.received?.name },
      note: this.note,
    })
    this.code = interrupt.received?.code ?? report.exitCode
    deliver(report, deliveries, {
      workspace: workspace.dir,
      layout: this.layout,
      environment: process.env,
      print: (text) => process.stdout.write(text),
    })
    return json ? report : undefined
  }

  protected override logJson(json: unknown): void {
    if (json !== undefined) process.stdout.write(jsonText(json))
  }
}
