/** Runs checks in the VM, and elsewhere to compare. */
import { run } from '../cli/built.ts'
import { inside, said, type Inside } from './inside.ts'
import { startLab, until, type Ended, type Going } from './user.ts'

export interface Table {
  code: number | null
  target: string
  /** check → verdict */
  verdicts: Record<string, string>
  /** everything that was printed, for a failure's message */
  said: string
  ms: number
}

export const startGrading = (labId: string, subject: string[], ...checks: string[]): Going =>
  startLab('author', 'run', labId, ...checks, ...subject, '--target', 'lima', '--json')

export async function grade(labId: string, subject: string[], ...checks: string[]): Promise<Table> {
  return tableOf(labId, subject, await startGrading(labId, subject, ...checks).ended)
}

/** Runs them as root on this machine, on another target. */
export async function gradeOn(target: 'local' | 'uml', labId: string, subject: string[]): Promise<Table> {
  const began = performance.now()
  const end = await run(['author', 'run', labId, ...subject, '--target', target, '--json'])
  const ms = performance.now() - began
  return tableOf(labId, subject, { code: end.exitCode ?? null, out: end.stdout, err: end.stderr, ms })
}

function tableOf(labId: string, subject: string[], { code, out, err, ms }: Ended): Table {
  const said = out + err
  let json: { target?: string; ms?: number; results?: { check: string; verdict: string }[] }
  try {
    json = JSON.parse(out) as typeof json
  } catch {
    throw new Error(`no JSON came: exit ${code}: ${said}`)
  }
  const verdicts = Object.fromEntries((json.results ?? []).map(({ check, verdict }) => [check, verdict]))
  const seconds = (time: number): string => (time / 1000).toFixed(1)
  const { target = '', ms: took = 0 } = json
  console.log(
    `${labId} ${subject.join(' ')} on ${target}: ${seconds(ms)} s, of which the run took ${seconds(took)} s, exit ${code}`,
  )
  return { code, target, verdicts, said, ms }
}

export const notPassed = ({ verdicts }: Table): string[] =>
  Object.keys(verdicts).filter((id) => verdicts[id] !== 'passed')

/** A run whose component does nothing for a day, whatever the check gives it as arguments: something to cut. */
export const startHanging = (): Going =>
  startLab(
    ...['author', 'run', 'linux/init', 'exit-status/code', '--target', 'lima'],
    ...['--with', '/bin/sh', '--', '-c', 'exec sleep 86399'],
  )

/** Waits until the component of a run is there; throws with what was said when the run ends before that. */
export async function untilItRuns({ ended }: Going): Promise<Inside> {
  let end: Ended | undefined
  void ended.then((one) => (end = one))
  return until(
    'the component runs in the VM',
    async () => {
      const seen = await inside()
      if (end !== undefined) throw new Error(`the run has ended: exit ${end.code}: ${said(end)}`)
      return seen
    },
    ({ components }) => components > 0,
  )
}
