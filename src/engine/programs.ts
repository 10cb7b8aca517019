import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Workplace } from './workplace.ts'

/** Writes the programs of a lab's checks into a folder that hosts see as /lab; once for each engine. */
export function writePrograms(workplace: Workplace, lab: string, programs: Record<string, string>): string {
  const folder = `${workplace.root}/programs-${lab.replaceAll('/', '-')}`
  if (!existsSync(folder)) mkdirSync(folder)
  for (const [name, text] of Object.entries(programs)) writeFileSync(`${folder}/${name}`, text, { mode: 0o755 })
  return folder
}
