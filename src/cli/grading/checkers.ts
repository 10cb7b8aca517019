/** A lab's checkers as one file that the engine can load. */
import type { Plugin } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { contributing, manifestOf } from '../../../scripts/manifests.mjs'
import { broughtPath } from '../../brought.ts'
import { makeFolder } from '../../make-folder.ts'
import { EXIT, Problem } from '../../problem.ts'
import { contains, real } from '../place.ts'

/**
 * Those of the package were built with it; those of another course are bundled now and kept by content. A manifest lies
 * beside each bundle (src/author/manifest.ts).
 */
export async function checkersOf(lab: string, courseRoot: string, root: string): Promise<string> {
  if (real(courseRoot) === real(root)) {
    const built = join(root, 'dist', 'checkers', `${lab}.cjs`)
    if (existsSync(built)) return built
    throw missing(lab, join(root, 'checkers', lab, 'index.ts'))
  }
  const entry = join(courseRoot, 'checkers', lab, 'index.ts')
  if (!existsSync(entry)) throw missing(lab, entry)
  return bundle(entry, courseRoot, root)
}

async function bundle(entry: string, courseRoot: string, program: string): Promise<string> {
  const { build } = await bundler(entry)
  // A link's own path and that of what it means would give a module two names.
  const root = real(courseRoot)
  const kit = kitToLend(root, real(program))
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    loader: { '.sh': 'text', '.proto': 'text' },
    logLevel: 'silent',
    plugins: kit === undefined ? [] : [lend(kit, join(root, 'checkers', 'kit'))],
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    const lacksKit = kit === undefined && /Could not resolve "[^"]*\/kit\//.test(why)
    const remedy = lacksKit
      ? 'Run ./lab of a clone of the repository: an installed package has no kit to lend.'
      : undefined
    const what = 'The checkers of this course can not be built.'
    throw new Problem({ what, where: entry, why, remedy }, EXIT.environment)
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'drydock', 'checkers')
  const path = join(folder, `${createHash('sha256').update(code).digest('hex')}.cjs`)
  makeFolder(folder)
  if (!existsSync(path)) keep(path, code)
  const [output] = Object.values(metafile.outputs)
  const manifest = path.replace(/\.cjs$/, '.json')
  if (output !== undefined && !existsSync(manifest)) {
    keep(manifest, await manifestOf(path, contributing(output.inputs), root, kit))
  }
  return path
}

/**
 * A course without a kit of its own is lent Drydock's: `../../kit/index.ts` is the same import in both. Undefined for one
 * that has it, and where Drydock came without its sources, as in an installed package.
 */
function kitToLend(root: string, program: string): string | undefined {
  const kit = join(program, 'checkers', 'kit')
  return existsSync(join(root, 'checkers', 'kit')) || !existsSync(kit) ? undefined : kit
}

/** Imports from the folder `wanted`, which does not exist, are found in `kit`. */
const lend = (kit: string, wanted: string): Plugin => ({
  name: 'lend-kit',
  setup: (build) =>
    build.onResolve({ filter: /\/kit\// }, ({ path, resolveDir }) => {
      const asked = resolve(resolveDir, path)
      return contains(wanted, asked) ? { path: join(kit, relative(wanted, asked)) } : undefined
    }),
})

/** Another process may write the same at the same time. */
function keep(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.${process.pid}`, content)
  renameSync(`${path}.${process.pid}`, path)
}

/** An installed package may be without esbuild: its own checkers are built, and a course of somebody else's is for authors. */
async function bundler(entry: string): Promise<typeof import('esbuild')> {
  if (broughtPath('esbuild') !== undefined) return import('esbuild')
  throw new Problem(
    {
      what: 'The checkers of this course can not be built: esbuild is not installed.',
      where: entry,
      why: "Only Drydock's own course comes with built checkers.",
      remedy: 'npm install esbuild   where lab is installed (with -g where it was installed with -g)',
    },
    EXIT.environment,
  )
}

function missing(lab: string, entry: string): Problem {
  return new Problem(
    {
      what: `Lab ${lab} has no checkers yet.`,
      where: entry,
      why: 'Its text exists, its checks do not.',
      remedy: 'lab status   shows the labs',
    },
    EXIT.environment,
  )
}
