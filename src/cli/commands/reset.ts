import { boolean } from '@oclif/core/flags'
import { EXIT, Problem } from '../../problem.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { LabCommand } from '../command.ts'
import { contains, openLab, real, shown, type LabInHand } from '../place.ts'

export class Reset extends LabCommand {
  static override summary = 'put the component back to its starter; what was there is saved'
  static override description =
    'Moves the component into .lab/saved/ of the workspace and puts the starter into its place; a component that is ' +
    'missing appears again. You then work on step 1 again; points that you have earned stay. Asks first when something ' +
    'would be moved; without a terminal it needs --yes. Interrupted at any moment, your files are in one of the two ' +
    'places, and a second run completes.'
  static override examples = [
    { description: 'Begin the lab again', command: '<%= config.bin %> reset' },
    { description: 'Bring back what the last reset saved', command: '<%= config.bin %> reset --undo' },
    { description: 'Without a question, for a script', command: '<%= config.bin %> reset --yes' },
  ]
  static override flags = {
    undo: boolean({ summary: 'bring the newest saved copy back; what is there now is saved in turn' }),
    yes: boolean({ char: 'y', summary: 'do not ask' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Reset)
    const place = await openLab(flags, this.root, this.note)
    return flags.undo ? this.#restore(place) : this.#reset(place, flags.yes)
  }

  async #reset(place: LabInHand, yes: boolean): Promise<unknown> {
    const [{ resetComponent }, { copyPath }] = await Promise.all([
      import('../../workspace/reset.ts'),
      import('../../workspace/saved.ts'),
    ])
    const { lab, workspace, component } = place
    const inside = contains(real(component), real(process.cwd()))
    const done = await resetComponent(optionsOf(place), () => this.#confirm(place, yes))
    if (done === undefined) {
      this.code = EXIT.failed
      this.say('  nothing was changed')
      return { lab: lab.id, changed: false, saved: null }
    }
    done.notes.forEach(this.note)
    const saved = done.saved === undefined ? null : copyPath(workspace.dir, done.saved)
    if (!done.changed) this.say(`  ${shown(component)} is the starter already; nothing was changed`)
    else {
      this.#row('Starter', `${shown(component)} is at its start; you work on step 1`)
      if (saved !== null) {
        this.#row('Saved', shown(saved) + (done.completed ? '   by the reset that was interrupted' : ''))
        this.#row('Back', 'lab reset --undo')
        const commit = await lastCommit(place)
        if (commit !== undefined) this.#row('Git', `has ${commit}`)
      }
      if (inside && saved !== null) this.#moved()
    }
    return { lab: lab.id, component, changed: done.changed, saved, completed: done.completed }
  }

  async #restore(place: LabInHand): Promise<unknown> {
    const [{ restoreComponent }, { copyPath }] = await Promise.all([
      import('../../workspace/reset.ts'),
      import('../../workspace/saved.ts'),
    ])
    const { lab, workspace, component } = place
    const inside = contains(real(component), real(process.cwd()))
    const done = await restoreComponent(optionsOf(place))
    if (done === undefined) {
      throw new Problem(
        {
          what: `There is no saved copy of ${lab.id}.`,
          where: copyPath(workspace.dir, ''),
          why: 'Only lab reset saves copies, and there was none that had something to save.',
        },
        EXIT.failed,
      )
    }
    done.notes.forEach(this.note)
    const saved = done.saved === undefined ? null : copyPath(workspace.dir, done.saved)
    this.#row('Back', `${shown(component)} is what ${done.restored} was`)
    if (saved !== null) this.#row('Saved', `${shown(saved)}   what was there until now`)
    if (inside && saved !== null) this.#moved()
    return { lab: lab.id, component, restored: done.restored, saved }
  }

  async #confirm({ lab, component }: LabInHand, yes: boolean): Promise<boolean> {
    if (yes) return true
    const { ask, canAsk } = await import('../ask.ts')
    if (this.jsonEnabled() || !canAsk()) {
      throw new Problem(
        {
          what: `lab reset would move ${shown(component)} away, and can't ask whether to.`,
          why: 'There is no terminal to ask on, or --json was given. Your files would be saved in .lab/saved/.',
          remedy: 'lab reset --yes',
        },
        EXIT.usage,
      )
    }
    return ask(`Put ${lab.id} back to its start? ${shown(component)} is moved to .lab/saved/.`)
  }

  #row(label: string, text: string): void {
    this.say(labelled(label, text, { ...this.layout, indent: 2, label: 10 }))
  }

  /** A shell follows the folder that it stands in, not its name. */
  #moved(): void {
    this.#row('Shell', 'it stands in the saved copy now; cd "$PWD" takes it to the component')
  }
}

function optionsOf({ workspace, course, lab, component }: LabInHand) {
  return { workspace, course, lab, component, track: workspace.labs[lab.id]?.track ?? '' }
}

/** The last commit of the component, when the workspace is a git repository that has one. */
async function lastCommit({ workspace, component }: LabInHand): Promise<string | undefined> {
  const { lastCommitOf } = await import('../../workspace/git.ts')
  const commit = await lastCommitOf(workspace.dir, component)
  return (
    commit &&
    `your last commit of it, ${commit}: git -C ${shown(workspace.dir)} log -- ${workspace.dir === component ? '.' : shown(component, workspace.dir)}`
  )
}
