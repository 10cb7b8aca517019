/** A host that is held where a check fails, and a shell in it. */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Checkout, root, type Ended } from './checkout.ts'
import { until } from './until.ts'

let lab: Checkout
afterEach(() => lab.remove())

/** Starts its child and keeps every signal to itself. */
const KEEPS_SIGNALS = `import os, sys, signal
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, lambda *_: None)
child = os.spawnvp(os.P_NOWAIT, sys.argv[-3 if sys.argv[1] == '-g' else 2], sys.argv[2:])
while True:
    pid, status = os.wait()
    if pid == child: sys.exit(os.waitstatus_to_exitcode(status))
`

async function withDeafComponent(user: 'root' | 'ordinary'): Promise<void> {
  lab = new Checkout(user)
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
  writeFileSync(join(lab.workspace, 'init', 'main.py'), KEEPS_SIGNALS)
}

/** Runs `lab` with standard input from a text. */
function typed(input: string, ...args: string[]): Promise<Ended> {
  const going = lab.start(args, 'pipe')
  going.child.stdin?.end(input)
  return going.ended
}

const held = (): boolean => existsSync(join(lab.workspace, '.lab', 'held.json'))

const users = process.getuid?.() === 0 ? (['root', 'ordinary'] as const) : (['root'] as const)

describe.each(users)('as %s', (user) => {
  it('repro --pause holds the host, shell enters it, Ctrl-C lets it go', { timeout: 120_000 }, async () => {
    await withDeafComponent(user)
    expect((await lab.lab('repro', 'forward/term')).code).toBe(2)
    const failed = await lab.lab('check', 'forward/term')
    expect(failed.out).toContain('lab repro forward/term')
    const seed = /seed (\w+)/.exec(failed.out)?.[1] ?? 'none'

    const going = lab.start(['repro', 'forward/term', '--pause'])
    await until('the host is held', held, going.printed)
    await until('it says so', () => going.printed().includes('The host is held'), going.printed)
    expect(going.printed()).toContain(`seed ${seed}`)
    const shell = await typed('tr "\\0" " " < /proc/1/cmdline; echo; echo "$INIT"; pwd; hostname\n', 'shell')
    expect(shell.code, shell.err).toBe(0)
    expect(shell.out).toMatch(/^python3 \/component\/main\.py .*report-signals/)
    expect(shell.out.split('\n').slice(1, 4)).toEqual(['/lab/component', '/tmp', 'host1'])
    expect(shell.err).toContain(`init of forward/term, seed ${seed}`)

    going.child.kill('SIGINT')
    const ended = await going.ended
    expect([ended.code, held()], ended.out + ended.err).toEqual([1, false])
  })

  it('shell alone repeats the last failure, and runs the component by its name', { timeout: 120_000 }, async () => {
    await withDeafComponent(user)
    expect((await lab.lab('check', 'exit-status/code', 'forward/term')).code).toBe(1)
    const script = 'unshare -pf --kill-child --mount-proc "$INIT" -- sh -c "exit 5"; echo "it said $?"\n'
    const shell = await typed(script, 'shell')
    expect([shell.code, shell.out], shell.err).toEqual([0, 'it said 5\n'])
    expect(shell.err).toMatch(/Observed {6}it reported no signal/)
    expect(held()).toBe(false)
  })
})

describe('where nothing failed', () => {
  it('a shell outlives the component of a check that passed', { timeout: 120_000 }, async () => {
    await withDeafComponent('root')
    copyFileSync(join(root, 'labs/linux/init/solutions/python/main.py'), join(lab.workspace, 'init', 'main.py'))
    // Its component ends just when it passes.
    const shell = await typed('cat /proc/1/comm; hostname\n', 'shell', 'terminal/foreground')
    expect([shell.code, shell.out], shell.err).toEqual([0, 'cat\nhost1\n'])
    expect(shell.err).toContain('host1 of terminal/foreground')
  })

  it('repro has nothing to hold; shell holds what passes', { timeout: 120_000 }, async () => {
    await withDeafComponent('root')
    const passes = await lab.lab('repro', 'exit-status/code', '--pause')
    expect([passes.code, passes.out], passes.err).toEqual([0, expect.stringContaining('nothing to hold')])
    const script = 'unshare -pf --kill-child --mount-proc "$INIT" -- sh -c "exit 5"; echo "it said $?"\n'
    const shell = await typed(script, 'shell', 'exit-status/code')
    expect(shell.out).toBe('it said 5\n')
    expect([shell.code, shell.err]).toEqual([0, expect.stringContaining('It passed; its host is held')])
    const none = await lab.lab('repro', 'reap/orphan')
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('reap/orphan has not failed yet')])
    const unknown = await lab.lab('repro', 'reap/orphans')
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('reap/orphan')])
  })

  it(
    'shell takes the first check of the step where none is named, or the one that is',
    { timeout: 120_000 },
    async () => {
      await withDeafComponent('root')
      // As when the check of the starter was cut off.
      const journal = join(lab.workspace, '.lab', 'journal.jsonl')
      const lines = readFileSync(journal, 'utf8').split('\n')
      writeFileSync(journal, lines.filter((line) => !line.includes('"type":"checked"')).join('\n'))
      const first = await typed('hostname\n', 'shell')
      expect([first.code, first.out], first.err).toEqual([0, 'host1\n'])
      expect(first.err).toContain('of exit-status/code, seed ')
      expect(first.err).not.toContain('stopping')
      const named = await typed('hostname\n', 'shell', 'reap/orphan')
      expect([named.code, named.out], named.err).toEqual([0, 'host1\n'])
      expect(named.err).toContain('of reap/orphan, seed ')
      expect(held()).toBe(false)
    },
  )

  it('a host whose holder was killed: the announcement counts no more', { timeout: 120_000 }, async () => {
    await withDeafComponent('root')
    await lab.lab('check', 'forward/term')
    const going = lab.start(['repro', '--pause'])
    await until('the host is held', held, going.printed)
    going.child.kill('SIGKILL')
    await going.ended
    expect(held()).toBe(true)
    const shell = await typed('echo entered\n', 'shell')
    expect([shell.code, shell.out]).toEqual([0, 'entered\n'])
    expect(shell.err).toContain('Expected')
  })
})

describe('on a terminal', () => {
  it('the shell has job control and a terminal of the host', { timeout: 120_000 }, async () => {
    await withDeafComponent('root')
    await lab.lab('check', 'forward/term')
    const bin = join(lab.folder, 'lab', 'bin', 'lab.js')
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${bin}' shell --workspace '${lab.workspace}'`
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' },
    })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await until(
      'the prompt is there',
      () => printed.includes('init (forward/term) /tmp #'),
      () => printed,
    )
    child.stdin.write('tty; echo "flags $-"; sleep 1000\n')
    await until(
      'sleep runs',
      () => /flags \w*m/.test(printed),
      () => printed,
    )
    child.stdin.write('\x03')
    child.stdin.write('echo "status $?"; exit\n')
    await until(
      'Ctrl-C has ended sleep alone',
      () => printed.includes('status 130'),
      () => printed,
    )
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(printed).toMatch(/\/dev\/pts\/\d+/)
    expect(code).toBe(0)
  })
})

it('a shell has no data for --json', () => {
  lab = new Checkout('root')
  const bin = join(lab.folder, 'lab', 'bin', 'lab.js')
  const { status, stdout } = spawnSync(process.execPath, [bin, 'shell', '--json'], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([2, expect.stringContaining('no data')])
})
