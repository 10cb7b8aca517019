/** Workspaces as a class hands them in: made without a check, with a solution, a starter or a mutant of a course in them. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyMutant, mutantsOf, type Mutant } from '../../src/author/mutant.ts'
import { writtenLabs } from '../../src/cli/grade/asked.ts'
import { loadCourse } from '../../src/course/course.ts'
import type { Course, Lab } from '../../src/course/model.ts'
import { openWorkspace } from '../../src/workspace/open.ts'
import { addLab, createWorkspace } from '../../src/workspace/workspace.ts'
import type { GradedLab, GradeReport } from '../../src/report/grade/report.ts'
import { Folder, LAB, PACKAGE, run } from '../cli/built.ts'

export const INIT = 'linux/init'
/** The labs of a small classroom. */
export const GREET = 'small/greet'
export const SECOND = 'small/second'

/** Those that have nothing to compile. */
const INTERPRETED = ['python', 'typescript']

export class Classroom implements Disposable {
  private constructor(
    readonly folder: Folder,
    readonly course: Course,
    readonly labs: ReadonlyMap<string, Lab>,
  ) {}

  get path(): string {
    return this.folder.path
  }

  /** Of Drydock's own course. */
  static async open(): Promise<Classroom> {
    return Classroom.#of(new Folder(), PACKAGE)
  }

  /** Of a course of two labs as `lab author new` begins them, with two checks each: a lab is graded in a second. */
  static async small(): Promise<Classroom> {
    const folder = new Folder()
    const course = join(folder.path, 'course')
    for (const id of [GREET, SECOND]) {
      const { exitCode, stderr } = await run(['author', 'new', id, '--title', id, '--course', course])
      if (exitCode !== 0) throw new Error(stderr)
    }
    return Classroom.#of(folder, course)
  }

  static async #of(folder: Folder, root: string): Promise<Classroom> {
    const course = await loadCourse(root, { cacheDir: false })
    const labs = await writtenLabs(course)
    return new Classroom(folder, course, new Map(labs.map((lab) => [lab.id, lab])))
  }

  lab(id: string): Lab {
    const lab = this.labs.get(id)
    if (lab === undefined) throw new Error(`no lab ${id}`)
    return lab
  }

  /** The language of a solution: one that compiles nothing, if there is one. */
  trackOf(id: string): string {
    const { dir, tracks } = this.lab(id)
    const solved = tracks.map((track) => track.id).filter((track) => existsSync(join(dir, 'solutions', track)))
    const track = INTERPRETED.find((one) => solved.includes(one)) ?? solved[0]
    if (track === undefined) throw new Error(`${id} has no solution`)
    return track
  }

  /** A workspace below this folder with these labs as starters. */
  async workspace(name: string, ids: readonly string[], track?: string): Promise<string> {
    const dir = join(this.path, name)
    await createWorkspace(dir, this.course)
    for (const id of ids)
      await addLab(await openWorkspace(dir, this.course), this.course, this.lab(id), track ?? this.trackOf(id))
    return dir
  }

  /** Puts a solution of the course in place of the component. */
  solve(dir: string, id: string): void {
    const lab = this.lab(id)
    cpSync(join(lab.dir, 'solutions', this.trackOf(id)), join(dir, lab.name), { recursive: true })
  }

  mutants(id: string): Mutant[] {
    return mutantsOf(this.lab(id).dir)
  }

  /** A workspace with a mutant of a lab in place of its component. */
  async spoiled(name: string, mutant: Mutant, id: string): Promise<string> {
    const dir = await this.workspace(name, [id], mutant.solution)
    const component = join(dir, this.lab(id).name)
    rmSync(component, { recursive: true })
    await applyMutant(mutant, this.lab(id).dir, component)
    return dir
  }

  write(dir: string, path: string, text: string): void {
    writeFileSync(join(dir, path), text)
  }

  /** Replaces a text that must be there. */
  edit(dir: string, path: string, from: string, to: string): void {
    const text = readFileSync(join(dir, path), 'utf8')
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`)
    this.write(dir, path, text.replace(from, to))
  }

  /** What a grading of this course begins with. */
  get command(): string[] {
    return ['grade', ...(this.course.root === PACKAGE ? [] : ['--course', this.course.root])]
  }

  grade(args: string[], env: Record<string, string> = {}, program = LAB) {
    return run([...this.command, ...args], { cwd: this.path, env, program })
  }

  /** The journal of a workspace. */
  kept(dir: string): string {
    return readFileSync(join(dir, '.lab', 'journal.jsonl'), 'utf8')
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]()
  }
}

export function labOf(report: GradeReport, id: string): GradedLab {
  const lab = report.labs.find(({ lab }) => lab === id)
  if (lab === undefined) throw new Error(`${id} is not in the report`)
  return lab
}
