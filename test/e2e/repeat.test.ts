/** lab check --repeat: each planted cause of flakiness is named, by the built lab over real hosts. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Checked } from '../../src/workspace/events.ts'
import type { RepeatedCheck, RepeatJson } from '../../src/report/repeat-json.ts'
import { Checkout } from './checkout.ts'
import { CHECK, plantCheck, plantComponent, stallMachine } from './planted.ts'

let lab: Checkout
beforeEach(async () => {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
  lab.put('labs/linux/init/solutions/python')
})
afterEach(() => lab.remove())

async function repeat(times: number, ...more: string[]): Promise<{ run: RepeatJson; check: RepeatedCheck }> {
  const { code, out, err } = await lab.lab('check', CHECK, '--repeat', String(times), '--json', ...more)
  const run = JSON.parse(out) as RepeatJson
  expect([run.exitCode, err], out.slice(0, 2000)).toEqual([code, expect.any(String)])
  const [check] = run.checks
  if (check === undefined) throw new Error(`no check in ${out}`)
  return { run, check }
}

const lastChecked = (): Checked =>
  readFileSync(join(lab.workspace, '.lab', 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Checked)
    .filter(({ type }) => type === 'checked')
    .at(-1) as Checked

/** Without the numbers of each run, for a failing test's message. */
const told = ({ tries, reference, first: _, ...rest }: RepeatedCheck): string => {
  const runs = (those: typeof tries) => those.map((t) => `${t.verdict}${t.stalled ? '!' : ''}`).join(' ')
  return JSON.stringify({ ...rest, tries: runs(tries), reference: reference && runs(reference.tries) })
}

/** Root alone may stall a machine; the other two are the same for everyone. */
const asRoot = process.getuid?.() === 0 ? it : it.skip

/** LAB_TRIALS=10: each case so many times. */
const repeats = Number(process.env['LAB_TRIALS'] ?? 1) - 1

describe('each planted cause is named', { timeout: 600_000, repeats }, () => {
  it('a component that fails one time in five', async () => {
    plantComponent(lab)
    const { run, check } = await repeat(60)
    expect([check.attribution.to, run.exitCode], told(check)).toEqual(['component', 1])
    expect(check.reference?.passed).toBe(check.reference?.of)
    expect(check.of).toBe(60)
    expect(check.first?.seed).toBe(check.tries.find(({ verdict }) => verdict !== 'passed')?.seed)
    expect(check.first?.failure?.observed).toContain('init exited 99')
    expect(lastChecked()).toMatchObject({ run: run.run, results: [{ check: CHECK, verdict: 'failed' }] })
    // One folder for the whole repeat, besides that of the start, and in it the first failing run alone.
    expect(readdirSync(join(lab.workspace, '.lab', 'runs')).sort()).toEqual(['1', run.run])
    expect(readdirSync(run.evidence)).toEqual([CHECK.replace('/', '-')])
  })

  it('a check that fails one time in five', async () => {
    const { run, check } = await repeat(40, '--course', plantCheck(lab, 'Math.random() >= 0.2'))
    expect([check.attribution.to, run.exitCode], told(check)).toEqual(['check', 4])
    expect(lastChecked().results).toMatchObject([{ check: CHECK, verdict: 'error' }])
  })

  asRoot('a machine stalled by load', async () => {
    // The kernel gives others 50 ms of each second of real-time programs (sched(7), sched_rt_runtime_us), which may be all that a run takes.
    const course = plantCheck(lab, 'second.ranFor <= first.ranFor + 600')
    const stop = stallMachine(lab, 1500)
    try {
      // A stall hits the moment that counts in about half of the runs that it disturbs, a third of all.
      const { run, check } = await repeat(18, '--course', course)
      expect([check.attribution.to, run.exitCode], told(check)).toEqual(['machine', 3])
      expect(lastChecked().results).toMatchObject([{ check: CHECK, verdict: 'error' }])
    } finally {
      await stop()
    }
  })
})

describe('what is not flaky', () => {
  it('passes every time, and that is what the journal says', async () => {
    const { code, out } = await lab.lab('check', '--repeat', '3', '--seed', 'base')
    expect(out).toMatch(/exit-status\/code +3 of 3/)
    expect(out).toContain('2 of 2 checks passed every time')
    expect(out).not.toContain('flaky')
    expect(code).toBe(0)
    expect(lastChecked()).toMatchObject({ seed: 'base', results: [{ verdict: 'passed' }, { verdict: 'passed' }] })
  })

  it('fails every time: no reference runs, and the first failure is told with its seed', async () => {
    lab.put('labs/linux/init/given/python')
    const { code, out } = await lab.lab('check', 'exit-status/code', '--repeat', '2', '--seed', 'base')
    expect(out).toMatch(/exit-status\/code +0 of 2/)
    expect(out).toContain('lab repro exit-status/code --seed base-1')
    expect(out).not.toContain('flaky')
    expect(code).toBe(1)
  })
})

it('tells what there is when it is interrupted, and does not enter what was not run often enough', async () => {
  const before = lastChecked()
  const going = lab.start(['check', CHECK, '--repeat', '10000'])
  const deadline = Date.now() + 60_000
  while (!going.printed().includes('built')) {
    if (Date.now() > deadline) throw new Error(`gave up waiting for the build; printed: ${going.printed()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  going.child.kill('SIGINT')
  const { code, out } = await going.ended
  expect(out).toMatch(/interrupted \(SIGINT\) after \d+ of 10000 runs/)
  expect(code).toBe(130)
  expect(lastChecked()).toEqual(before)
})

it.each([['0'], ['10001'], ['many']])('refuses to repeat %s times', async (times) => {
  const { code, err } = await lab.lab('check', '--repeat', times)
  expect(err).toContain('--repeat')
  expect(code).toBe(2)
})
