/** What a lab's checks are tried on: starters, solutions, real tools, mutants, and a component that is not there. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadTrack } from '../../course/track.ts'
import type { Course, Lab } from '../../course/model.ts'
import { Problem } from '../../problem.ts'
import { readComponent } from '../../workspace/component.ts'
import { readOracles, type Oracle } from '../../workspace/oracle.ts'
import { packSource } from '../../workspace/source.ts'
import { stageStarter } from '../../workspace/starter.ts'
import { applyMutant, mutantsOf, type Mutant } from '../mutant.ts'
import type { Built } from './trial.ts'

export type Kind = 'absent' | 'starter' | 'solution' | 'oracle' | 'mutant'

export interface Subject {
  kind: Kind
  /** a track, an oracle's or a mutant's name; unique within its kind */
  name: string
  /** words for a person: `the solution in Go`, `tini` */
  title: string
  built: Built
  /** checks that do not apply to it, each with the reason */
  except: Readonly<Record<string, string>>
  mutant?: Mutant
}

/** Names the folder of the build's cache. A proof's components are all the course's own, so they share one. */
export const CACHE = 'proofs'

/** What stands in for a component that could not be started: a check that passes on it has looked at nothing. */
export function absent(): Subject {
  const built = { source: { digest: 'absent', files: [] }, spec: { run: { main: ['/bin/sh', '-c', 'exit 127'] } } }
  const title = 'a component that is not there'
  return { kind: 'absent', name: 'absent', title, built: { ...built, toolchain: undefined, cache: CACHE }, except: {} }
}

export async function starters(course: Course, lab: Lab): Promise<Subject[]> {
  return Promise.all(
    lab.tracks.map(({ id }) =>
      inFolder<Subject>(async (folder) => {
        const to = join(folder, 'starter')
        stageStarter(to, course.root, lab, id)
        const { title } = await loadTrack(course, id)
        return {
          kind: 'starter',
          name: id,
          title: `the starter in ${title}`,
          built: await built(course, to),
          except: {},
        }
      }),
    ),
  )
}

export async function solutions(course: Course, lab: Lab): Promise<Subject[]> {
  const tracks = lab.tracks.map(({ id }) => id).filter((id) => existsSync(join(lab.dir, 'solutions', id)))
  return Promise.all(
    tracks.map(async (id) => {
      const { title } = await loadTrack(course, id)
      const folder = join(lab.dir, 'solutions', id)
      return {
        kind: 'solution',
        name: id,
        title: `the solution in ${title}`,
        built: await built(course, folder),
        except: {},
      }
    }),
  )
}

/** Throws DoesNotApply. */
export async function mutantSubject(course: Course, lab: Lab, mutant: Mutant): Promise<Subject> {
  return inFolder<Subject>(async (folder) => {
    const to = join(folder, 'mutant')
    await applyMutant(mutant, lab.dir, to)
    const title = `the mutant ${mutant.name}`
    return { kind: 'mutant', name: mutant.name, title, built: await built(course, to), except: {}, mutant }
  })
}

export { mutantsOf }

/** The real tools of a lab. Throws Problem with the command that installs one that is missing. */
export async function oracles(course: Course, lab: Lab): Promise<Subject[]> {
  return Promise.all((await readOracles(lab.dir)).map((oracle) => oracleSubject(course, oracle)))
}

/** Throws Problem with the command that installs it. */
export async function oracleSubject(course: Course, oracle: Oracle): Promise<Subject> {
  const { name, title, spec, source, track, except, missing } = oracle
  if (missing !== undefined) throw notInstalled(title, missing)
  const toolchain = track === undefined ? undefined : (await loadTrack(course, track)).toolchain()
  return { kind: 'oracle', name, title, built: { source, spec, toolchain, cache: CACHE }, except }
}

function notInstalled(title: string, { program, install }: NonNullable<Oracle['missing']>): Problem {
  return new Problem({
    what: `The real tool ${title} is not installed.`,
    where: program,
    why: 'A proof runs the checks on every real tool of the lab.',
    remedy: install,
  })
}

/** The component of a folder. */
export async function built(course: Course, folder: string): Promise<Built> {
  const [{ track, spec }, source] = await Promise.all([readComponent(folder), packSource(folder)])
  const toolchain = track === undefined ? undefined : (await loadTrack(course, track)).toolchain()
  return { source, spec, toolchain, cache: CACHE }
}

/** The files travel in the subject: nothing is left on disk. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-author-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
