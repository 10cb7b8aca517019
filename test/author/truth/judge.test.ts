import { describe, expect, it } from 'vitest'
import { labDefects, subjectDefects, type Tried } from '../../../src/author/truth/judge.ts'
import { steadiness } from '../../../src/author/steadiness/steady.ts'
import { nearMisses } from '../../../src/author/truth/remarks.ts'
import type { Kind } from '../../../src/author/truth/subjects.ts'
import type { Lab } from '../../../src/course/model.ts'
import type { CheckResult, Verdict } from '../../../src/protocol/index.ts'

const check = (id: string, requirement: string, more = {}) => ({ id, requirement, step: 1, ...more })
const labOf = (...checks: object[]): Lab =>
  ({ id: 's/l', steps: [{ id: 'a', number: 1, title: 'A', checks }] }) as unknown as Lab
const lab = labOf(check('a/1', 'R1'), check('a/2', 'R2'), check('a/3', 'R3'))

const result = (id: string, verdict: Verdict, more: Partial<CheckResult> = {}): CheckResult => ({
  check: id,
  verdict,
  ms: 1,
  factor: 1,
  late: 0,
  load: 0,
  timeline: [],
  output: [],
  outputLines: 0,
  notes: [],
  ...(verdict === 'failed' ? { failure: { expected: 'this', observed: 'that' } } : {}),
  ...more,
})

/** `fails`: the checks that fail. */
function tried(
  kind: Kind,
  fails: string[],
  more: { kills?: string[]; requirement?: string; seed?: string } = {},
): Tried {
  const { kills = fails, requirement = 'R1', seed = 's' } = more
  const mutant = { name: 'm', path: '/m.patch', bug: 'b', source: 's', solution: 'go', requirement, kills }
  const built = { source: { digest: '', files: [] }, spec: { run: { main: ['x'] } }, toolchain: undefined, cache: 'c' }
  const results = ['a/1', 'a/2', 'a/3'].map((id) => result(id, fails.includes(id) ? 'failed' : 'passed'))
  return {
    subject: { kind, name: kind, title: `the ${kind}`, built, except: {}, ...(kind === 'mutant' && { mutant }) },
    trial: { seed, results, ms: 1, cpuMs: 1 },
  }
}
const what = (one: Tried, of = lab): string[] => subjectDefects({ lab: of, tried: [one] }).map((defect) => defect.what)

describe('one subject', () => {
  it('is right: what is absent fails all, a starter some, a solution none, a mutant what its header says', () => {
    for (const one of [
      tried('absent', ['a/1', 'a/2', 'a/3']),
      tried('starter', ['a/2']),
      tried('solution', []),
      tried('oracle', []),
      tried('mutant', ['a/1', 'a/3']),
    ])
      expect(what(one)).toEqual([])
  })

  it.each([
    [tried('absent', ['a/1', 'a/3']), 'a/2 passes on the absent.'],
    [tried('starter', []), 'the starter passes step 1, A.'],
    [tried('solution', ['a/2']), 'a/2 rejects the solution, which is right.'],
    [tried('oracle', ['a/2']), 'a/2 rejects the oracle, which is right.'],
    [tried('mutant', [], { kills: ['a/1'] }), 'The mutant m survives: every check passes on it.'],
    [tried('mutant', ['a/1', 'a/2', 'a/3']), 'The mutant m breaks everything: no check passes on it.'],
    [tried('mutant', ['a/1'], { kills: ['a/1', 'a/2'] }), 'The mutant m is not rejected by a/2, as its Kills: says.'],
    [
      tried('mutant', ['a/1', 'a/2'], { kills: ['a/1'] }),
      'The mutant m is rejected also by a/2, which its Kills: does not list.',
    ],
    [
      tried('mutant', ['a/2'], { requirement: 'R1' }),
      'The mutant m names R1, but a/2, the first to reject it, verifies R2.',
    ],
  ])('%#: is wrong', (one, words) => {
    expect(what(one)).toEqual([words])
  })

  it('comes to no verdict', () => {
    const one = tried('mutant', ['a/1'])
    one.trial.results[1] = result('a/2', 'error', { fault: { cause: 'bug', what: 'boom' } })
    expect(what(one)).toEqual(['a/2 came to no verdict on the mutant.'])
    one.trial.buildFailed = 'go build exited 1'
    expect(what(one)).toEqual(['the mutant does not build.'])
  })

  it('says once what has one cause on many', () => {
    const fault = { cause: 'environment', what: 'etcd is not on this machine', remedy: 'apt-get install etcd' } as const
    const broken = ['solution', 'mutant'].map((kind) => {
      const one = tried(kind as Kind, [])
      one.trial.results = one.trial.results.map(({ check: id }) => result(id, 'error', { fault }))
      return one
    })
    const defects = subjectDefects({ lab, tried: broken })
    expect(defects.map((defect) => [defect.what, defect.remedy])).toEqual([
      ['a/1 came to no verdict on the solution. It is the same with 5 more of check and program.', fault.remedy],
    ])
  })
})

