import { describe, expect, test } from 'vitest'
import type { CheckResult } from '../../../src/protocol/index.ts'
import { buildFailure, buildLine } from '../../../src/report/tty/build.ts'
import { checkLine, type CheckLine } from '../../../src/report/tty/check-line.ts'
import { blockScreen, doctorScreen } from '../../../src/report/tty/doctor-screen.ts'
import { failure } from '../../../src/report/tty/failure.ts'
import { faultText } from '../../../src/report/tty/fault.ts'
import { liveLine } from '../../../src/report/tty/live-line.ts'
import { map } from '../../../src/report/tty/map.ts'
import { renderMarkdown } from '../../../src/report/tty/markdown/blocks.ts'
import { createPaint } from '../../../src/report/tty/paint.ts'
import { problemText } from '../../../src/report/tty/problem.ts'
import { runHeader } from '../../../src/report/tty/run-header.ts'
import { totals } from '../../../src/report/tty/totals.ts'
import { textWidth } from '../../../src/report/tty/width.ts'

const plain = createPaint({ colour: false, utf8: true })
const wide = { paint: plain, width: 80 }
const narrow = { paint: plain, width: 40 }

const term: CheckLine = { id: 'forward/term', claim: 'passes SIGTERM on to its child', verdict: 'failed', ms: 602 }

const result: CheckResult = {
  check: 'forward/term',
  verdict: 'failed',
  ms: 602,
  factor: 1,
  late: 0,
  load: 0,
  failure: {
    expected: 'after init (pid 1) received SIGTERM, its child (pid 2) receives SIGTERM',
    observed: 'the child still sleeps at +602 ms',
  },
  timeline: [
    { at: 0, kind: 'start', text: 'init -- trap-and-report' },
    { at: 102, kind: 'signal', text: 'SIGTERM → pid 1' },
  ],
  output: [{ at: 41, stream: 'out', text: 'ready\u001b[2J' }],
  outputLines: 3,
  notes: [],
}
const failed = {
  result,
  requirement: 'R3',
  files: { output: '.lab/runs/41/forward-term/output.txt', timeline: '.lab/runs/41/forward-term/timeline.txt' },
  seed: '7f3a91',
  look: 'grep Sig /proc/1/status',
  hints: { of: 3, taken: 1 },
  help: true,
}

test('header: one line where it fits, else two', () => {
  const header = {
    lab: 'linux/init',
    step: { number: 2, title: 'Forward', of: 7 },
    target: 'local',
    seed: '7f3a91',
    factor: 1,
  }
  expect(runHeader(header, wide)).toBe(
    'linux/init · step 2 of 7 · Forward          local · seed 7f3a91 · deadlines ×1.0',
  )
  expect(runHeader(header, narrow)).toBe('linux/init · step 2 of 7 · Forward\n  local · seed 7f3a91 · deadlines ×1.0')
})

describe('a line for each check', () => {
  test.each([
    [term, '  ✗ forward/term  passes SIGTERM on to its child                           0.6 s'],
    [
      { ...term, verdict: 'passed', ms: 41, otherStep: 1 } as const,
      '  ✓ forward/term  passes SIGTERM on to its child              (step 1)     41 ms',
    ],
    [{ ...term, verdict: 'skipped', waitsFor: ['a/b', 'c/d'] } as const, '  - forward/term  skipped: needs a/b, c/d'],
    [
      { ...term, verdict: 'error' } as const,
      '  ! forward/term  could not be graded: passes SIGTERM on to its child      0.6 s',
    ],
  ])('%j', (line, text) => {
    expect(checkLine(line, { ...wide, ids: 12 })).toBe(text)
  })

  test('in a narrow terminal the claim goes below', () => {
    expect(checkLine({ ...term, otherStep: 1 }, { ...narrow, ids: 12 })).toBe(
      '  ✗ forward/term (step 1)          0.6 s\n      passes SIGTERM on to its child',
    )
  })
})

