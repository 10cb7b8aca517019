/** A lab as its author has written it so far: whatever of it can be read, and what is wrong with the rest. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { loadLab } from '../course/lab.ts'
import { readLesson } from '../course/lesson.ts'
import type { Course, Lab, LabSummary } from '../course/model.ts'
import { OracleFile } from '../course/schema.ts'
import { readYaml } from '../course/yaml.ts'
import { readComponent } from '../workspace/component.ts'
import type { Defect } from './defect.ts'
import { collected } from './form/collect.ts'
import { faultsOf } from './form/fault.ts'
import { labTexts, type LabTexts } from './form/lab-texts.ts'
import { readPage, type Page } from './form/markdown.ts'
import { mutantsOf, type Mutant } from './mutant.ts'

export interface Oracle {
  name: string
  file: OracleFile
}

export interface Draft {
  id: string
  /** absolute path of the lab's folder */
  dir: string
  /** the course's folder */
  root: string
  /** undefined while lab.yaml is wrong */
  lab: Lab | undefined
  /** what people read in lab.yaml; undefined with `lab` */
  texts: LabTexts | undefined
  /** undefined while there is none */
  lesson: Page | undefined
  oracles: Oracle[]
  mutants: Mutant[]
}

/** Reads a lab's files; each that is wrong gives defects, and the others are read all the same. */
export async function readDraft(course: Course, summary: LabSummary): Promise<{ draft: Draft; defects: Defect[] }> {
  const { root } = course
  const { id, dir } = summary
  const defects: Defect[] = []
  const fault = faultsOf('form', id)
  const tried = <T>(load: () => T | Promise<T>): Promise<T | undefined> => collected(load, defects, fault, root)

  const lab = await tried(() => loadLab(course, id, { cacheDir: false }))
  const oracles: Oracle[] = []
  for (const name of names(join(dir, 'oracles')).filter((name) => name.endsWith('.yaml'))) {
    const file = await tried(() => readYaml(join(dir, 'oracles', name), OracleFile))
    if (file !== undefined) oracles.push({ name: basename(name, '.yaml'), file })
  }
  for (const folder of components(dir)) {
    const component = await tried(() => readComponent(folder))
    const language = basename(folder)
    if (component?.track === undefined || component.track === language) continue
    defects.push(
      fault({
        file: relative(root, join(folder, 'component.yaml')),
        what: `It says that it is written in ${component.track}, and lies in the folder of ${language}.`,
        remedy: `Write "track: ${language}".`,
      }),
    )
  }
  // The layout says that it is missing.
  const lesson = existsSync(join(dir, 'README.md')) ? await tried(() => pageOf(root, summary)) : undefined
  const texts = lab && labTexts(lab, root)
  return { draft: { id, dir, root, lab, texts, lesson, oracles, mutants: mutantsOf(dir) }, defects }
}

function pageOf(root: string, summary: LabSummary): Page {
  const { path, markdown } = readLesson(summary)
  return readPage(relative(root, path), markdown)
}

/** Folders of what is given and of solutions that have a component.yaml. */
function components(dir: string): string[] {
  return ['given', 'solutions']
    .flatMap((name) => names(join(dir, name)).map((language) => join(dir, name, language)))
    .filter((folder) => existsSync(join(folder, 'component.yaml')))
}

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
