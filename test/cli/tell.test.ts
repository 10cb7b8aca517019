import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunFolder } from '../../src/cli/grading/evidence.ts'
import type { Graded } from '../../src/cli/grading/grade.ts'
import { planChecks } from '../../src/cli/grading/plan.ts'
import { tell } from '../../src/cli/grading/tell.ts'
import type { CheckResult } from '../../src/protocol/index.ts'
import { createPaint } from '../../src/report/tty/paint.ts'
import type { JournalEvent } from '../../src/workspace/events.ts'
import { lab, result } from './sample.ts'

const layout = { paint: createPaint({ colour: false, utf8: true }), width: 80 }
const NOW = Date.parse('2026-01-01T12:00:00Z')
let workspace: string

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'lab-tell-'))
})
afterEach(() => rmSync(workspace, { recursive: true, force: true }))

function text(results: CheckResult[], more: Partial<Graded> = {}, before: JournalEvent[] = []): string {
  const folder = RunFolder.create(workspace)
  const graded: Graded = {
    folder,
    seed: '7f3a91',
    target: 'local',
    factor: 1,
    source: 'abc',
    results,
    ms: 1_900,
    events: [],
    notes: [],
    ...more,
  }
  const checks = planChecks(lab(), 2, { checks: [], all: false })
  return tell({ lab: lab(), step: 2, checks, graded, before, points: 4, now: NOW }, layout)
}

const failure = { expected: 'x is 1', observed: 'x was 2' }

describe('a run in words', () => {
  test('checks of the working step come without, earlier ones with their step; skipped ones name what they wait for', () => {
    const said = text([
      result('two/a', 'skipped', { waitsFor: ['one/b'] }),
      result('one/a', 'passed'),
      result('one/b', 'failed', { failure }),
    ])
    expect(said).toMatch(/- two\/a {2}skipped: needs one\/b\n/)
    expect(said).toMatch(/✓ one\/a {2}does one\/a +\(step 1\) +10 ms\n/)
    expect(said).toContain('one/b failed')
    expect(said).toContain('lab repro one/b   runs it alone with seed 7f3a91')
    expect(said).toMatch(/ {2}1 passed, 1 failed, 1 skipped · 4 of 8 points · 1\.9 s$/)
  })

  test('a regression says when the check last passed', () => {
    const before: JournalEvent = {
      v: 1,
      id: 'x',
      at: '2026-01-01T11:57:00Z',
      type: 'checked',
      lab: 'linux/init',
      contract: 1,
      run: '1',
      step: 1,
      seed: 's',
      target: 'local',
      source: 'abc',
      course: '1.0.0',
      ms: 1,
      results: [{ check: 'one/b', verdict: 'passed', ms: 1 }],
    }
    expect(text([result('one/b', 'failed', { failure })], {}, [before])).toContain('it passed 3 minutes ago')
    expect(text([result('one/a', 'failed', { failure })], {}, [before])).not.toContain('Regression')
    expect(text([result('one/b', 'failed', { failure })], {}, [before])).toContain(' of 8 points at best')
    expect(text([result('one/a', 'failed', { failure })], {}, [before])).not.toContain('at best')
  })

  test('one gap of the machine is told once, with all the checks that it kept from being graded', () => {
    const fault = { cause: 'environment', what: 'no net namespace', remedy: 'modprobe veth' } as const
    const said = text([result('one/a', 'error', { fault }), result('one/b', 'error', { fault })])
    expect(said.match(/no net namespace/g)).toHaveLength(1)
    expect(said).toContain('one/a, one/b')
    expect(said).toContain('2 not graded')
  })

  test('a run that was cut off tells what it has', () => {
    expect(text([result('two/a', 'passed')])).toContain('1 passed, 2 not run')
  })
})