describe('a lab', () => {
  const solutions = [tried('solution', []), tried('solution', [])]
  const whole = (...more: Tried[]): string[] =>
    labDefects({ lab, tried: [...solutions, ...more] }).map((defect) => defect.what)
  const mutants = ['a/1', 'a/2', 'a/3'].map((id) => tried('mutant', [id]))

  it('is right when each check is the first to reject some mutant, and real tools pass them', () => {
    expect(whole(tried('oracle', []), ...mutants)).toEqual([])
  })

  it('has a check that is never the first', () => {
    const late = [mutants[0], mutants[1], tried('mutant', ['a/1', 'a/3'])].filter((one) => one !== undefined)
    expect(whole(tried('oracle', []), ...late)).toEqual(['a/3 is the first to reject no mutant.'])
  })

  it('has checks that no real tool passes: each says on what it was calibrated, and they are few', () => {
    expect(whole(tried('oracle', ['a/2', 'a/3']), ...mutants)).toEqual([
      'No real tool passes a/2, and lab.yaml does not say on what it was calibrated.',
      'No real tool passes a/3, and lab.yaml does not say on what it was calibrated.',
      '2 of 3 checks are passed by no real tool; at most a third may be.',
    ])
    const said = labOf(check('a/1', 'R1'), check('a/2', 'R2'), check('a/3', 'R3', { calibration: 'a trial' }))
    const all = [...solutions, ...mutants]
    expect(labDefects({ lab: said, tried: [...all, tried('oracle', ['a/3'])] })).toEqual([])
    expect(labDefects({ lab: said, tried: [...all, tried('oracle', [])] })).toHaveLength(1)
  })

  it('has one solution', () => {
    const tools = [tried('oracle', []), ...mutants]
    expect(labDefects({ lab, tried: [tried('solution', []), ...tools] }).map((defect) => defect.what)).toEqual([
      'The lab has one solution; two in different languages are the least.',
    ])
  })
})

describe('several rounds', () => {
  it('agree, or one check varies: its seeds are told', () => {
    const round = (seed: string, fails: string[]): Tried[] => [tried('solution', fails, { seed })]
    expect(steadiness(lab, [round('x-1', []), round('x-2', [])]).defects).toEqual([])
    const [defect] = steadiness(lab, [round('x-1', []), round('x-2', ['a/2']), round('x-3', [])]).defects
    expect(defect?.what).toBe('a/2 on the solution passed 2 times of 3.')
    expect(defect?.why).toContain('passed with the seeds x-1, x-3')
    expect(defect?.why).toContain('did not with x-2')
  })

  it('names what came near to its deadline on what is right, and nothing else', () => {
    const one = tried('solution', [])
    const near = (share: number) => ({ component: 1, contract: 0, nearest: { what: 'a child', share } })
    one.trial.results[0] = result('a/1', 'passed', { waited: near(0.79) })
    expect(nearMisses([one])).toEqual([])
    one.trial.results[0] = result('a/1', 'passed', { waited: near(0.81) })
    expect(nearMisses([one])).toEqual(['a/1 came within 81 % of its deadline on the solution, waiting for: a child'])
    expect(nearMisses([{ ...one, subject: { ...one.subject, kind: 'mutant' } }])).toEqual([])
  })
})
