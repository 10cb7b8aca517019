/** Terminals of any width, and one that goes away. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../../checkers/kit/procfs.ts'
import { parseEvent } from '../../../src/workspace/events.ts'
import { Bench } from './bad-input.ts'

let bench: Bench
beforeAll(async () => {
  bench = await new Bench().open()
})
beforeEach(() => bench.fresh())
afterAll(() => bench.close())

const env = { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8', PAGER: 'cat' }
const line = (columns: number, args: string): string =>
  `stty cols ${columns} rows 24; exec '${process.execPath}' '${join(bench.checkout.folder, 'lab/bin/lab.js')}' ${args} --workspace '${bench.workspace}'`

function onTerminal(columns: number, args: string, more: Record<string, string> = {}): string[] {
  const { stdout } = spawnSync('script', ['-qec', line(columns, args), '/dev/null'], {
    input: '',
    encoding: 'utf8',
    cwd: join(bench.workspace, '..'),
    env: { ...env, ...more },
  })
  expect(stdout).not.toMatch(/\bhas a bug\b|^ {4}at .*:\d+:\d+/m)
  expect(stdout.length).toBeGreaterThan(20)
  return stdout.replaceAll('\r\n', '\n').split('\n')
}

// eslint-disable-next-line no-control-regex -- colours and what clears a line
const bare = (text: string): string => (text.split('\r').at(-1) ?? '').replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
const SCREENS = [
  'status',
  'check exit-status/code',
  'hint',
  'next',
  'doctor',
  'explain forward/term',
  'start',
  'check nope',
]

describe('a width', () => {
  it.each(SCREENS)('of 40 columns holds %s', (args) => {
    expect(
      onTerminal(40, args)
        .map(bare)
        // A command is in one piece, so that it can be pasted.
        .filter((text) => text.length > 40 && !/^ {4,6}(?:unshare|ps|grep) -/.test(text)),
    ).toEqual([])
  })

  it.each([20, 300])('of %d columns breaks nothing', (columns) => {
    for (const args of ['status', 'next', 'read', 'check exit-status/code']) onTerminal(columns, args)
  })
})

describe('colour', () => {
  it.each([{ NO_COLOR: '1' }, { FORCE_COLOR: '0' }, { TERM: 'dumb' }])('is off with %j', (more) => {
    expect(onTerminal(80, 'status', more).join('\n')).not.toContain('\u001b[')
  })
  it('is on otherwise', () => expect(onTerminal(80, 'status', { NO_COLOR: '' }).join('\n')).toContain('\u001b[1m'))
})

describe('a terminal that goes away', () => {
  const ours = (): number[] =>
    allPids().filter((pid) => (readProc(pid, 'cmdline') ?? '').includes(bench.checkout.folder))

  it.each([0.05, 0.3, 0.55, 0.8])('at %d of a check ends it, and leaves a whole journal', async (part) => {
    const began = performance.now()
    onTerminal(80, 'check exit-status/code')
    const length = performance.now() - began
    const script = spawn('script', ['-qec', line(80, 'check exit-status/code'), '/dev/null'], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    // The moment is what the test is about. Killing script closes the terminal's other end.
    setTimeout(() => script.kill('SIGKILL'), length * part)
    await once(script, 'exit')
    const deadline = Date.now() + 45_000
    while (ours().length > 0) {
      if (Date.now() > deadline)
        throw new Error(
          `still there: ${ours()
            .map((pid) => readProc(pid, 'cmdline'))
            .join('\n')}`,
        )
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const events = readFileSync(bench.path('.lab/journal.jsonl'), 'utf8').trimEnd().split('\n')
    expect(events.every((event) => typeof parseEvent(JSON.parse(event)) === 'object')).toBe(true)
  })
})
