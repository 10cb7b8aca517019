// Beside each bundle of checkers, what it holds: its checks as the code has them, and the modules that it was made from.
// `lab author verify` reads it, and who looks for a target; the CLI itself never loads checkers.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'

/** Says what of the checks is data. The bundle is loaded in a process of its own: the CLI makes manifests too. */
const SAY = `
const { checks, requires } = require(process.argv[1]).default
const data = ([id, { alone, limit, varies }]) => [id, { alone, limit, varies: varies.map(({ source }) => source) }]
process.stdout.write(JSON.stringify({ requires, checks: Object.fromEntries(Object.entries(checks).map(data)) }))`

/**
 * `result` is that of the checkers' build with a metafile, `engine` that of the engine's; `root` is their absWorkingDir. A
 * check is handed its host by the engine, so the kit's modules that the engine holds are the checks' too.
 */
export async function writeManifests(result, engine, root) {
  const lent = Object.values(engine?.metafile.outputs ?? {}).flatMap(({ inputs }) => contributing(inputs))
  const kit = lent.filter((path) => path.startsWith('checkers/kit/'))
  for (const [output, { inputs, entryPoint }] of Object.entries(result?.metafile.outputs ?? {})) {
    if (entryPoint === undefined) continue
    const path = resolve(root, output)
    await writeFile(path.replace(/\.cjs$/, '.json'), await manifestOf(path, [...contributing(inputs), ...kit], root))
  }
}

/**
 * The manifest of a bundle of checkers, as JSON; `inputs` are paths relative to `root`. `kit` is a folder outside of `root`
 * whose modules the bundle was lent: they are not the course's own, so that their digest stands for them.
 */
export async function manifestOf(bundle, inputs, root, kit) {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SAY, bundle])
  const modules = [...new Set(inputs.filter((path) => isOwn(path, root)))].sort()
  const lent = kit === undefined ? undefined : digestOf(inputs, root, kit)
  return `${JSON.stringify({ ...JSON.parse(stdout), modules, lent }, null, 1)}\n`
}

function digestOf(inputs, root, kit) {
  const hash = createHash('sha256')
  const own = inputs.map((path) => relative(kit, resolve(root, path))).filter((path) => !path.startsWith('..'))
  for (const path of own.sort()) hash.update(`${path}\0`).update(readFileSync(resolve(kit, path)))
  return hash.digest('hex')
}

/** A module of which nothing is in the bundle (types) changes nothing. */
export const contributing = (inputs) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0)

/** A file of the repository, and none of a dependency. */
function isOwn(path, root) {
  const inside = relative(root, resolve(root, path))
  return !inside.startsWith('..') && !isAbsolute(inside) && !inside.split(sep).includes('node_modules')
}
