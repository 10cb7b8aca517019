/** The form of a course and of its labs: everything that can be seen without running anything. All defects at once. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { loadCourse } from '../../course/course.ts'
import type { Course, Lab } from '../../course/model.ts'
import { loadTrack, trackIds } from '../../course/track.ts'
import { parseDocument, placeOf } from '../../course/yaml-document.ts'
import { COMPONENT_FILE, readComponent } from '../../workspace/component.ts'
import type { Defect } from '../defect.ts'
import { readDraft, type Draft } from '../draft.ts'
import { readManifest } from '../manifest.ts'
import { collected } from './collect.ts'
import { diagramDefects } from './diagrams.ts'
import { faultsOf, type Fault } from './fault.ts'
import { frameDefects } from './frame.ts'
import { codeDefects, lostDefects, ProvedChecks, renameDefects } from './ids.ts'
import type { LabTexts } from './lab-texts.ts'
import { courseLayoutDefects, labLayoutDefects } from './layout.ts'
import { linkDefects } from './links.ts'
import { readPage, type Page } from './markdown.ts'
import { pageDefects } from './sections.ts'
import { lessonSourceDefects, sourceFault } from './sources.ts'
import { styleDefects } from './style.ts'
import { courseFiles } from './tree.ts'

export interface FormOptions {
  /** ids of the labs to look at; default: all that are written */
  labs?: readonly string[] | undefined
  /** the folder of this program */
  program: string
  /** the built checkers of a lab; may throw a Problem */
  checkersOf: (lab: string) => Promise<string>
}

export interface Form {
  /** of the course as a whole (without a lab) and of the labs that were looked at */
  defects: Defect[]
  /** the labs that were looked at, for what is proved next */
  drafts: Draft[]
}

export interface WholeForm extends Form {
  /** of the diagrams: their parser may have to be installed first, and what is proved next need not wait for that */
  diagrams: Promise<readonly Defect[]>
}

/** `root` is the course's folder. What is wrong with the course is never thrown. */
export async function formOf(root: string, options: FormOptions): Promise<WholeForm> {
  const { pages, ...form } = await formOfTexts(root, options)
  const diagrams = diagramsOf(pages, root, options)
  diagrams.catch(() => undefined) // whoever awaits it is told
  return { ...form, diagrams }
}

async function diagramsOf(
  pages: Parameters<typeof diagramDefects>[0],
  root: string,
  { program }: FormOptions,
): Promise<readonly Defect[]> {
  const defects: Defect[] = []
  const fault = faultsOf('form', undefined)
  await collected(async () => defects.push(...(await diagramDefects(pages, program))), defects, fault, root)
  return defects
}

/** Everything but the diagrams, whose parser is slow to load; `pages` are those that may have some. */
export async function formOfTexts(
  root: string,
  { labs, checkersOf }: Omit<FormOptions, 'program'>,
): Promise<Form & { pages: { page: Page; fault: Fault }[] }> {
  const defects: Defect[] = []
  const wide = faultsOf('form', undefined)
  const course = await collected(() => loadCourse(root, { cacheDir: false }), defects, wide, root)
  if (course === undefined) return { defects, drafts: [], pages: [] }

  const files = await courseFiles(course.root)
  const written = course.labs.filter((lab) => !lab.planned)
  const read = await Promise.all(written.map((lab) => readDraft(course, lab)))
  const asked = read.filter(({ draft }) => labs?.includes(draft.id) ?? true)
  const pages: { page: Page; fault: Fault }[] = coursePages(course, files).map((page) => ({ page, fault: wide }))

  defects.push(...(await trackDefects(course, wide)))
  defects.push(...courseLayoutDefects(files, { labs: course.labs.map(({ id }) => id), tracks: trackIds(course.root) }))
  defects.push(...renames(course, read))
  for (const { page } of pages) {
    defects.push(...(page.path.startsWith('docs/') ? pageDefects(page, wide) : []))
  }
  for (const { draft, defects: found } of asked) {
    const fault = faultsOf('form', draft.id)
    const bundle = (): Promise<string> => checkersOf(draft.id)
    defects.push(...found, ...(await labDefects(draft, course, files, bundle, fault)))
    if (draft.lesson !== undefined) pages.push({ page: draft.lesson, fault })
  }
  for (const { page, fault } of pages) {
    defects.push(...linkDefects(page, course.root, fault), ...styleDefects(page, fault))
  }
  return { defects, drafts: asked.map(({ draft }) => draft), pages }
}

/** Pages that belong to no lab. */
function coursePages(course: Course, files: readonly string[]): Page[] {
  const own = ['README.md', 'CONTRIBUTING.md'].filter((name) => existsSync(join(course.root, name)))
  const docs = files.filter((name) => name.startsWith('docs/') && name.endsWith('.md'))
  return [...own, ...docs].map((name) => readPage(name, readFileSync(join(course.root, name), 'utf8')))
}

