/**
 * Mermaid's parser: 113 packages that only who writes labs needs, so that it is no dependency of Drydock. It is installed
 * from a lock file of its own, into the user's cache, when the first diagram is looked at.
 */
import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../make-folder.ts'
import { EXIT, Problem } from '../../problem.ts'

const SOURCE = join('scripts', 'diagrams')
const LOCK = 'package-lock.json'
const PARSE = 'parse.mjs'

/** What of npm's complaint is shown, lines */
const SHOWN = 6

/**
 * The path of the program that parses (scripts/diagrams/parse.mjs), beside the packages that it needs; they are installed
 * where they are missing, which is said on standard error. `program` is the folder of this program. Throws Problem where that
 * is an installed package, and without network.
 */
export async function parserIn(program: string): Promise<string> {
  const source = join(program, SOURCE)
  if (!existsSync(source)) throw notHere(program)
  const lock = readFileSync(join(source, LOCK))
  const folder = join(packages(), `diagrams-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`)
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
    for (const name of ['package.json', LOCK]) cpSync(join(source, name), join(staged, name))
    process.stderr.write('lab: installing the parser of diagrams, Mermaid (once, about 150 MB) …\n')
    const began = performance.now()
    const npm = await execa('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: staged,
      reject: false,
      all: true,
      stdin: 'ignore',
    })
    if (npm.failed) throw notInstalled(npm.code === 'ENOENT' ? 'There is no npm on PATH.' : last(npm.all ?? ''))
    process.stderr.write(`lab: installed in ${Math.round((performance.now() - began) / 1000)} s\n`)
    try {
      renameSync(staged, folder)
    } catch (error) {
      if (!existsSync(folder)) throw error
    }
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
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
