import type { Checked } from '../../src/workspace/events.ts'

/** An event for tests. */
export const CHECKED: Checked = {
  type: 'checked',
  lab: 'linux/init',
  contract: 1,
  run: '1',
  step: 1,
  seed: '7f3a91',
  target: 'local',
  source: 'abc',
  course: '0.1.0',
  ms: 1200,
  results: [{ check: 'exit-status/code', verdict: 'passed', ms: 41 }],
}
