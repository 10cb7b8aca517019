/** Samples for the CLI's tests: a lab as the course would hand it over, and results as an engine would. */
import type { Check, Lab } from '../../src/course/model.ts'
import type { CheckResult } from '../../src/protocol/index.ts'

export function check(id: string, step: number, needs: string[] = []): Check {
  const hints = ['Which?', 'There.', 'So.']
  return {
    id,
    step,
    needs,
    requirement: 'R1',
    points: 2,
    claim: `does ${id}`,
    why: 'because',
    source: 'wait(2)',
    hints,
  }
}

export function lab(): Lab {
  const steps = [
    { id: 'one', title: 'One', number: 1, checks: [check('one/a', 1), check('one/b', 1, ['one/a'])] },
    { id: 'two', title: 'Two', number: 2, checks: [check('two/a', 2, ['one/b'])] },
    { id: 'three', title: 'Three', number: 3, checks: [check('three/a', 3)] },
  ]
  return {
    id: 'linux/init',
    stage: 'linux',
    name: 'init',
    number: 2,
    title: 'A PID 1',
    planned: false,
    dir: '/course/labs/linux/init',
    contract: 1,
    builds: { usage: 'init COMMAND', purpose: 'to be first' },
    standard: 'tini(1)',
    tracks: [{ id: 'go', entry: 'main.go' }],
    uses: [],
    tools: {},
    steps,
    points: 8,
  }
}

export function result(check: string, verdict: CheckResult['verdict'], more: Partial<CheckResult> = {}): CheckResult {
  return {
    check,
    verdict,
    ms: 10,
    factor: 1,
    late: 0,
    load: 0,
    timeline: [],
    output: [],
    outputLines: 0,
    notes: [],
    ...more,
  }
}
