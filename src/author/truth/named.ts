/** One component to try checks on, as a person names it: a solution, a starter, a real tool, a mutant, or any program. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { loadTrack } from '../../course/track.ts'
import type { Course, Lab } from '../../course/model.ts'
import { nearest } from '../../course/nearest.ts'
import { EXIT, Problem } from '../../problem.ts'
import { COMPONENT_FILE } from '../../workspace/component.ts'
import { readOracles } from '../../workspace/oracle.ts'
import type { SourceFile } from '../../protocol/index.ts'
import { DoesNotApply, mutantsOf, type Mutant } from '../mutant.ts'
import { built, CACHE, mutantSubject, oracleSubject, starters, type Subject } from './subjects.ts'

export type NamedKind = 'starter' | 'solution' | 'oracle' | 'mutant'

/** What of a subject a single run needs. */
export type Tried = Pick<Subject, 'name' | 'title' | 'built' | 'except' | 'mutant'>

/** Throws Problem: wrong usage that names the nearest, or what keeps it from being made. */
export async function namedSubject(course: Course, lab: Lab, kind: NamedKind, name: string): Promise<Subject> {
  switch (kind) {
    case 'starter':
      requireName(lab, kind, name, trackNames(lab))
      return one(await starters(course, lab), name)
    case 'solution': {
      requireSolution(lab, name)
      const { title } = await loadTrack(course, name)
      const folder = join(lab.dir, 'solutions', name)
      return { kind, name, title: `the solution in ${title}`, built: await built(course, folder), except: {} }
    }
    case 'oracle': {
      const all = await readOracles(lab.dir)
      requireName(
        lab,
        kind,
        name,
        all.map((oracle) => oracle.name),
      )
      return oracleSubject(course, one(all, name))
    }
    case 'mutant':
      return mutantSubject(course, lab, findMutant(lab, name)).catch((error: unknown) => {
        if (!(error instanceof DoesNotApply)) throw error
        throw new Problem({
          what: `The mutant ${name} does not apply.`,
          where: join(lab.dir, 'mutants', `${name}.patch`),
          why: error.message,
          remedy: `lab author mutant ${lab.id} ${name} --refresh`,
        })
      })
  }
}

/** Throws Problem (wrong usage) that names the nearest. */
export function findMutant(lab: Lab, name: string): Mutant {
  const all = mutantsOf(lab.dir)
  requireName(
    lab,
    'mutant',
    name,
    all.map((mutant) => mutant.name),
  )
  return one(all, name)
}

export const trackNames = (lab: Lab): string[] => lab.tracks.map(({ id }) => id)
export const solutionNames = (lab: Lab): string[] =>
  trackNames(lab).filter((id) => existsSync(join(lab.dir, 'solutions', id)))

/** Throws Problem (wrong usage) that names the nearest; returns the name. */
export function requireSolution(lab: Lab, name: string): string {
  requireName(lab, 'solution', name, solutionNames(lab))
  return name
}

function one<T extends { name: string }>(all: readonly T[], name: string): T {
  const found = all.find((item) => item.name === name)
  if (found === undefined) throw new Error(`${name} was there a moment ago`)
  return found
}

const WHERE: Readonly<Record<NamedKind, string>> = {
  starter: 'tracks: of lab.yaml',
  solution: 'solutions/',
  oracle: 'oracles/',
  mutant: 'mutants/',
}
/** What an installed package leaves behind. */
const BEHIND: readonly NamedKind[] = ['oracle', 'mutant']

function requireName(lab: Lab, kind: NamedKind, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const what = `Lab ${lab.id} has no ${kind} ${name === '' ? 'without a name' : name}.`
  if (known.length === 0 && BEHIND.includes(kind)) {
    throw new Problem(
      {
        what,
        where: join(lab.dir, `${kind}s`),
        why: `It has no ${kind}s at all; an installed package comes without them.`,
        remedy: 'Work in a clone of the repository, or write one: docs/authoring.md says how.',
      },
      EXIT.usage,
    )
  }
  const meant = nearest(name, known)
  const why = meant === undefined ? undefined : `Did you mean ${meant}?`
  const remedy = `Name one of ${WHERE[kind]}: ${known.join(', ') || 'there is none'}`
  throw new Problem({ what, why, remedy }, EXIT.usage)
}

/** Folders that hosts show as they are on the machine. */
const SYSTEM = /^\/(?:usr|bin|sbin|lib\w*)\//

/**
 * Any program: a folder with a component.yaml, or argv. A file of the person's own is taken along, since hosts do not show
 * where it lies; what else it needs there is not.
 */
export async function anyProgram(course: Course, argv: readonly string[], cwd: string): Promise<Tried> {
  const [first = ''] = argv
  const folder = resolve(cwd, first)
  if (argv.length === 1 && existsSync(join(folder, COMPONENT_FILE)))
    return { name: first, title: `the component in ${first}`, built: await built(course, folder), except: {} }
  const files: SourceFile[] = []
  const main = argv.map((word) => {
    const path = resolve(cwd, word)
    if (!word.includes('/') || SYSTEM.test(path) || !isFile(path)) return word
    const name = basename(path)
    files.push({ path: name, mode: 0o755, data: readFileSync(path).toString('base64') })
    return `./${name}`
  })
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex')
  return {
    name: argv.join(' '),
    title: argv.join(' '),
    built: { source: { digest, files }, spec: { run: { main } }, toolchain: undefined, cache: CACHE },
    except: {},
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true
