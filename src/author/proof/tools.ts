/** The versions of what a proof was made with: languages and real tools. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { broughtPath } from '../../brought.ts'
import { loadTrack } from '../../course/track.ts'
import type { Course, Lab } from '../../course/model.ts'
import { readOracles } from '../../workspace/oracle.ts'

/** name → version as its own tool prints it; what can't be asked is `unknown` */
export type Tools = Record<string, string>

/** How a language says its version. */
const ASK: Readonly<Record<string, string[]>> = { go: ['go', 'version'], cargo: ['rustc', '--version'] }

export async function toolsOf(course: Course, lab: Lab): Promise<Tools> {
  const languages = lab.tracks.map(async ({ id }): Promise<[string, string]> => [id, await languageVersion(course, id)])
  const packages = new Set((await readOracles(lab.dir)).flatMap(({ package: origin }) => origin ?? []))
  const oracles = [...packages].map(async (origin): Promise<[string, string]> => {
    return [origin, await versionOf(['dpkg-query', '-W', '-f', '${Version}', origin])]
  })
  const all = await Promise.all([...languages, ...oracles])
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b)))
}

/** The version of a track's language on this machine, as its own tool prints it. Throws Problem for an unknown track. */
export async function languageVersion(course: Pick<Course, 'root'>, track: string): Promise<string> {
  const { program, brought } = await loadTrack(course, track)
  const own = brought.find((name) => name === program)
  const path = own === undefined ? program : (broughtPath(own) ?? program)
  return versionOf(ASK[program] ?? [path, '--version'])
}

async function versionOf([program = '', ...args]: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 10_000 })
    return /\d+(?:\.\d+)+\S*/.exec(stdout)?.[0] ?? (stdout.trim() || 'unknown')
  } catch {
    return 'unknown'
  }
}
