/** A finished run as data. */
import type { Check, Lab } from '../../course/model.ts'
import type { RunJson } from '../../report/json.ts'
import type { Graded } from './grade.ts'

export interface RunFacts {
  lab: Lab
  checks: readonly Check[]
  step: number
  graded: Graded
  target: string
  course: string
  points: number
  exitCode: number
  interrupted?: string | undefined
}

export function runJson({
  lab,
  checks,
  step,
  graded,
  target,
  course,
  points,
  exitCode,
  interrupted,
}: RunFacts): RunJson {
  const { build, fault, folder, seed, factor, source, ms } = graded
  return {
    lab: lab.id,
    contract: lab.contract,
    step,
    run: folder.number,
    seed,
    target,
    factor,
    source,
    course,
    ms: Math.round(ms),
    exitCode,
    ...(interrupted !== undefined && { interrupted }),
    ...(build && build.state !== 'started' && { build: buildJson(build, build.state) }),
    ...(fault && { fault }),
    ...(graded.problem && { error: { ...graded.problem.text, exitCode: graded.problem.exitCode } }),
    evidence: folder.dir,
    points: { earned: points, of: lab.points },
    results: graded.results.flatMap((result) => {
      const check = checks.find(({ id }) => id === result.check)
      if (!check) return []
      const { step, requirement, claim, points } = check
      return [{ ...result, step, requirement, claim, points }]
    }),
  }
}

type Build = NonNullable<Graded['build']>

function buildJson(
  { ms, step, command, ended, output, remedy }: Build,
  state: 'done' | 'cached' | 'failed',
): NonNullable<RunJson['build']> {
  return {
    state,
    ms: Math.round(ms),
    ...(step !== undefined && { step }),
    ...(command !== undefined && { command }),
    ...(ended !== undefined && { ended }),
    ...(output !== undefined && { output }),
    ...(remedy !== undefined && { remedy }),
  }
}