describe('a failure', () => {
  test('shows what was expected, what was observed, and the evidence', () => {
    expect(failure({ ...failed, passed: '3 minutes ago' }, wide)).toBe(
      `  forward/term failed                                             requirement R3
    Regression    it passed 3 minutes ago
    Expected      after init (pid 1) received SIGTERM, its child (pid 2)
                  receives SIGTERM
    Observed      the child still sleeps at +602 ms
    Timeline
           0 ms  start   init -- trap-and-report
         102 ms  signal  SIGTERM → pid 1
    Output        (last 1 of 3 lines; in a file:
                  .lab/runs/41/forward-term/output.txt)
          41 ms  out  ready\\x1b[2J
    See it again  lab repro forward/term   runs it alone with seed 7f3a91
    Look into it  lab shell   holds the host where it fails; there:
      grep Sig /proc/1/status
    Why           lab explain forward/term   the requirement, an incident, the
                  sources
    Stuck?        lab hint   3 rungs; you have taken 1`,
    )
  })

  test('says once how to go on, and names no hint where none is left', () => {
    expect(failure({ ...failed, help: false }, wide)).toMatch(/See it again .*7f3a91$/)
    expect(failure({ ...failed, hints: { of: 3, taken: 3 } }, wide)).not.toContain('Stuck?')
    expect(failure({ ...failed, look: undefined }, wide)).toMatch(
      /Look into it {2}lab shell {3}holds the host where it fails$/m,
    )
  })

  test('names no shell where a host can not be entered', () => {
    const text = failure({ ...failed, noEntry: true }, wide)
    expect(text).not.toContain('lab shell')
    expect(text).toMatch(/See it again[^]*Why/)
  })

  test('a command can be pasted at any width', () => {
    const look = `unshare -pf --kill-child --mount-proc "$INIT" -- sh -c 'kill -TERM $$'; echo $?`
    for (const layout of [narrow, wide]) {
      const text = failure({ ...failed, look, seed: '7f3a91-12', seedNamed: true }, layout)
      expect(text).toMatch(/there:?\n {6}unshare .* echo \$\?\n/i)
      expect(text).toContain(look)
      for (const command of ['repro', 'shell']) expect(text).toContain(`lab ${command} forward/term --seed 7f3a91-12`)
    }
  })

  test('a long timeline shows its beginning and its end', () => {
    const timeline = Array.from({ length: 100 }, (_, i) => ({ at: i, kind: 'saw', text: `entry ${i}` }))
    const text = failure({ ...failed, result: { ...result, timeline } }, wide)
    expect(text).toContain('(100 entries; all: .lab/runs/41/forward-term/timeline.txt)')
    expect(text).toContain('… 86 more')
    expect(text).toContain('entry 3\n')
    expect(text).not.toContain('entry 4\n')
    expect(text).toContain('entry 90\n')
  })

  test('a component that wrote nothing is said to have written nothing', () => {
    expect(failure({ ...failed, result: { ...result, output: [], outputLines: 0 } }, wide)).toContain('wrote nothing')
  })

  test('a timeout is told from a failure', () => {
    const { failure: _, ...rest } = result
    const text = failure({ ...failed, result: { ...rest, verdict: 'timeout', ms: 30_000 } }, wide)
    expect(text).toContain('forward/term took too long')
    expect(text).toContain('the check had not ended after 30.0 s')
  })
})

test('a fault of the environment says what mends it; a bug says that it is ours, with its stack', () => {
  const gap = faultText(
    { cause: 'environment', what: 'no unshare', remedy: 'apt-get install util-linux' },
    ['a/b'],
    wide,
  )
  expect(gap).toContain('this machine, not your component')
  expect(gap).toContain('apt-get install util-linux')
  expect(gap).toContain('a/b')
  const bug = faultText({ cause: 'bug', what: 'boom', detail: 'Error: boom\n    at x' }, [], wide)
  expect(bug).toContain('a bug of lab, not yours')
  expect(bug).toContain('    at x')
})

describe('totals', () => {
  test.each([
    [['passed', 'passed', 'failed', 'skipped'] as const, 0, '  2 passed, 1 failed, 1 skipped · 4 of 14 points · 1.9 s'],
    [['error', 'timeout'] as const, 3, '  1 too long, 1 not graded, 3 not run · 4 of 14 points · 1.9 s'],
    [[] as const, 0, '  nothing was run · 4 of 14 points · 1.9 s'],
  ])('%j, %d not run', (verdicts, notRun, text) => {
    expect(totals({ verdicts, notRun, points: 4, ofPoints: 14, ms: 1_900 }, wide)).toBe(text)
  })
  test('points of what does not pass any more', () => {
    const told = { verdicts: ['failed'] as const, notRun: 0, points: 4, ofPoints: 14, kept: true, ms: 1_900 }
    expect(totals(told, wide)).toBe('  1 failed · 4 of 14 points at best · 1.9 s')
  })
})

test('a build: how long it took, or how it failed', () => {
  expect(buildLine('done', 800, wide)).toBe('  built in 0.8 s')
  const output = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n')
  const text = buildFailure({ command: 'go build .', ended: 'exited 1', output, file: 'b.txt' }, wide)
  expect(text).toContain('(last 20 lines; all: b.txt)')
  expect(text).toContain('      line 29')
  expect(text).not.toContain('line 9\n')
  expect(buildFailure({ output: 'x', file: 'b.txt' }, wide)).toContain('(all of it; in a file: b.txt)')
  expect(buildFailure({ output: '' }, wide)).toContain('(none)')
})

