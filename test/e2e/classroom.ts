/** Workspaces as a class hands them in: made without a check, with a solution, a starter or a mutant of the course in them. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyMutant, mutantsOf, type Mutant } from '../../src/author/mutant.ts'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import type { Course, Lab } from '../../src/course/model.ts'
import { openWorkspace } from '../../src/workspace/open.ts'
import { addLab, createWorkspace } from '../../src/workspace/workspace.ts'
import type { GradedLab, GradeReport } from '../../src/report/grade/report.ts'
import { Folder, LAB, PACKAGE, run } from '../cli/built.ts'

export const INIT = 'linux/init'
export const FRAMES = 'linux/frames'

const TRACKS: Readonly<Record<string, string>> = { [INIT]: 'python', [FRAMES]: 'typescript' }

export class Classroom implements Disposable {
  readonly #folder = new Folder()
  readonly path = this.#folder.path

  private constructor(
    readonly course: Course,
    readonly labs: ReadonlyMap<string, Lab>,
  ) {}

  static async open(): Promise<Classroom> {
    const course = await loadCourse(PACKAGE, { cacheDir: false })
    const labs = [INIT, FRAMES].map(async (id) => [id, await loadLab(course, id, { cacheDir: false })] as const)
    return new Classroom(course, new Map(await Promise.all(labs)))
  }

  lab(id: string): Lab {
    const lab = this.labs.get(id)
    if (lab === undefined) throw new Error(`no lab ${id}`)
    return lab
  }

  /** A workspace below this folder with these labs as starters, in a language that has to compile nothing. */
  async workspace(name: string, ids: readonly string[] = [INIT]): Promise<string> {
    const dir = join(this.path, name)
    await createWorkspace(dir, this.course)
    for (const id of ids)
      await addLab(await openWorkspace(dir, this.course), this.course, this.lab(id), TRACKS[id] ?? 'python')
    return dir
  }

  /** Puts a solution of the course in place of the component. */
  solve(dir: string, id: string = INIT): void {
    const lab = this.lab(id)
    cpSync(join(lab.dir, 'solutions', TRACKS[id] ?? 'python'), join(dir, lab.name), { recursive: true })
  }

  mutant(name: string, id: string = INIT): Mutant {
    const mutant = mutantsOf(this.lab(id).dir).find((one) => one.name === name)
    if (mutant === undefined) throw new Error(`no mutant ${name}`)
    return mutant
  }

  async spoil(dir: string, name: string, id: string = INIT): Promise<Mutant> {
    const mutant = this.mutant(name, id)
    const component = join(dir, this.lab(id).name)
    rmSync(component, { recursive: true })
    await applyMutant(mutant, this.lab(id).dir, component)
    return mutant
  }

  write(dir: string, path: string, text: string): void {
    writeFileSync(join(dir, path), text)
  }

  grade(args: string[], env: Record<string, string> = {}) {
    return run(['grade', ...args], { cwd: this.path, env })
  }

  /** The journal, and everything else that lab keeps in a workspace. */
  kept(dir: string): string {
    return readFileSync(join(dir, '.lab', 'journal.jsonl'), 'utf8')
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}

export function labOf(report: GradeReport, id: string): GradedLab {
  const lab = report.labs.find(({ lab }) => lab === id)
  if (lab === undefined) throw new Error(`${id} is not in the report`)
  return lab
}

export { LAB }
