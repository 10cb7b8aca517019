/** Components that do their worst: the verdict is the learner's, the words say what happened, the next check is as ever. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../../checkers/kit/procfs.ts'
import { findBounds } from '../../../src/engine/bounds.ts'
import { AMOUNTS } from '../../../src/engine/prepare.ts'
import { Checkout } from '../checkout.ts'

let lab: Checkout
/** in the command line of every component here, and of nothing else on the machine */
const mark = `mark-${Math.random().toString(36).slice(2)}`

beforeAll(async () => {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
})
afterAll(() => lab.remove())

const component = (): string => join(lab.workspace, 'init')

/** Puts a component in place of what was there. */
function put(files: Record<string, string | { text: string; mode: number }>): void {
  rmSync(component(), { recursive: true, force: true })
  mkdirSync(component())
  for (const [name, file] of Object.entries(files)) {
    const { text, mode } = typeof file === 'string' ? { text: file, mode: 0o644 } : file
    writeFileSync(join(component(), name), Buffer.from(text, 'latin1'), { mode })
  }
}

const python = (body: string): Record<string, string> => ({
  'component.yaml': `run: [python3, ./bad.py, ${mark}]\n`,
  'bad.py': `import os, signal, sys, time\n${body}\n`,
})

const left = (): string[] =>
  allPids()
    .filter((pid) => (readProc(pid, 'cmdline') ?? '').includes(mark))
    .map(String)

