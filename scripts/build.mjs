// Builds dist/: the CLI as one bundle with V8's compiled code beside it, the engine, and each lab's checkers.
// Everything is written under another name first and then renamed, so that a half-built dist is never seen.
import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lazyRequires } from './lazy-requires.mjs'
import { licensesOf } from './licenses.mjs'
import { writeManifests } from './manifests.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, `dist.tmp.${process.pid}`)
const dist = join(root, 'dist')

/** What dist is made of; the launcher looks at the same names. */
const INPUTS = ['src', 'checkers', 'scripts', 'bin', 'package.json', 'package-lock.json', 'tsconfig.json']

const common = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  logLevel: 'warning',
  // Shell programs, prose and protos are files here and text in a bundle.
  loader: { '.sh': 'text', '.md': 'text', '.proto': 'text', '.yml': 'text' },
  // A CommonJS bundle has no import.meta; and its import() of what is outside becomes a require.
  supported: { 'dynamic-import': false },
  banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: {
    'import.meta.url': '__moduleUrl',
    'import.meta.filename': '__filename',
    'import.meta.dirname': '__dirname',
  },
}

/** Newest modification below a path, ms; folders count, because a deleted file is seen only there. */
async function newest(path) {
  const info = await stat(path).catch(() => undefined)
  if (!info) return 0
  if (!info.isDirectory()) return info.mtimeMs
  const inside = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))))
  return Math.max(info.mtimeMs, ...inside)
}

/** Ids of the labs that have checkers: `linux/init` … */
async function labsWithCheckers() {
  const pattern = ['checkers', '*', '*', 'index.ts']
  const found = []
  for (const stage of await readdir(join(root, pattern[0]), { withFileTypes: true }).catch(() => [])) {
    if (!stage.isDirectory() || stage.name === 'kit') continue
    for (const lab of await readdir(join(root, pattern[0], stage.name))) {
      if (existsSync(join(root, pattern[0], stage.name, lab, 'index.ts'))) found.push(`${stage.name}/${lab}`)
    }
  }
  return found.sort()
}

async function buildCli() {
  return build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile: join(out, 'cli.cjs'),
    // oclif loads a TypeScript compiler when a plugin is linked for development; there are no plugins.
    external: ['esbuild', 'typescript', 'ts-node', 'tsx'],
    plugins: [lazyRequires],
    legalComments: 'none',
  })
}

async function buildEngine() {
  if (!existsSync(join(root, 'src/engine/main.ts'))) return undefined
  return build({
    ...common,
    entryPoints: ['src/engine/main.ts'],
    outfile: join(out, 'engine.cjs'),
    external: ['esbuild'],
  })
}

async function buildCheckers() {
  const labs = await labsWithCheckers()
  if (labs.length === 0) return undefined
  return build({
    ...common,
    entryPoints: labs.map((id) => ({ in: `checkers/${id}/index.ts`, out: id })),
    outdir: join(out, 'checkers'),
    outExtension: { '.js': '.cjs' },
    external: ['esbuild'],
  })
}

/**
 * bin/lab.js reads the bundle byte by byte, which is faster. esbuild escapes what is not ASCII in strings and leaves it in
 * regular expressions, where the same escape means the same (and in comments, where it does no harm).
 */
async function escapeBundle() {
  const path = join(out, 'cli.cjs')
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  await writeFile(path, (await readFile(path, 'utf8')).replace(/[^\0-\x7f]/g, escape))
}

/** Runs light commands and keeps what V8 compiled for them. A failure costs speed only. */
async function compileCli() {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/compile-cli.cjs'), join(out, 'cli.cjs'), root], {
    timeout: 60_000,
  }).catch((error) => console.warn(`the compiled code of the CLI could not be made: ${error.message}`))
}

/** A dist.tmp or dist.old whose process is gone was left by a build that was cut short. */
async function removeLeftovers() {
  for (const name of await readdir(root)) {
    const pid = /^dist\.(?:tmp|old)\.(\d+)$/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    await rm(join(root, name), { recursive: true, force: true })
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function swap() {
  const old = join(root, `dist.old.${process.pid}`)
  await rename(dist, old).catch((error) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(out, dist)
  await rm(old, { recursive: true, force: true })
}

async function main() {
  await removeLeftovers()
  // The stamp is as old as the inputs that were read: what is edited during the build is newer than it, and a file
  // dated in the future does not cause a build at every start.
  const inputs = await Promise.all(INPUTS.map((name) => newest(join(root, name))))
  await mkdir(out)
  try {
    const built = await Promise.all([buildCli(), buildEngine(), buildCheckers()])
    await escapeBundle()
    await writeManifests(built[2], built[1], root)
    const bundled = built.flatMap((result) => Object.keys(result?.metafile.inputs ?? {}))
    await writeFile(join(out, 'licenses.txt'), await licensesOf(root, bundled))
    await compileCli()
    const stamp = join(out, 'stamp')
    await writeFile(stamp, '')
    const at = (Math.max(...inputs) + 1) / 1000 // + 1 ms: a date in seconds as a double is not exact
    await utimes(stamp, at, at)
    await swap()
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

await main().catch((error) => {
  // esbuild has already printed its own errors, with file and line
  if (!Array.isArray(error.errors)) console.error(error)
  process.exitCode = 1
})
