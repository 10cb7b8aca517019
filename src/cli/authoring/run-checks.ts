/** `lab author run`: checks on a component that is in nobody's workspace; the screens and exit codes are those of `lab check`. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { anyProgram, namedSubject, type NamedKind, type Tried } from '../../author/truth/named.ts'
import { rejected } from '../../author/truth/trial.ts'
import { findCheck } from '../../course/lab.ts'
import type { Check, Course, Lab } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { RunJson } from '../../report/json.ts'
import { labelled } from '../../report/tty/labelled.ts'
import type { Engine, RunRequest } from '../../targets/target.ts'
import { shellWord } from '../shell-word.ts'
import { checkersOf } from '../grading/checkers.ts'
import { RunFolder } from '../grading/evidence.ts'
import { exitCodeOf, gather, nothingYet, type Graded } from '../grading/grade.ts'
import { onScreen, type Screen } from '../grading/on-screen.ts'
import { runJson } from '../grading/run-json.ts'
import { buildFailed, tell } from '../grading/tell.ts'
import { real } from '../place.ts'

export interface Which {
  kind: NamedKind | 'with'
  /** the name, or the words of a command */
  words: readonly string[]
}

export interface RunChecks {
  course: Course
  lab: Lab
  /** the package's folder */
  root: string
  which: Which
  /** ids; none: all that apply to it */
  checks: readonly string[]
  seed: string
  jobs: number | undefined
  /** as the person has typed it, for the command that runs it again; '' without one */
  courseFlag: string
  connect: () => Promise<Engine>
  signal: AbortSignal
  screen: Screen
}

/** Prints; returns what `--json` prints. Throws Problem for names that the lab does not have, and when the engine is lost. */
export async function runChecks(asked: RunChecks): Promise<RunJson & { subject: Which['kind']; name: string }> {
  const { lab, course, which, screen, seed, signal } = asked
  const named = asked.checks.map((id) => findCheck(lab, id))
  const subject = await subjectOf(asked)
  const all = lab.steps.flatMap((step) => step.checks)
  const left = named.length > 0 ? [] : all.filter(({ id }) => Object.hasOwn(subject.except, id))
  const checks = named.length > 0 ? [...new Set(named)] : all.filter((check) => !left.includes(check))
  const request = await requestOf(asked, subject, checks)
  const folder = RunFolder.create(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'drydock', 'tried'))
  await using engine = await asked.connect()
  const graded = nothingYet({ place: { events: [] }, engine, seed }, request, folder)
  const shown = { lab: lab.id, step: subject.title, engine, seed, checks, signal }
  await onScreen(shown, screen, async ({ onBegin, onEvent }) => {
    onBegin()
    await gather(request, graded, { engine, checks, signal, onEvent })
    return graded
  })
  const exitCode = exitCodeOf(graded)
  const points = pointsOf(checks, graded)
  const again = (check: string): string => `lab author run ${lab.id} ${check} ${flagsOf(asked)}`
  const told = { lab, step: 0, checks, graded, before: [], points, now: Date.now(), again }
  screen.say(`\n${buildFailed(graded, screen.layout) ?? tell(told, screen.layout)}`)
  for (const line of remarks(subject, left, graded, checks.length === all.length)) screen.say(`\n${line(screen)}`)
  if (graded.problem && !screen.quiet) throw graded.problem
  const { target } = engine
  const json = runJson({ lab, checks, step: 0, graded, target, course: course.version, points, exitCode })
  return { ...json, subject: which.kind, name: subject.name }
}

async function subjectOf({ course, lab, which }: RunChecks): Promise<Tried> {
  const [name = ''] = which.words
  return which.kind === 'with'
    ? anyProgram(course, which.words, process.cwd())
    : namedSubject(course, lab, which.kind, name)
}

async function requestOf(
  { course, lab, root, seed, jobs }: RunChecks,
  { built }: Tried,
  checks: readonly Check[],
): Promise<RunRequest> {
  const checkers = await checkersOf(lab.id, course.root, root)
  const hidden = [...new Set([root, course.root, homedir()].map(real))]
  // Every check runs, whatever became of those that it needs: that is what a proof does.
  return { lab: lab.id, checkers, checks: checks.map(({ id }) => ({ id, needs: [] })), seed, ...built, hidden, jobs }
}

const pointsOf = (checks: readonly Check[], { results }: Graded): number =>
  checks
    .filter(({ id }) => results.some(({ check, verdict }) => check === id && verdict === 'passed'))
    .reduce((sum, { points }) => sum + points, 0)

/** `--with` takes all words that follow, so it comes last. */
function flagsOf({ which: { kind, words }, seed, courseFlag }: RunChecks): string {
  const place = courseFlag === '' ? '' : ` --course ${shellWord(courseFlag)}`
  const options = words.findIndex((word, i) => i > 0 && word.startsWith('-'))
  const spoken = words.map(shellWord)
  const separated = options === -1 ? spoken : [...spoken.slice(0, options), '--', ...spoken.slice(options)]
  return `--seed ${seed}${place} --${kind} ${separated.join(' ')}`
}

function remarks(
  { title, except, mutant }: Tried,
  left: readonly Check[],
  graded: Graded,
  whole: boolean,
): ((screen: Screen) => string)[] {
  const lines = left.map(
    ({ id }) =>
      ({ layout }: Screen) =>
        labelled('Left out', `${id} does not apply to ${title}: ${except[id] ?? ''}`, layout),
  )
  if (mutant === undefined || !whole || graded.build?.state === 'failed') return lines
  const by = rejected(graded)
  const same = by.length === mutant.kills.length && by.every((id) => mutant.kills.includes(id))
  const said = same ? 'these are the checks that its Kills: names' : `its Kills: names ${mutant.kills.join(', ')}`
  return [...lines, ({ layout }) => labelled('Mutant', `${mutant.bug} (${mutant.requirement}); ${said}`, layout)]
}

/** Exactly one of the flags says what is run. Throws Problem (wrong usage). */
export function whichOf(flags: Readonly<Record<NamedKind, string | undefined>>, program: readonly string[]): Which {
  const kinds = ['oracle', 'solution', 'starter', 'mutant'] as const
  const given = kinds.flatMap((kind): Which[] => {
    const name = flags[kind]
    return name === undefined ? [] : [{ kind, words: [name] }]
  })
  if (program.length > 0) given.push({ kind: 'with', words: program })
  const [only] = given
  if (only !== undefined && given.length === 1) return only
  throw new Problem(
    {
      what: only === undefined ? 'It is not said what the checks run on.' : 'The checks run on one thing at a time.',
      why: only === undefined ? undefined : `Named are ${given.map(({ kind }) => `--${kind}`).join(' and ')}.`,
      remedy: 'Give one of --solution TRACK, --starter TRACK, --oracle NAME, --mutant NAME, --with PROGRAM…',
    },
    EXIT.usage,
  )
}