async function trackDefects(course: Course, fault: Fault): Promise<Defect[]> {
  const defects: Defect[] = []
  for (const id of trackIds(course.root)) {
    const track = await collected(() => loadTrack(course, id, { cacheDir: false }), defects, fault, course.root)
    if (track === undefined || !existsSync(join(track.template, COMPONENT_FILE))) continue
    await collected(() => readComponent(track.template), defects, fault, course.root)
  }
  return defects
}

function renames(course: Course, read: readonly { draft: Draft }[]): Defect[] {
  if (read.some(({ draft }) => draft.lab === undefined)) return [] // the ids of that lab are not known
  const parsed = parseDocument(readFileSync(join(course.root, 'labs', 'course.yaml')))
  const checks = new Map(read.map(({ draft }) => [draft.id, draft.lab === undefined ? [] : checkIds(draft.lab)]))
  return renameDefects(course, checks, (old) =>
    parsed.ok ? placeOf(parsed.yaml, ['renames', old], 'key').line : undefined,
  )
}

async function labDefects(
  draft: Draft,
  course: Course,
  files: readonly string[],
  bundle: () => Promise<string>,
  fault: Fault,
): Promise<Defect[]> {
  const { id, lab, texts, lesson, root } = draft
  const oracles = draft.oracles.map(({ name, file }) => ({
    name,
    adapter: file.adapter,
    component: file.component,
  }))
  const defects = labLayoutDefects(files, { id, tracks: lab?.tracks.map((track) => track.id), oracles }, fault)
  if (lesson !== undefined) defects.push(...lessonSourceDefects(lesson, fault))
  if (lab === undefined || texts === undefined) return defects
  if (lesson !== undefined) defects.push(...frameDefects(lesson, lab, fault))

  defects.push(...textDefects(texts, fault), ...starterDefects(lab, files, fault), ...exceptDefects(draft, lab, fault))
  if (files.includes(`checkers/${id}/index.ts`)) {
    const manifest = await collected(async () => readManifest(await bundle()), defects, fault, root)
    const listed = checkIds(lab).map((check) => ({ id: check, line: texts.checks.get(check) }))
    if (manifest !== undefined) defects.push(...codeDefects(id, listed, Object.keys(manifest.checks), fault))
  }
  defects.push(...lostDefects(id, checkIds(lab), provedChecks(draft), course.renames, fault))
  return defects
}

const checkIds = (lab: Lab): string[] => lab.steps.flatMap((step) => step.checks.map((check) => check.id))

function textDefects({ texts }: LabTexts, fault: Fault): Defect[] {
  return texts.flatMap(({ kind, text, line, page }): Defect[] => {
    const wrong = kind === 'source' ? sourceFault(text) : undefined
    const place = wrong === undefined ? [] : [fault({ file: page.path, line, ...wrong })]
    return [...place, ...styleDefects(page, fault)]
  })
}

/** A starter has to be a component, by the track's template or by what the lab gives. */
function starterDefects(lab: Lab, files: readonly string[], fault: Fault): Defect[] {
  return lab.tracks.flatMap(({ id }): Defect[] => {
    const layers = [`labs/tracks/${id}/template`, `labs/${lab.id}/given/${id}`, `labs/${lab.id}/given/common`]
    if (layers.some((layer) => files.includes(`${layer}/${COMPONENT_FILE}`))) return []
    return [
      fault({
        file: `labs/${lab.id}/given/${id}`,
        what: `The starter of track ${id} has no ${COMPONENT_FILE}.`,
        why: `It lies in none of ${layers.join(', ')}.`,
        remedy: `Add it to the first of them: how a component in this language is built and run.`,
      }),
    ]
  })
}

function exceptDefects({ oracles, id }: Draft, lab: Lab, fault: Fault): Defect[] {
  const ids = checkIds(lab)
  return oracles.flatMap(({ name, file }) =>
    Object.keys(file.except)
      .filter((check) => !ids.includes(check))
      .map((check) =>
        fault({
          file: `labs/${id}/oracles/${name}.yaml`,
          what: `It excepts the check ${check}, which the lab does not have.`,
          why: `Its checks are: ${ids.join(', ')}.`,
          remedy: 'Mend the id, or take the exception out.',
        }),
      ),
  )
}

/** What was proved when proof.json was committed; a file of another form is its reader's business. */
function provedChecks({ dir }: Draft): string[] {
  const path = join(dir, 'proof.json')
  if (!existsSync(path)) return []
  try {
    return Object.keys(v.parse(ProvedChecks, JSON.parse(readFileSync(path, 'utf8'))).checks ?? {})
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof v.ValiError) return []
    throw error
  }
}
