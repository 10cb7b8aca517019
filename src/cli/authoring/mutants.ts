/** `lab author mutant`: begins, saves and refreshes. Each prints, and returns what `--json` prints. */
import { existsSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'
import { mutantsOf, type Mutant } from '../../author/mutant.ts'
import { refreshMutant } from '../../author/refresh-mutant.ts'
import {
  beginScratch,
  changeOf,
  headerOf,
  isBegun,
  requireMutantName,
  scratchFolder,
  writeMutant,
} from '../../author/scratch-mutant.ts'
import { findMutant, requireSolution, solutionNames } from '../../author/truth/named.ts'
import { built } from '../../author/truth/subjects.ts'
import { rejected, tryOn, type Trial } from '../../author/truth/trial.ts'
import type { Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { labelled } from '../../report/tty/labelled.ts'
import { checkersOf } from '../grading/checkers.ts'
import { connectFor } from '../grading/connect-for.ts'
import type { Screen } from '../grading/on-screen.ts'
import { real, shown } from '../place.ts'

export interface MutantsAsked {
  course: Course
  lab: Lab
  /** ` --course DIR` as the person typed it, or '' */
  where: string
  /** the package's folder */
  root: string
  screen: Screen
  note: (text: string) => void
}

interface Done {
  lab: string
  mutant: string
  /** the folder to edit */
  folder: string
  exitCode: number
}

/** The seed of a proof: what is found here is found there. */
const SEED = 'proof'

export async function begin(
  { course, lab, where, screen }: MutantsAsked,
  said: string | undefined,
  track: string | undefined,
): Promise<Done & { begun: 'now' | 'before' }> {
  const name = requireName(lab, said)
  const before = mutantsOf(lab.dir).find((mutant) => mutant.name === name)
  const folder = scratchFolder(course.root, lab.id, name)
  const there = isBegun(folder)
  if (!there) await beginScratch(lab, before, solutionOf(lab, before, track), folder)
  const line = (label: string, text: string): void => screen.say(labelled(label, text, screen.layout))
  screen.say(`  ${screen.layout.paint.bold(`${lab.id} ${name}`)}`)
  line('Folder', there ? '(as it was left; remove it to begin anew)' : '')
  screen.say(`      ${shown(folder)}`)
  if (before !== undefined) line('Bug', before.bug)
  const change = before === undefined ? 'Make it wrong in one way, then try it' : 'Try it'
  line(change, '')
  screen.say(`      lab author run ${lab.id}${where} --with ${shown(folder)}`)
  line(before === undefined ? 'Keep it' : 'Keep what you have changed', '')
  const header = before === undefined ? " --bug 'WHAT IS WRONG' --source 'WHERE THAT HAPPENED'" : ''
  screen.say(`      lab author mutant ${lab.id} ${name}${where} --save${header}`)
  return { lab: lab.id, mutant: name, folder, begun: there ? 'before' : 'now', exitCode: EXIT.passed }
}

export async function save(
  asked: MutantsAsked & { signal: AbortSignal },
  said: string | undefined,
  flags: {
    solution?: string | undefined
    bug?: string | undefined
    source?: string | undefined
    requirement?: string | undefined
  },
): Promise<Done & { patch: string; kills: string[] }> {
  const { course, lab, where, screen } = asked
  const name = requireName(lab, said)
  const before = mutantsOf(lab.dir).find((mutant) => mutant.name === name)
  const folder = scratchFolder(course.root, lab.id, name)
  if (!isBegun(folder)) throw notBegun(lab, name, where)
  const solution = await trackIn(folder, solutionOf(lab, before, flags.solution))
  const diff = await changeOf(lab, solution, folder)
  const header = { Bug: flags.bug, Source: flags.source, Requirement: flags.requirement }
  const given = Object.fromEntries(Object.entries(header).filter(([, text]) => text !== undefined))
  // What a person has to add is asked for before the checks run.
  headerOf(before, given, { Solution: solution, Kills: 'x' }, 'x')
  const kills = await killsOf(asked, folder)
  const checks = lab.steps.flatMap((step) => step.checks)
  const first = checks.find(({ id }) => id === kills[0])
  const patch = writeMutant(
    lab,
    name,
    headerOf(before, given, { Solution: solution, Kills: kills.join(', ') }, first?.requirement ?? ''),
    diff,
  )
  rmSync(folder, { recursive: true })
  const line = (label: string, text: string): void => screen.say(labelled(label, text, screen.layout))
  line('Saved', relative(course.root, patch))
  line('Kills', kills.join(', '))
  if (kills.length === checks.length) line('Note', 'every check rejects it, so it shows nothing about any single one')
  line('Next', `lab author verify ${lab.id} --record${where}`)
  return { lab: lab.id, mutant: name, folder, patch, kills, exitCode: EXIT.passed }
}

/** The checks that reject what is in the folder. Throws Problem when there is none, or no verdict. */
async function killsOf(
  { course, lab, root, note, signal }: MutantsAsked & { signal: AbortSignal },
  folder: string,
): Promise<string[]> {
  await using engine = await connectFor({ lab: lab.id, course: course.root, root, target: 'auto', note })
  const checks = lab.steps.flatMap((step) => step.checks.map(({ id }) => id))
  const hidden = [...new Set([root, course.root, homedir()].map(real))]
  const ground = { lab: lab.id, checkers: await checkersOf(lab.id, course.root, root), hidden }
  const trial = await tryOn(engine, ground, await built(course, folder), {
    checks,
    seed: SEED,
    patience: 1,
    jobs: 2,
    signal,
  })
  signal.throwIfAborted()
  requireVerdicts(trial, folder)
  const kills = rejected(trial)
  if (kills.length > 0) return kills
  throw new Problem(
    {
      what: 'It survives: every check passes on it.',
      where: folder,
      why: 'Either it is not wrong by the contract, or a check is missing that would see it.',
      remedy: 'Write that check, or make it wrong in a way that the contract forbids; then save again.',
    },
    EXIT.failed,
  )
}

function requireVerdicts({ buildFailed, results }: Trial, where: string): void {
  if (buildFailed !== undefined)
    throw new Problem(
      { what: 'It does not build.', where, why: buildFailed, remedy: 'Mend it: a wrong program has to run, too.' },
      EXIT.failed,
    )
  const error = results.find(({ verdict }) => verdict === 'error')
  if (error === undefined) return
  const { what, why, remedy } = error.fault ?? {}
  throw new Problem({ what: `${error.check} came to no verdict.`, where, why: what ?? why, remedy })
}

export async function refresh(
  { course, lab, where, screen }: MutantsAsked,
  said: string | undefined,
): Promise<{
  lab: string
  mutants: { name: string; state: string; folder?: string; files?: string[] }[]
  exitCode: number
}> {
  const all = said === undefined ? mutantsOf(lab.dir) : [findMutant(lab, said)]
  const mutants = []
  for (const mutant of all) {
    const folder = scratchFolder(course.root, lab.id, mutant.name)
    const done = await refreshMutant(mutant, lab.dir, course.root, folder)
    mutants.push({ name: mutant.name, ...done })
    const how = done.state === 'renewed' && done.by === 'context' ? ' by the lines around each change' : ''
    screen.say(labelled(done.state, `${mutant.name}${how}`, { ...screen.layout, indent: 2 }))
    if (done.state !== 'conflict') continue
    if (done.folder === folder) {
      screen.say(`    ${shown(folder)}: ${done.files.join(', ')}`)
      screen.say(`    lab author mutant ${lab.id} ${mutant.name}${where} --save   when it is as it should be`)
    } else {
      screen.say('    The solution is now as the mutant was: nothing differs.')
      screen.say(`    rm ${shown(mutant.path)}   or make it wrong in another way`)
    }
  }
  const conflicts = mutants.some(({ state }) => state === 'conflict')
  if (mutants.some(({ state }) => state === 'renewed'))
    screen.say(`\n  lab author verify ${lab.id}${where}   proves that they are still rejected as before`)
  return { lab: lab.id, mutants, exitCode: conflicts ? EXIT.failed : EXIT.passed }
}

/** Throws Problem where the lab has come without its mutants. */
export function requireWritable(lab: Lab, root: string): void {
  if (existsSync(join(lab.dir, 'mutants')) || !lab.dir.startsWith(root) || existsSync(join(root, 'checkers'))) return
  throw new Problem({
    what: `Lab ${lab.id} has come without its mutants: this is an installed package.`,
    where: lab.dir,
    why: 'It has what learners need.',
    remedy: 'Work in a clone of the repository.',
  })
}

function requireName(lab: Lab, name: string | undefined): string {
  if (name === undefined) {
    const known = mutantsOf(lab.dir).map((mutant) => mutant.name)
    const why = known.length === 0 ? undefined : `The lab has: ${known.join(', ')}.`
    throw new Problem(
      { what: 'It is not said which mutant.', why, remedy: `lab author mutant ${lab.id} NAME` },
      EXIT.usage,
    )
  }
  requireMutantName(name)
  return name
}

function solutionOf(lab: Lab, before: Mutant | undefined, said: string | undefined): string {
  if (before !== undefined && before.solution !== '') return before.solution
  const [first] = solutionNames(lab)
  return requireSolution(lab, said ?? first ?? '')
}

/** A folder that was begun from another solution than the first says so in its component.yaml. */
async function trackIn(folder: string, otherwise: string): Promise<string> {
  const { readComponent } = await import('../../workspace/component.ts')
  return (await readComponent(folder)).track ?? otherwise
}

function notBegun(lab: Lab, name: string, where: string): Problem {
  return new Problem(
    {
      what: `There is no folder of the mutant ${name} to save.`,
      remedy: `lab author mutant ${lab.id} ${name}${where}`,
    },
    EXIT.usage,
  )
}
