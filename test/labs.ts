/** What is written of the labs: names of their programs, and what mutants say of themselves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const labs = join(import.meta.dirname, '../labs')

/** A lab that is proved; one that is only written may fail for its own sake. */
export const isProved = (labId: string): boolean => existsSync(join(labs, labId, 'proof.json'))

export const provedLabs = (): string[] =>
  readdirSync(labs, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/[^/]+\/lab\.yaml$/.test(path))
    .map(dirname)
    .filter(isProved)
    .sort()

/** What lies in a folder of a lab and ends so, without that end. */
export function namesIn(labId: string, folder: string, end = ''): string[] {
  const path = join(labs, labId, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, name.length - end.length))
    .sort()
}

/** The checks that a mutant's header names. */
export function killsOf(labId: string, mutant: string): string[] {
  const text = readFileSync(join(labs, labId, 'mutants', `${mutant}.patch`), 'utf8')
  return (/^Kills: (.*)$/m.exec(text)?.[1] ?? '').split(', ').sort()
}
