import { join, resolve } from 'node:path'
import { string as text } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import { jsonText } from '../../report/grade/json.ts'
import { requireWorkspace } from '../../workspace/find.ts'
import { openSubmitted } from '../grade/submission.ts'
import { LabCommand } from '../command.ts'
import { deliver, deliveryOf, refuseTwoOnStdout } from '../grade/deliver.ts'
import { askedOf, writtenLabs, type Asked } from '../grade/asked.ts'
import { askedBefore, readReport, requireSame } from '../grade/replay.ts'
import { classDeliveryOf, deliverClass } from '../grade/deliver-class.ts'
import { readRoster } from '../grade/roster.ts'
import { Interrupt } from '../grading/interrupt.ts'
import { checkedSeed, newSeed } from '../grading/seed.ts'
import { courseAt, searchFor } from '../place.ts'
import { targetFlag } from '../target-flag.ts'

interface ClassFlags {
  course?: string | undefined
  workspaces: string
  results?: string | undefined
  roster?: string | undefined
  reporter?: string[] | undefined
  require?: string[] | undefined
  seed?: string | undefined
  jobs?: number | undefined
  timeout?: string | undefined
  target?: string | undefined
}

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
    jobs: integer({
      summary: 'run N checks at once (default: two for each processor, and one)',
      helpValue: 'N',
      min: 1,
    }),
    timeout: string({ summary: 'end after this time and keep what there is: 90s, 10m, 1h', helpValue: 'TIME' }),
    target: targetFlag,
    workspaces: string({
      summary: 'grade every workspace of a folder, with a table at the end; goes on where a run was ended',
      description: 'Reporters are tty, json and csv here. Each workspace has its own report in the folder of results.',
      helpValue: 'DIR',
      exclusive: ['workspace', 'replay'],
    }),
    results: string({
      summary: 'where the results of --workspaces are kept (default: .grades in that folder)',
      helpValue: 'DIR',
      dependsOn: ['workspaces'],
    }),
    roster: string({ summary: 'CSV file of people, for --reporter csv', helpValue: 'FILE', dependsOn: ['workspaces'] }),
    replay: string({
      summary: 'run a grading again, from its JSON report',
      description: 'Refuses where the component, the checks or the course are not those of the report.',
      helpValue: 'FILE',
      exclusive: ['seed', 'require', 'timeout'],
    }),
    anyway: boolean({ summary: 'with what is there now, also where it is not the same', dependsOn: ['replay'] }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(Grade)
    const json = this.jsonEnabled()
    if (flags.workspaces !== undefined) return this.#class({ ...flags, workspaces: flags.workspaces }, argv.map(String))
    const deliveries = (flags.reporter ?? []).map(deliveryOf)
    refuseTwoOnStdout(deliveries, json)
    if (deliveries.length === 0 && !json) deliveries.push({ reporter: 'tty', file: undefined })
    const course = await courseAt(flags, this.root)
    const { require = [], timeout, target = 'auto' } = flags
    const before = flags.replay === undefined ? undefined : readReport(flags.replay)
    const said = { labs: argv.map(String), require, timeout, target }
    const asked = before ? withTarget(askedBefore(before), flags.target) : await askedOf(course, said)
    const seed = before?.seed ?? (flags.seed === undefined ? newSeed() : checkedSeed(flags.seed))
    const dir = requireWorkspace(searchFor(flags, this.root))
    const workspace = await openSubmitted(dir, course)
    const labs = await writtenLabs(course)
    if (before && !flags.anyway) {
      await requireSame(before, { course, root: this.root, workspace, labs }, flags.replay ?? '')
    }
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
      // A person sees that something goes on; a log has the report.
      onLab: ({ id }) => {
        if (process.stderr.isTTY) this.note(`grading ${id}`)
      },
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

  async #class(flags: ClassFlags, labs: string[]): Promise<unknown> {
    const json = this.jsonEnabled()
    const deliveries = (flags.reporter ?? []).map(classDeliveryOf)
    refuseTwoOnStdout(deliveries, json)
    if (deliveries.length === 0 && !json) deliveries.push({ reporter: 'tty', file: undefined })
    const roster = flags.roster === undefined ? undefined : readRoster(flags.roster)
    const course = await courseAt(flags, this.root)
    const { require = [], timeout, target = 'auto' } = flags
    const asked = await askedOf(course, { labs, require, timeout, target })
    const folder = resolve(flags.workspaces)
    const [{ gradeClass }, { KeptResults }] = await Promise.all([
      import('../grade/class.ts'),
      import('../grade/kept.ts'),
    ])
    const given = flags.seed === undefined ? undefined : checkedSeed(flags.seed)
    const written = await writtenLabs(course)
    const kept = new KeptResults(resolve(flags.results ?? join(folder, '.grades')))
    const seed = given ?? kept.seed(newSeed)
    using interrupt = new Interrupt()
    const report = await gradeClass({
      ...{ course, root: this.root, labs: written, folder, kept, asked, seed, jobs: flags.jobs, note: this.note },
      interrupt: { signal: interrupt.signal, name: () => interrupt.received?.name },
    })
    this.code = interrupt.received?.code ?? report.exitCode
    deliverClass(report, deliveries, { roster, layout: this.layout, print: (text) => process.stdout.write(text) })
    return json ? report : undefined
  }

  protected override logJson(json: unknown): void {
    if (json !== undefined) process.stdout.write(jsonText(json))
  }
}

/** Another target may be asked for: the report says where it ran. */
const withTarget = (asked: Asked, target: string | undefined): Asked =>
  target === undefined ? asked : { ...asked, target }
