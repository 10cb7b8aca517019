/** The kit of a blind trial: one lab with the built program, and nothing that gives its solution away. */
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { broughtPath } from '../../brought.ts'
import { labDir, trackDir } from '../../course/layout.ts'
import { loadTrack } from '../../course/track.ts'
import { readManifest } from '../manifest.ts'
import type { Course, Lab } from '../../course/model.ts'
import { makeFolder } from '../../make-folder.ts'
import { EXIT, Problem } from '../../problem.ts'
import beginText from './begin.md'
import launcher from './launcher.sh'

export interface ExportLab {
  course: Course
  lab: Lab
  /** the folder of this program, built */
  program: string
  /** path of the lab's bundled checkers */
  checkers: string
  /** must not exist, or be empty */
  to: string
}

/** What of a lab's folder a learner sees. */
const SEEN = ['README.md', 'lab.yaml', 'given']

/** Appears whole or not at all. Throws Problem (wrong usage) when the folder holds something. */
export async function exportLab({ course, lab, program, checkers, to }: ExportLab): Promise<void> {
  if (existsSync(to) && readdirSync(to).length > 0) {
    const remedy = `Name a folder that does not exist: lab author export ${lab.id} DIR`
    throw new Problem({ what: 'The folder is not empty.', where: to, remedy }, EXIT.usage)
  }
  makeFolder(dirname(to))
  const staged = mkdtempSync(join(dirname(to), `.${basename(to)}-`))
  try {
    copyProgram(program, staged)
    const bundle = join(staged, 'dist', 'checkers', `${lab.id}.cjs`)
    makeFolder(dirname(bundle))
    cpSync(checkers, bundle)
    // What they require of a target. Not which modules they were made from.
    const manifest = { ...readManifest(checkers), modules: [] }
    writeFileSync(bundle.replace(/\.cjs$/, '.json'), JSON.stringify(manifest))
    copyCourse(course, lab, staged)
    await copyBrought(course, lab, staged)
    writeFileSync(join(staged, 'lab'), launcher)
    chmodSync(join(staged, 'lab'), 0o755)
    writeFileSync(join(staged, 'BEGIN.md'), beginText)
    chmodSync(staged, 0o755)
    rmSync(to, { recursive: true, force: true }) // an empty one
    renameSync(staged, to)
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

function copyProgram(program: string, to: string): void {
  cpSync(join(program, 'bin'), join(to, 'bin'), { recursive: true })
  for (const name of ['cli.cjs', 'engine.cjs', 'licenses.txt'])
    cpSync(join(program, 'dist', name), join(to, 'dist', name))
  cpSync(join(program, 'LICENSE'), join(to, 'LICENSE'))
}

/** The lab alone; labs whose components it uses are named, as labs that are not there. */
function copyCourse({ root, title, version, stages, labs }: Course, lab: Lab, to: string): void {
  const listed = [...lab.uses, lab.id]
  const file = {
    format: 1,
    title,
    version,
    stages: stages
      .map(({ id, title }) => ({
        id,
        title,
        labs: labs.filter((one) => one.stage === id && listed.includes(one.id)).map(({ id, title }) => ({ id, title })),
      }))
      .filter(({ labs }) => labs.length > 0),
  }
  for (const name of SEEN) {
    const from = join(lab.dir, name)
    if (existsSync(from)) cpSync(from, join(labDir(to, lab.id), name), { recursive: true })
  }
  for (const { id } of lab.tracks) cpSync(trackDir(root, id), trackDir(to, id), { recursive: true })
  writeFileSync(join(to, 'labs', 'course.yaml'), stringify(file))
}

/** A track whose toolchain Drydock brings finds it beside the program. */
async function copyBrought(course: Course, lab: Lab, to: string): Promise<void> {
  const tracks = await Promise.all(lab.tracks.map(({ id }) => loadTrack(course, id)))
  const program = broughtPath('esbuild')
  if (program === undefined || !tracks.some(({ brought }) => brought.includes('esbuild'))) return
  const platform = dirname(dirname(program)) // node_modules/@esbuild/PLATFORM/bin/esbuild
  const modules = dirname(dirname(platform))
  for (const folder of ['esbuild', join('@esbuild', basename(platform))])
    cpSync(join(modules, folder), join(to, 'node_modules', folder), { recursive: true })
}
