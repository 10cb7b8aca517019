import { string as text } from '@oclif/core/args'
import { nearest } from '../../course/nearest.ts'
import { EXIT, Problem } from '../../problem.ts'
import { targetScreen } from '../../report/tty/target-screen.ts'
import { setTarget } from '../../workspace/workspace.ts'
import { LabCommand } from '../command.ts'
import { requiredFor } from '../grading/connect-for.ts'
import { labInHand, openPlace } from '../place.ts'

export class Target extends LabCommand {
  static override summary = 'show or choose where your components run'
  static override description =
    'Without a name: which targets there are, which of them this machine can use, and what auto takes. With a name: the ' +
    'workspace uses that target from now on. local is this machine; uml is a user-mode Linux kernel that is booted for the run and ' +
    'thrown away after it (Debian and Ubuntu on x86_64: package user-mode-linux), with cgroup v2, a clock of its own and one ' +
    'processor; lima is a VM with Debian 13 that lab vm up makes, on macOS too. auto takes the first that offers what the ' +
    'lab requires.'
  static override examples = [
    { description: 'What there is', command: '<%= config.bin %> target' },
    { description: 'This machine, whatever else there is', command: '<%= config.bin %> target local' },
    { description: 'A throw-away kernel, which needs no root', command: '<%= config.bin %> target uml' },
    { description: 'The VM of lab vm up', command: '<%= config.bin %> target lima' },
    { description: 'Let lab choose', command: '<%= config.bin %> target auto' },
  ]
  static override args = { name: text({ description: 'auto, or the name of a target', ignoreStdin: true }) }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Target)
    const place = await openPlace(flags, this.root, this.note)
    const { workspace, course } = place
    const lab = labInHand(place)
    const { surveyTargets } = await import('../../targets/survey.ts')
    const survey = surveyTargets(await requiredFor(lab, course.root, this.root))
    const known = ['auto', ...survey.targets.map(({ name }) => name)]
    if (args.name !== undefined && !known.includes(args.name)) throw unknown(args.name, known)
    const { target } =
      args.name === undefined || args.name === workspace.target ? workspace : await setTarget(workspace, args.name)
    this.say(targetScreen({ ...survey, target, lab }, this.layout))
    return { target, changed: target !== workspace.target, auto: survey.auto ?? null, targets: survey.targets }
  }
}

function unknown(name: string, known: readonly string[]): Problem {
  const meant = nearest(name, known)
  return new Problem(
    {
      what: `There is no target ${name}.`,
      why: meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${meant}?`,
      remedy: `lab target ${meant ?? 'auto'}`,
    },
    EXIT.usage,
  )
}