describe('a component that can not be started is told so once, before any check', () => {
  const run = { 'component.yaml': 'run: [./init]\n' }
  const elf = (change: (bytes: Buffer) => void): string => {
    const bytes = Buffer.from(readFileSync('/bin/true').subarray(0, 8192))
    change(bytes)
    return bytes.toString('latin1')
  }
  const other = process.arch === 'arm64' ? 62 : 183
  it.each([
    ['is missing', {}, /names \.\/init, which is not there after the build/, /run: in component\.yaml/],
    ['is not executable', { init: '#!/bin/sh\n' }, /not executable \(its mode is 644\)/, /chmod \+x init/],
    [
      'is for another machine',
      { init: { text: elf((bytes) => bytes.writeUInt16LE(other, 18)), mode: 0o755 } },
      /a program for (aarch64|x86_64); this machine is/,
      /build it for/,
    ],
    [
      'has no first line',
      { init: { text: 'exec "$@"\n', mode: 0o755 } },
      /neither an ELF program nor a script/,
      /#!\/bin\/sh/,
    ],
    [
      'has no interpreter',
      { init: { text: '#!/usr/bin/nosuch\n', mode: 0o755 } },
      /interpreter \/usr\/bin\/nosuch, which this machine does not have/,
      /first line/,
    ],
    ['has CR LF', { init: { text: '#!/bin/sh\r\nexec "$@"\r\n', mode: 0o755 } }, /carriage return/, /sed -i 's/],
  ] as const)('%s', async (_, files, why, remedy) => {
    put({ ...run, ...files })
    const { code, out, err } = await lab.lab('check')
    const text = (out + err).replace(/\s+/g, ' ')
    expect(code, text).toBe(1)
    expect(text).toContain('the component can not be started; no check was run')
    expect(text).toMatch(why)
    expect(text).toMatch(remedy)
  })
})

interface Result {
  verdict: string
  failure?: { observed: string }
  notes: string[]
  output: { text: string }[]
  outputLines: number
}

async function check(): Promise<{ code: number | null; result: Result }> {
  const { code, out, err } = await lab.lab('check', 'exit-status/code', '--json')
  expect(err).toBe('')
  const { results } = JSON.parse(out) as { results: Result[] }
  const [result] = results
  if (result === undefined) throw new Error(`no result: ${out}`)
  return { code, result }
}

const asRoot = process.getuid?.() === 0 ? describe : describe.skip
const bounded = findBounds().kind !== 'rlimit'

asRoot('a component that runs', () => {
  afterEach(() => expect(left()).toEqual([]))

  const endless = 'while True: time.sleep(9)'
  it.each([
    ['exits 0 at once', 'sys.exit(0)', /^exited 0 after .*never started/],
    ['exits 1 at once', 'sys.exit(1)', /^exited 1 after .*never started/],
    ['dies by SIGSEGV', 'import ctypes; ctypes.string_at(0)', /^was ended by SIGSEGV/],
    ['kills its process group', 'os.kill(0, signal.SIGKILL)', /^was ended by SIGKILL/],
    ['signals its process group', `os.kill(0, signal.SIGUSR1)\n${endless}`, /^was ended by SIGUSR1/],
    [
      'kills all that it sees',
      'for pid in [-1, *range(2, 99)]:\n  try: os.kill(pid, 9)\n  except OSError: pass',
      /^exited 0/,
    ],
    ['stops itself', `os.kill(os.getpid(), signal.SIGSTOP)\n${endless}`, /^still runs/],
    [
      'ignores every signal',
      `for n in range(1, 32):\n  try: signal.signal(n, signal.SIG_IGN)\n  except OSError: pass\n${endless}`,
      /^still runs/,
    ],
    ['closes its output', `os.close(1); os.close(2)\n${endless}`, /^still runs/],
    ['executes something else at once', `os.execlp('sleep', 'renamed ${mark}', '999')`, /^still runs/],
    [
      'leaves a daemon',
      `if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    ${endless}\n  os._exit(0)\nsys.exit(0)`,
      /^exited 0/,
    ],
    ['opens every file descriptor', 'while True: os.open("/dev/null", 0)', /^exited 1/],
  ])('%s', async (_, body, observed) => {
    put(python(body))
    const { code, result } = await check()
    expect(result.failure?.observed).toMatch(observed)
    expect([code, result.verdict, result.notes]).toEqual([1, 'failed', []])
  })

  it.runIf(bounded)('uses all of its memory, and is told who ended it', async () => {
    put(python('a = []\nwhile True: a.append(bytearray(1 << 24))'))
    const { code, result } = await check()
    expect([code, result.verdict]).toEqual([1, 'failed'])
    expect(result.failure?.observed).toMatch(/^was ended by SIGKILL/)
    const bound = `the host's memory bound of ${AMOUNTS.memory / 2 ** 20} MiB was reached`
    expect(result.notes).toEqual([`${bound}; the kernel ended 1 process of it`])
    const shown = await lab.lab('check', 'exit-status/code')
    expect(shown.out.replace(/\s+/g, ' ')).toContain(`Note ${bound}`)
    expect(shown.out).not.toContain('sigprocmask')
  })

  it.runIf(bounded)('forks without end, and is told the bound', async () => {
    put(
      python(
        `for n in range(3000):\n  try:\n    if os.fork() == 0: signal.pause()\n  except OSError: pass\n${endless}`,
      ),
    )
    const { code, result } = await check()
    expect([code, result.verdict]).toEqual([1, 'failed'])
    // 3000 interpreters may need more memory than processes: one bound is met, or both are.
    expect(result.notes).not.toEqual([])
    for (const note of result.notes)
      expect(note).toMatch(
        /bound of 1024 processes was reached; the kernel refused to make more, \d+ times|memory bound of \d+ MiB was reached/,
      )
  })

  it('fills its disk', async () => {
    put(python(`with open('/tmp/fill', 'wb') as f:\n  while True: f.write(bytes(1 << 20))`))
    const { code, result } = await check()
    expect([code, result.verdict]).toEqual([1, 'failed'])
    expect(result.failure?.observed).toMatch(/^exited 1/)
    expect(result.output.map(({ text }) => text).join('\n')).toContain('No space left on device')
  })

  it('prints binary, escapes and what is not UTF-8: none of it reaches the terminal raw', async () => {
    put(
      python(
        `os.write(1, b'\\x1b]0;owned\\x07\\x1b[2J\\xff\\xfe' + bytes(range(256)) + '\\u202e\\u20ac'.encode() + b'\\n')`,
      ),
    )
    const { code, out } = await lab.lab('check', 'exit-status/code')
    expect(code).toBe(1)
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(out).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
    expect(out.replace(/\s+/g, '')).toContain('\\x1b]0;owned\\x07')
  })

  it.each([
    ['lines as fast as it can', "line = b'x' * 63 + b'\\n'\nwhile True: os.write(1, line * 1024)", 100_000],
    ['a line without end', 'while True: os.write(1, bytes(65536))', 1],
  ])('prints %s: what is kept of it is bounded', async (_, body, lines) => {
    put(python(body))
    const { code, result } = await check()
    expect([code, result.verdict]).toEqual([1, 'failed'])
    expect(result.failure?.observed).toMatch(/^still runs/)
    expect(result.outputLines).toBeGreaterThanOrEqual(lines)
    expect(JSON.stringify(result.output).length).toBeLessThan(5_000_000)
  })

  it('that is right passes after all of these', async () => {
    lab.put('labs/linux/init/solutions/python')
    expect(await check()).toMatchObject({ code: 0, result: { verdict: 'passed' } })
  })
})
