/** A mutant as a folder that a person edits: where it is, how it begins, and how it becomes a patch. */
import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Lab } from '../course/model.ts'
import { makeFolder } from '../make-folder.ts'
import { EXIT, Problem } from '../problem.ts'
import { diffOf, headerText, patchText, type Header } from './make-patch.ts'
import { applyMutant, DoesNotApply, HEADER, type Mutant } from './mutant.ts'

/** Outside of the repository, and the same each time. `course` is the course's folder. */
export function scratchFolder(course: string, lab: string, mutant: string): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const key = createHash('sha256').update(course).digest('hex').slice(0, 8)
  return join(cache, 'drydock', 'mutants', key, lab.replace('/', '-'), mutant)
}

/** The solution with the patch applied; or, for one that is to be written, the solution alone. Throws Problem. */
export async function beginScratch(lab: Lab, mutant: Mutant | undefined, solution: string, to: string): Promise<void> {
  makeFolder(dirname(to))
  if (mutant === undefined) {
    cpSync(join(lab.dir, 'solutions', solution), to, { recursive: true })
    return
  }
  await applyMutant(mutant, lab.dir, to).catch((error: unknown) => {
    if (!(error instanceof DoesNotApply)) throw error
    throw new Problem({
      what: `The mutant ${mutant.name} does not apply.`,
      where: mutant.path,
      why: error.message,
      remedy: `lab author mutant ${lab.id} ${mutant.name} --refresh`,
    })
  })
}

/** What a person has to say of a mutant; the rest is found out. */
export type Said = Partial<Pick<Header, 'Bug' | 'Source' | 'Requirement'>>

/** What it changes. Throws Problem (wrong usage) when nothing is changed, or places of a merge are left. */
export async function changeOf(lab: Lab, solution: string, scratch: string): Promise<string> {
  const diff = await diffOf(join(lab.dir, 'solutions', solution), scratch)
  if (diff === '') {
    throw new Problem(
      {
        what: 'Nothing is changed: this is the solution.',
        where: scratch,
        remedy: 'Make it wrong first, in one way that somebody could believe in.',
      },
      EXIT.usage,
    )
  }
  if (!/^\+(?:<{7}|\|{7}|>{7}) |\.rej$/m.test(diff)) return diff
  throw new Problem(
    {
      what: 'A merge is not finished there.',
      where: scratch,
      why: 'A file has lines with <<<<<<<, |||||||, >>>>>>>, or there is a file .rej with what found no place.',
      remedy: 'Keep what the mutant is meant to be, remove the rest, and save again.',
    },
    EXIT.usage,
  )
}

/** Throws Problem (wrong usage) that names the flags of what is missing. */
export function headerOf(
  before: Mutant | undefined,
  said: Said,
  found: Omit<Header, keyof Said>,
  first: string,
): Header {
  const header: Header = {
    Bug: said.Bug ?? before?.bug ?? '',
    Source: said.Source ?? before?.source ?? '',
    Requirement: said.Requirement ?? (before?.requirement === '' ? undefined : before?.requirement) ?? first,
    ...found,
  }
  const missing = HEADER.filter((name) => header[name].trim() === '' || header[name].includes('\n'))
  if (missing.length === 0) return header
  const flags = { Bug: "--bug 'WHAT IS WRONG'", Source: "--source 'WHERE THAT HAPPENED'" } as Record<string, string>
  throw new Problem(
    {
      what: `The patch's header lacks ${missing.join(' and ')}.`,
      why: 'Each is one line: what is wrong in one sentence, and where such a thing happened or why it is plausible.',
      remedy: `Add ${missing.map((name) => flags[name] ?? name).join(' ')}`,
    },
    EXIT.usage,
  )
}

/** Writes the patch; returns its path. */
export function writeMutant(lab: Lab, name: string, header: Header, diff: string): string {
  const path = join(lab.dir, 'mutants', `${name}.patch`)
  makeFolder(dirname(path))
  writeFileSync(path, patchText(headerText(header), diff))
  return path
}

/** Throws Problem (wrong usage) for a name that a patch can't have. */
export function requireMutantName(name: string): void {
  if (/^[a-z0-9][a-z0-9-]*$/.test(name)) return
  throw new Problem(
    {
      what: `"${name}" is not a name of a mutant.`,
      why: 'It is lower-case letters, digits and dashes, and says what is wrong: sends-twice.',
      remedy: 'lab author mutant linux/init sends-twice   for example',
    },
    EXIT.usage,
  )
}

export const isBegun = (scratch: string): boolean => existsSync(scratch)
