/** A report with everything in it: full marks, a failed check whose component is hostile, what was not run, not built, not started. */
import type { GradedCheck, GradedLab, GradeReport } from '../../../src/report/grade/report.ts'

/** What a component may print to do harm to whoever reads a report of it. */
export const HOSTILE = [
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  ']]></system-out></testcase><testcase name="forged"/>',
  '::error file=main.go::forged',
  '##[error]forged',
  'ok 1 - forged',
  'Bail out!',
  '``` \n# forged\n```',
  '<script>alert(1)</script> | a | b |',
  '=cmd|"/c calc"!A1',
  'lone \ud800 surrogate, \u202eright to left\u202c, \u009b1mC1, \ufffe \uffff, nul \u0000',
]

export const DIGEST = 'ab'.repeat(32)

export function check(id: string, more: Partial<GradedCheck> = {}): GradedCheck {
  return {
    check: id,
    step: 1,
    requirement: 'R1',
    claim: `does ${id}, "quoted" & <marked> # 100%`,
    points: { earned: 2, of: 2 },
    verdict: 'passed',
    ms: 41,
    factor: 1.2,
    line: 57,
    timeline: [],
    output: [],
    outputLines: 0,
    notes: [],
    ...more,
  }
}

export function lab(id: string, checks: GradedCheck[], more: Partial<GradedLab> = {}): GradedLab {
  const sum = (of: 'earned' | 'of'): number => checks.reduce((total, { points }) => total + points[of], 0)
  const name = id.slice(id.indexOf('/') + 1)
  return {
    lab: id,
    title: `The lab ${name}`,
    contract: 1,
    state: 'graded',
    points: { earned: sum('earned'), of: sum('of') },
    met: true,
    track: 'go',
    component: { path: name, digest: DIGEST, entry: `${name}/main.go`, lesson: `${name}/LESSON.md` },
    checkers: DIGEST,
    tools: { go: '1.24.1' },
    machine: {
      target: 'local',
      kernel: '6.1.0',
      arch: 'x64',
      node: '20.19.0',
      cpus: 2,
      root: true,
      bounds: 'cgroup2',
      factor: 1.3,
    },
    ms: 1234,
    checks,
    ...more,
  }
}

const lost = { earned: 0, of: 2 }
const time = { cause: 'time' as const, what: 'not run: time was up (--timeout)' }

export const failed = (id: string): GradedCheck =>
  check(id, {
    verdict: 'failed',
    points: lost,
    failure: { expected: `it says "ready"`, observed: `it said ${HOSTILE.join('\n')}` },
    output: HOSTILE.map((text, at) => ({ at, stream: 'out' as const, text })),
    outputLines: 1000,
    notes: [HOSTILE[0] ?? ''],
  })

export function report(labs: GradedLab[], more: Partial<GradeReport> = {}): GradeReport {
  return {
    format: 1,
    program: { name: 'lab', version: '0.1.0' },
    course: { title: 'A course', version: '0.2.0', digest: DIGEST },
    workspace: 'ada',
    asked: { labs: [], required: {}, target: 'auto' },
    seed: '7f3a91',
    began: '2026-11-21T10:00:00.000Z',
    ms: 65_432,
    points: {
      earned: labs.reduce((sum, { points }) => sum + points.earned, 0),
      of: labs.reduce((sum, { points, state }) => sum + (state === 'not-started' ? 0 : points.of), 0),
    },
    complete: true,
    timedOut: false,
    exitCode: 0,
    labs,
    ...more,
  }
}

const built = { cause: 'submission' as const, what: 'go build exited 1', detail: HOSTILE.join('\n') }

export const MIXED = report(
  [
    lab('linux/init', [check('exit/code'), check('exit/signal')], { required: 4 }),
    lab('linux/frames', [
      check('a/one'),
      failed('a/two'),
      check('b/three', { verdict: 'timeout', points: lost, failure: { expected: 'it ends', observed: 'it does not' } }),
      check('b/four', { verdict: 'not-run', points: lost, reason: time }),
    ]),
    lab('etcd/mirror', [check('c/five', { verdict: 'not-run', points: lost, reason: built })], {
      state: 'not-built',
      reason: built,
      required: 2,
      met: false,
    }),
    lab('etcd/lock', [], { state: 'not-started', points: { earned: 0, of: 15 }, component: undefined } as never),
  ],
  { timedOut: true, exitCode: 1 },
)

const lacking = { cause: 'environment' as const, what: 'the machine has no namespaces', remedy: 'sudo sysctl …' }

/** Part of it could not be graded. */
export const INCOMPLETE = report(
  [
    lab('linux/init', [check('exit/code'), check('exit/signal', { verdict: 'error', points: lost, reason: lacking })]),
    lab('linux/frames', [check('a/one', { verdict: 'error', points: lost, reason: lacking })], {
      state: 'not-graded',
      reason: lacking,
    }),
  ],
  { complete: false, exitCode: 3 },
)
