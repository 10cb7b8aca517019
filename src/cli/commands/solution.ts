import { string as text } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { nearest } from '../../course/nearest.ts'
import { EXIT, Problem } from '../../problem.ts'
import { escapeText } from '../../report/escape.ts'
import { appendEvents } from '../../workspace/journal.ts'
import { LabCommand } from '../command.ts'
import { openLab, type LabInHand } from '../place.ts'
import { requireOpen, solutionFolder, solutionIsOpen, trackOf } from '../solution.ts'

interface SolutionFile {
  /** relative to the component */
  path: string
  text: string
}

export class Solution extends LabCommand {
  static override summary = 'show our solution of the lab'
  static override description =
    'Opens when each check of the lab has passed once, or with --give-up, which is noted in the journal and shown by ' +
    'lab status. Shows all files, or FILE alone.'
  static override examples = [
    { description: 'In the language that you build in', command: '<%= config.bin %> solution' },
    { description: 'How it looks in another language', command: '<%= config.bin %> solution --track python' },
    { description: 'One file, into a file', command: '<%= config.bin %> solution main.go > solution.go' },
    { description: 'Before the lab is finished', command: '<%= config.bin %> solution --give-up' },
  ]
  static override args = { file: text({ description: 'one file of it, for example main.go', ignoreStdin: true }) }
  static override flags = {
    'give-up': boolean({ summary: 'open it now; this is noted' }),
    track: string({ summary: 'the solution in another language', helpValue: 'TRACK' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Solution)
    const place = await openLab(flags, this.root, this.note)
    const { lab, progress } = place
    const track = flags.track ?? trackOf(place)
    // Nobody gives up for a solution that is not there, nor works for it.
    const folder = solutionFolder(lab, track)
    if (!flags['give-up']) requireOpen(place, flags.track)
    const files = one(await filesOf(folder, lab.tracks.find(({ id }) => id === track)?.entry), args.file)
    const gaveUp = progress.gaveUpAt !== undefined || (flags['give-up'] && (await this.#giveUp(place)))
    if (!this.jsonEnabled()) await this.#show(files, args.file !== undefined, `${lab.id} in ${track}`)
    return { lab: lab.id, track, folder, gaveUp, files }
  }

  /** Whether it was noted: once, and not of a lab that is done. */
  async #giveUp({ lab, progress, workspace }: LabInHand): Promise<boolean> {
    if (solutionIsOpen(lab, progress)) return false
    const { notes } = await appendEvents(workspace, [{ type: 'gave-up', lab: lab.id }])
    notes.forEach(this.note)
    return true
  }

  /** One file goes into a pipe as it is. */
  async #show(files: readonly SolutionFile[], single: boolean, title: string): Promise<void> {
    const [only] = files
    if (single && only && !process.stdout.isTTY) {
      process.stdout.write(only.text)
      return
    }
    const { page } = await import('../pager.ts')
    const { paint } = this
    const parts = files.map(({ path, text }) => {
      const body = escapeText(text)
      return `${paint.bold(`${paint.signs.dot} ${path}`)}\n\n${body.endsWith('\n') ? body : `${body}\n`}`
    })
    await page([`${paint.bold(`Solution of ${title}`)}\n`, ...parts].join('\n'))
  }
}

/** Every file, the one that a learner edits first in front. */
async function filesOf(folder: string, entry: string | undefined): Promise<SolutionFile[]> {
  const { packSource } = await import('../../workspace/source.ts')
  const { files } = await packSource(folder)
  const rank = ({ path }: { path: string }): number => (path === entry ? 0 : 1)
  return files
    .map(({ path, data }) => ({ path, text: Buffer.from(data, 'base64').toString('utf8') }))
    .sort((a, b) => rank(a) - rank(b))
}

function one(files: SolutionFile[], name: string | undefined): SolutionFile[] {
  if (name === undefined) return files
  const file = files.find(({ path }) => path === name)
  if (file) return [file]
  const paths = files.map(({ path }) => path)
  const meant = nearest(name, paths)
  throw new Problem(
    {
      what: `The solution has no file ${name}.`,
      why: meant === undefined ? `Its files are ${paths.join(', ')}.` : `Did you mean ${meant}?`,
      remedy: `lab solution ${meant ?? paths[0] ?? ''}`,
    },
    EXIT.usage,
  )
}
