/** A workspace with linux/init started, made without a check, and the built CLI in it. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import type { Course, Lab } from '../../src/course/model.ts'
import type { NewEvent } from '../../src/workspace/events.ts'
import { appendEvents } from '../../src/workspace/journal.ts'
import { addLab, createWorkspace } from '../../src/workspace/workspace.ts'
import { CHECKED } from '../workspace/checked.ts'
import { Folder, LAB, PACKAGE, run } from './built.ts'

export class Made implements Disposable {
  readonly #folder = new Folder()
  /** a folder beside the workspace */
  readonly aside = join(this.#folder.path, 'aside')
  readonly ws = join(this.#folder.path, 'ws')
  readonly component = join(this.ws, 'init')

  private constructor(
    readonly course: Course,
    readonly lab: Lab,
  ) {
    mkdirSync(this.aside)
  }

  static async open(track = 'python', root = PACKAGE): Promise<Made> {
    const course = await loadCourse(root, { cacheDir: false })
    const made = new Made(course, await loadLab(course, 'linux/init', { cacheDir: false }))
    const { workspace } = await createWorkspace(made.ws, course)
    await addLab(workspace, course, made.lab, track)
    await made.happened({ type: 'lab-started', lab: 'linux/init', track })
    return made
  }

  /** The same once more, in a folder of its own. */
  copy(): Made {
    const made = new Made(this.course, this.lab)
    cpSync(this.ws, made.ws, { recursive: true })
    return made
  }

  async happened(...events: NewEvent[]): Promise<void> {
    await appendEvents({ dir: this.ws }, events)
  }

  /** Every check of these steps has passed, and `lab next` was said after each. */
  async passed(...steps: number[]): Promise<void> {
    for (const step of steps) {
      const checks = this.lab.steps[step - 1]?.checks ?? []
      const results = checks.map(({ id }) => ({ check: id, verdict: 'passed' as const, ms: 1 }))
      await this.happened(
        { ...CHECKED, step, results },
        { type: 'advanced', lab: 'linux/init', step: step + 1, of: this.lab.steps.length },
      )
    }
  }

  /** `lab ARGS` on this workspace, without a terminal. */
  run(args: string[], options: Parameters<typeof run>[1] = {}) {
    return run([...args, '--workspace', this.ws], options)
  }

  /** The same without the launcher, so that a signal is the CLI's own. */
  node(args: string[], env: Record<string, string>) {
    const command = [join(PACKAGE, 'bin/lab.js'), ...args, '--workspace', this.ws]
    return execa(process.execPath, command, { env: { LC_ALL: 'C.UTF-8', ...env }, reject: false, stdin: 'ignore' })
  }

  /** `sh -c SCRIPT` in a mount namespace of its own: $LAB is the command, $WS the workspace, $ASIDE the folder beside. */
  alone(script: string) {
    const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
    const env = { LAB, WS: this.ws, ASIDE: this.aside, LC_ALL: 'C.UTF-8' }
    return execa('unshare', [...user, '--mount', 'sh', '-euc', script], { env, reject: false, stdin: 'ignore' })
  }

  async json(...args: string[]): Promise<Record<string, unknown>> {
    return JSON.parse((await this.run([...args, '--json'])).stdout) as Record<string, unknown>
  }

  read(path: string): string {
    return readFileSync(join(this.ws, path), 'utf8')
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.ws, path), text)
  }

  /** The types of the journal's events, after the two that `open` made. */
  get types(): string[] {
    const lines = this.read('.lab/journal.jsonl').trim().split('\n')
    return lines.slice(2).map((line) => (JSON.parse(line) as { type: string }).type)
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
