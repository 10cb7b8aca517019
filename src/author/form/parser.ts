/**
 * Mermaid's parser, which only who writes labs needs, so that it is no dependency of Drydock. Of its package the bundle
 * for browsers is enough, 3.5 of 84 MB and none of the 112 packages that it depends on: those are in the bundle. It is
 * downloaded into the user's cache when the first diagram is looked at.
 */
import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { makeFolder } from '../../make-folder.ts'
import { EXIT, Problem } from '../../problem.ts'

const SOURCE = join('scripts', 'diagrams')
const PARSE = 'parse.mjs'
const BUNDLE = 'mermaid.min.js'

/** Says which Mermaid: its version, and the integrity of its archive as npm gives it. */
export const PINNED = 'mermaid.json'
const Pinned = v.object({ version: v.string(), integrity: v.string() })

/** What of npm's complaint is shown, lines */
const SHOWN = 6

/**
 * The path of the program that parses (scripts/diagrams/parse.mjs), beside the bundle that it needs; that is downloaded
 * where it is missing, which is said on standard error. `program` is the folder of this program. Throws Problem where that
 * is an installed package, without network, and where another archive comes than the one that was tried.
 */
export async function parserIn(program: string): Promise<string> {
  const source = join(program, SOURCE)
  if (!existsSync(source)) throw notHere(program)
  const pinned = readFileSync(join(source, PINNED))
  const folder = join(packages(), `mermaid-${createHash('sha256').update(pinned).digest('hex').slice(0, 16)}`)
  if (!existsSync(folder)) await install(source, folder)
  const script = join(folder, PARSE)
  const text = readFileSync(join(source, PARSE), 'utf8')
  if (!existsSync(script) || readFileSync(script, 'utf8') !== text) {
    writeFileSync(`${script}.${process.pid}`, text)
    renameSync(`${script}.${process.pid}`, script)
  }
  return script
}

/** LAB_PACKAGES is for tests, whose caches are thrown away. */
function packages(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  return process.env['LAB_PACKAGES'] ?? join(cache, 'drydock', 'packages')
}

/** Whole or not at all; another process may do the same at the same time. */
async function install(source: string, folder: string): Promise<void> {
  makeFolder(dirname(folder))
  const staged = mkdtempSync(`${folder}.`)
  try {
    copyFileSync(join(source, PINNED), join(staged, PINNED))
    const { version, integrity } = v.parse(Pinned, JSON.parse(readFileSync(join(staged, PINNED), 'utf8')))
    process.stderr.write('lab: downloading the parser of diagrams, Mermaid (once, 18 MB) …\n')
    const began = performance.now()
    const archive = await download(`mermaid@${version}`, staged)
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (found !== integrity) throw notInstalled(`npm gave ${found}, and ${PINNED} says ${integrity}.`)
    const unpack = ['-xzf', archive, '--strip-components=2', `package/dist/${BUNDLE}`]
    const tar = await execa('tar', unpack, { cwd: staged, reject: false, stdin: 'ignore' })
    if (tar.failed) throw notInstalled(tar.code === 'ENOENT' ? 'There is no tar on PATH.' : last(tar.stderr))
    rmSync(archive)
    process.stderr.write(`lab: downloaded in ${Math.round((performance.now() - began) / 1000)} s\n`)
    try {
      renameSync(staged, folder)
    } catch (error) {
      if (!existsSync(folder)) throw error
    }
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

/** The path of a package's archive, as npm is set up to get it (registry, proxy, cache). */
async function download(name: string, folder: string): Promise<string> {
  const npm = await execa('npm', ['pack', name, '--loglevel=error'], { cwd: folder, reject: false, stdin: 'ignore' })
  if (npm.failed) throw notInstalled(npm.code === 'ENOENT' ? 'There is no npm on PATH.' : last(npm.stderr))
  return join(folder, npm.stdout.trim())
}

const last = (said: string): string =>
  said
    .trim()
    .split('\n')
    .map((line) => line.replace(/^npm (?:error|ERR!) ?/, ''))
    .filter((line) => line.trim() !== '' && !/complete log|_logs/.test(line))
    .slice(0, SHOWN)
    .join('\n')

function notInstalled(why: string): Problem {
  return new Problem(
    {
      what: 'Diagrams can not be checked: their parser, Mermaid, could not be installed.',
      why,
      remedy: 'npm ping   shows whether the registry answers (proxy, VPN, npm config get registry); then run it again',
    },
    EXIT.environment,
  )
}

function notHere(program: string): Problem {
  return new Problem(
    {
      what: 'Diagrams can not be checked: Mermaid is not installed.',
      where: program,
      why: 'An installed package has what learners need; the parser of diagrams is for those who write labs.',
      remedy: 'Work in a clone of the repository: there ./lab installs it.',
    },
    EXIT.environment,
  )
}
