/** What is known to be right, to be run in the component's place: a solution of the course, else the real tool. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { loadTrack } from '../../course/track.ts'
import type { RunRequest } from '../../targets/target.ts'
import { readComponent } from '../../workspace/component.ts'
import { packSource } from '../../workspace/source.ts'
import { onPath } from '../on-path.ts'
import type { LabInHand } from '../place.ts'

export interface Reference {
  /** "the solution in Python", "tini" */
  name: string
  component: Pick<RunRequest, 'source' | 'spec' | 'toolchain' | 'cache'>
  /** checks that do not apply to it, each with the reason */
  except: Readonly<Record<string, string>>
}

export interface References {
  /** the best first */
  found: Reference[]
  /** why others can not run here */
  missing: string[]
}

type Where = Pick<LabInHand, 'course' | 'lab'>

/** The solution in `language` (a track) first, then those in other tracks, then real tools; those that this machine can run. */
export async function findReferences({ course, lab }: Where, language: string | undefined): Promise<References> {
  const references: References = { found: [], missing: [] }
  const tracks = lab.tracks.map(({ id }) => id).sort((a, b) => Number(b === language) - Number(a === language))
  for (const id of tracks) {
    const folder = join(lab.dir, 'solutions', id)
    const track = await loadTrack(course, id)
    const { program } = track
    const name = `the solution in ${track.title}`
    if (!existsSync(folder)) references.missing.push(`${name} is not part of this course's folder`)
    else if (onPath(program) === undefined) references.missing.push(`${name} needs ${program}, which is not on PATH`)
    else references.found.push({ name, component: await solution(folder, track.toolchain()), except: {} })
  }
  for (const file of yamlFiles(join(lab.dir, 'oracles'))) await addOracle(references, file)
  return references
}

async function solution(folder: string, toolchain: RunRequest['toolchain']): Promise<Reference['component']> {
  const [{ spec }, source] = await Promise.all([readComponent(folder), packSource(folder)])
  return { source, spec, toolchain, cache: 'reference' }
}

async function addOracle({ found, missing }: References, file: string): Promise<void> {
  const [{ readYaml }, { OracleFile }] = await Promise.all([
    import('../../course/yaml.ts'),
    import('../../course/schema.ts'),
  ])
  const { title, package: origin, run, except } = await readYaml(file, OracleFile)
  const program = run[0] ?? ''
  if (!(isAbsolute(program) ? existsSync(program) : onPath(program) !== undefined)) {
    missing.push(`${title} is not installed (package ${origin})`)
    return
  }
  const source = { digest: `oracle-${basename(file, '.yaml')}`, files: [] }
  found.push({
    name: title,
    component: { source, spec: { run: { main: run } }, toolchain: undefined, cache: 'reference' },
    except,
  })
}

function yamlFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name))
}
