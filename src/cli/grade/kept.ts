/**
 * Results of a class, a file for each workspace: whole or not there, so that a grading that was killed goes on where it
 * was. A result counts only for what it was made from.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { fileProblem } from '../../course/file-problem.ts'
import { GradeReport } from '../../report/grade/report.ts'
import { jsonText } from '../../report/grade/json.ts'
import { makeFolder, replaceFile } from '../../workspace/durable-file.ts'

/** Holds the seed: a grading that goes on asks the same. */
const RUN = 'run.json'

const Kept = v.object({ ...GradeReport.entries, key: v.string() })
const Run = v.object({ seed: v.string() })

export class KeptResults {
  /** Throws Problem when the folder can't be made. */
  constructor(readonly folder: string) {
    try {
      makeFolder(folder)
      // What a killed run was about to write.
      for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true })
    } catch (error) {
      throw fileProblem(error, 'The results can not be kept.', folder)
    }
  }

  /** The seed of the results that are there; `fresh` is asked, and kept, where there are none. */
  seed(fresh: () => string): string {
    const path = join(this.folder, RUN)
    const known = v.safeParse(Run, this.#read(path))
    if (known.success) return known.output.seed
    const seed = fresh()
    this.#write(path, { seed })
    return seed
  }

  /** The name of a workspace's result; a name that is no plain file name is shown as its digest. */
  nameOf(workspace: string): string {
    const plain = /^\w[\w.-]{0,99}$/.test(workspace) && workspace !== 'run'
    return `${plain ? workspace : createHash('sha256').update(workspace).digest('hex').slice(0, 24)}.json`
  }

  find(workspace: string, key: string): GradeReport | undefined {
    const kept = v.safeParse(Kept, this.#read(join(this.folder, this.nameOf(workspace))))
    return kept.success && kept.output.key === key ? kept.output : undefined
  }

  /** Throws Problem when it can't be written: then the grading could not go on later. */
  keep(workspace: string, key: string, report: GradeReport): void {
    this.#write(join(this.folder, this.nameOf(workspace)), { ...report, key })
  }

  #read(path: string): unknown {
    if (!existsSync(path)) return undefined
    try {
      return JSON.parse(readFileSync(path, 'utf8'))
    } catch {
      return undefined // of another program, or damaged: graded anew
    }
  }

  #write(path: string, data: unknown): void {
    try {
      replaceFile(path, jsonText(data))
    } catch (error) {
      throw fileProblem(error, 'A result can not be kept.', path)
    }
  }
}