describe('the live line', () => {
  test.each([
    [{ running: new Map(), done: 0, of: 3, ms: 300, phase: 'building' }, '  building …'],
    [{ running: new Map([['a/b', undefined]]), done: 1, of: 3, ms: 1_900 }, '  1 of 3 · 1 s · a/b'],
    [
      { running: new Map([['a/b', 'the \u001b[child']]), done: 1, of: 3, ms: 0 },
      '  1 of 3 · a/b · waiting for: the \\x1b[child',
    ],
  ])('%j', (live, text) => {
    expect(liveLine(live, wide)).toBe(text)
  })

  test('never fills the terminal', () => {
    const line = liveLine({ running: new Map([['a/b', 'x'.repeat(200)]]), done: 0, of: 1, ms: 0 }, narrow)
    expect(textWidth(line)).toBeLessThan(40)
    expect(line.endsWith('…')).toBe(true)
  })
})

test('the map marks planned labs with a word, the current one with a sign', () => {
  const steps = [{ number: 1, title: 'Exit status', passed: 2, checks: 2 }]
  const text = map(
    {
      title: 'A course',
      version: '1.0.0',
      stages: [
        {
          id: 'linux',
          title: 'Processes',
          labs: [
            { id: 'linux/lens', number: 1, title: 'Read /proc', state: 'planned', current: false },
            {
              id: 'linux/init',
              number: 2,
              title: 'A PID 1',
              state: 'started',
              current: true,
              points: { earned: 2, of: 18 },
              step: 1,
              steps,
              timeMs: 1_500_000,
            },
          ],
        },
      ],
      next: { command: 'lab next', why: 'step 1 passes' },
    },
    { paint: plain, width: 60 },
  )
  expect(text).toBe(`A course

linux · Processes
     1  lens  Read /proc                             planned
  ▸  2  init  A PID 1                         2 of 18 points
        ✓ 1  Exit status                       2 of 2 checks

  0 of 1 lab finished · 1 planned · 2 of 18 points · 25 min
  spent

  Next   lab next
         step 1 passes`)
})

test('the doctor names the command that mends a gap', () => {
  const text = doctorScreen(
    [
      { name: 'node', state: 'present', text: 'v20' },
      { name: 'Go', state: 'missing', text: 'no go on PATH', remedy: 'brew install go' },
      { name: 'git', state: 'absent', text: 'keeps history', remedy: 'brew install git' },
    ],
    wide,
  )
  expect(text).toBe(`  ✓ node  v20
  ✗ Go    no go on PATH
          To mend  brew install go
  - git   keeps history
          To mend  brew install git`)
})

test('the doctor’s block can be pasted at any width', () => {
  const block = {
    commands: ['apt-get update', 'apt-get install -y git python3 iproute2 strace procps'],
    as: 'you',
  } as const
  for (const width of [40, 80]) {
    const lines = blockScreen(block, true, { ...wide, width }).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    const commands = lines
      .slice(2)
      .join('\n')
      .replaceAll(/ \\\n +/g, ' ')
      .split('\n')
    expect(commands.map((line) => line.trim())).toEqual(block.commands)
  }
  expect(blockScreen({ ...block, as: 'root' }, true, wide)).toContain('root runs this')
})

test('a problem: what, where, why, remedy', () => {
  const problem = { what: 'It broke.', where: 'a.yaml:3', why: 'one\ntwo', remedy: 'lab start' }
  expect(problemText(problem, wide)).toBe(
    'It broke.\n  Where     a.yaml:3\n  Why       one\n            two\n  To mend   lab start',
  )
})

test('colour changes no width and no word', () => {
  const coloured = { paint: createPaint({ colour: true, utf8: true }), width: 80 }
  // eslint-disable-next-line no-control-regex -- the colours
  const bare = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '')
  expect(bare(failure(failed, coloured))).toBe(failure(failed, wide))
  expect(bare(checkLine({ ...term, otherStep: 1 }, { ...coloured, ids: 12 }))).toBe(
    checkLine({ ...term, otherStep: 1 }, { ...wide, ids: 12 }),
  )
})

describe('lessons', () => {
  test.each([
    ['# Title\n\nText **bold** and `code`.', 'Title\n=====\n\nText bold and code.\n'],
    ['- one\n- two\n  - three', '  - one\n  - two\n      - three\n'],
    ['1. one\n2. two', '  1. one\n  2. two\n'],
    ['```sh\nlab check\n\nx\n```', '    lab check\n\n    x\n'],
    ['> said', '  | said\n'],
    ['see [the manual](https://example.org/x)', 'see the manual (https://example.org/x)\n'],
    ['see [below](#below)', 'see below\n'],
    ['a <!-- hidden --> b', 'a b\n'],
    ['| a | b |\n|---|---|\n| 1 | two |', 'a    b\n---  ---\n1    two\n'],
    ['a &lt; b & c', 'a < b & c\n'],
    ['word word word word word word word word word', 'word word word word word word word word\nword\n'],
  ])('%j', (source, text) => {
    expect(renderMarkdown(source, narrow)).toBe(text)
  })
})
