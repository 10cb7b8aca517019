/** Reads `labs/<stage>/<lab>/oracles/`: real tools, each as a component that can be run in the learner's place. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import type { Finding } from '../course/schema-findings.ts'
import type { OracleFile } from '../course/schema.ts'
import { onPath } from '../on-path.ts'
import type { ComponentSpec } from '../protocol/index.ts'
import { readComponent } from './component.ts'
import { packSource, type PackedSource } from './source.ts'

export interface Oracle {
  /** of its file: "tini" */
  name: string
  /** for a person */
  title: string
  spec: ComponentSpec
  source: PackedSource
  /** the track whose toolchain builds it; none: it is a program of this machine */
  track: string | undefined
  /** checks that do not apply to it, each with the reason */
  except: Readonly<Record<string, string>>
  /** the program that this machine lacks, and the command that installs it */
  missing: { program: string; package: string; install: string } | undefined
}

/** The oracles of the lab in `dir`, by name. Throws a Problem when a file of one is wrong. */
export async function readOracles(dir: string): Promise<Oracle[]> {
  const folder = join(dir, 'oracles')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  return Promise.all(names.sort().map((name) => readOracle(join(folder, name), folder)))
}

async function readOracle(path: string, folder: string): Promise<Oracle> {
  const [{ readYaml }, { OracleFile }] = await Promise.all([import('../course/yaml.ts'), import('../course/schema.ts')])
  const file = await readYaml(path, OracleFile, { check: oracleFindings })
  const { title, except } = file
  const of = { name: basename(path, '.yaml'), title, except }
  if (file.component !== undefined) {
    const component = join(folder, file.component)
    const [{ spec, track }, source] = await Promise.all([readComponent(component), packSource(component)])
    return { ...of, spec, source, track, missing: undefined }
  }
  const { run = [], package: origin = '', adapter } = file
  const program = run[0] ?? ''
  const found = isAbsolute(program) ? existsSync(program) : onPath(program) !== undefined
  const missing = found
    ? undefined
    : { program, package: origin, install: `apt-get install --no-install-recommends ${origin}` }
  if (adapter === undefined) {
    const source = { digest: `oracle-${of.name}`, files: [] }
    return { ...of, spec: { run: { main: run } }, source, track: undefined, missing }
  }
  // The adapter travels as the component's source.
  const main = [`./${adapter}`, ...run]
  return { ...of, spec: { run: { main } }, source: adapterSource(join(folder, adapter)), track: undefined, missing }
}

function adapterSource(path: string): PackedSource {
  try {
    const data = readFileSync(path)
    const file = { path: basename(path), mode: 0o755, data: data.toString('base64') }
    return { digest: createHash('sha256').update(`adapter ${file.path}\0`).update(data).digest('hex'), files: [file] }
  } catch (error) {
    if (errno(error) === undefined) throw error
    throw fileProblem(error, `Cannot read the adapter ${path}.`, path)
  }
}

/** What the schema can't say: an oracle is a program of this machine, or a component, and not both. */
export function oracleFindings(file: OracleFile): Finding[] {
  if (file.component === undefined) {
    return (['package', 'run'] as const)
      .filter((key) => file[key] === undefined)
      .map((key) => ({ path: [], message: `${key}: is missing, and there is no component: in its place.` }))
  }
  return (['package', 'run', 'adapter'] as const)
    .filter((key) => file[key] !== undefined)
    .map((key) => ({
      path: [key],
      on: 'key' as const,
      message: `${key}: says how a program of this machine is run, and component: that it is built.`,
      remedy: `Keep one of the two: remove ${key}:, or component:.`,
    }))
}
