import { existsSync } from 'node:fs'
import { boolean } from '@oclif/core/flags'
import { Problem } from '../../problem.ts'
import { readComponent } from '../../workspace/component.ts'
import { LabCommand } from '../command.ts'
import { installLine, packagesOf } from '../../packages.ts'
import { openLab, shown } from '../place.ts'
import { requireOpen, solutionFolder, trackOf } from '../solution.ts'

export class Diff extends LabCommand {
  static override summary = 'show what you changed in the component'
  static override description =
    'Compares the source of your component with the starter, or with our solution, which opens as lab solution does. ' +
    'Lines with + are yours. Exits 0 whether or not there is a difference. Needs git.'
  static override examples = [
    { description: 'Your work so far', command: '<%= config.bin %> diff' },
    { description: 'Your way and ours, at the end of a lab', command: '<%= config.bin %> diff --solution' },
    { description: 'As a patch', command: '<%= config.bin %> diff > mine.patch' },
  ]
  static override flags = { solution: boolean({ summary: 'compare with our solution' }) }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Diff)
    const place = await openLab(flags, this.root, this.note)
    const { lab, component, course } = place
    const track = trackOf(place)
    const solution = flags.solution ? solutionFolder(lab, track) : undefined
    if (solution !== undefined) requireOpen(place)
    if (!existsSync(component)) await readComponent(component) // says what is missing, and what mends it
    const { diffFolders, diffFromStarter } = await import('../../workspace/diff.ts')
    const mine = { name: 'mine', dir: component }
    const diff =
      solution === undefined
        ? await diffFromStarter(course.root, lab, track, mine)
        : await diffFolders({ name: 'solution', dir: solution }, mine)
    if (diff === undefined) throw noGit()
    const against = flags.solution ? 'solution' : 'starter'
    if (!this.jsonEnabled()) await this.#show(diff, `${shown(component)} is the same as the ${against}`)
    return { lab: lab.id, track, against, differs: diff !== '', diff }
  }

  /** Into a pipe it goes as it is, so that it can be applied. */
  async #show(diff: string, same: string): Promise<void> {
    if (diff === '') return this.note(same)
    if (!process.stdout.isTTY) {
      process.stdout.write(diff)
      return
    }
    const [{ page }, { diffText }] = await Promise.all([import('../pager.ts'), import('../../report/tty/diff.ts')])
    await page(diffText(diff, this.paint))
  }
}

function noGit(): Problem {
  return new Problem({
    what: 'lab diff needs git, which is not installed.',
    why: 'There is no git on PATH.',
    remedy: installLine([packagesOf('git')], 'https://git-scm.com/downloads'),
  })
}
