/** Builds that do their worst: bounded in time, memory, room and words, and named for what they did. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../../checkers/kit/procfs.ts'
import { findBounds } from '../../../src/engine/bounds.ts'
import { Checkout } from '../checkout.ts'

let lab: Checkout
/** in the command line of every build here, and of nothing else on the machine */
const mark = `mark-${Math.random().toString(36).slice(2)}`

beforeAll(async () => {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
  // The same engine with a shorter limit, less memory and less room for builds.
  const dist = join(lab.folder, 'lab', 'dist')
  renameSync(join(dist, 'engine.cjs'), join(dist, 'real-engine.cjs'))
  writeFileSync(
    join(dist, 'engine.cjs'),
    `process.argv.push('--build-ms', '2500', '--build-memory', String(256 << 20), '--build-room', String(32 << 20)); require('./real-engine.cjs')\n`,
  )
})
afterAll(() => lab.remove())

/** Puts a component in place whose build is a Python program. */
function put(body: string, more = '', files: Record<string, string> = {}): void {
  const component = join(lab.workspace, 'init')
  rmSync(component, { recursive: true, force: true })
  mkdirSync(component)
  const build = `build: [python3, ./build.py, ${mark}-${String((count += 1))}]\nrun: [python3, ./main.py]\n${more}`
  const all = { 'component.yaml': build, 'build.py': `import os, sys, time\n${body}\n`, 'main.py': 'pass\n', ...files }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(component, name), text)
}
/** no build is answered from the cache */
let count = 0

const left = (): number[] => allPids().filter((pid) => (readProc(pid, 'cmdline') ?? '').includes(mark))

async function check(): Promise<{ code: number | null; text: string }> {
  const { code, out, err } = await lab.lab('check', 'exit-status/code')
  return { code, text: (out + err).replace(/\s+/g, ' ') }
}

const asRoot = process.getuid?.() === 0 ? describe : describe.skip

asRoot('a build', () => {
  afterEach(() => expect(left()).toEqual([]))

  it.each([
    ['that hangs', 'time.sleep(999)', /Ended did not end within [\d.]+ s, and was ended/],
    ['that fails by a signal', 'os.kill(os.getpid(), 11)', /Ended was ended by SIGSEGV/],
    [
      'that fills its folder',
      'f = open("fill", "wb")\nwhile True: f.write(bytes(1 << 20))',
      /its folder is full: 32 MiB is the limit/,
    ],
    [
      'that wants the network',
      'import socket; socket.create_connection(("192.0.2.1", 80))',
      /To mend A build has no network\. .*fetch:/,
    ],
    ['that writes outside', 'open("/usr/owned", "w")', /Read-only file system/],
    ['that reads secrets', 'open("/etc/shadow")', /No such file or directory: '\/etc\/shadow'/],
    [
      'that removes itself',
      'os.remove("main.py")',
      /can not be started; .* names \.\/main\.py, which is not there after the build/,
    ],
    ['that prints without end', 'while True: os.write(1, b"x" * 65536)', /did not end within/],
  ])('%s', async (_, body, told) => {
    put(body)
    const { code, text } = await check()
    expect(text).toMatch(told)
    expect(code).toBe(1)
    expect(text).not.toMatch(/ at .*\.(ts|cjs):\d+/)
    expect(text.length).toBeLessThan(10_000)
  })

  it.runIf(findBounds().kind !== 'rlimit')('that uses too much memory is told who ended it', async () => {
    put('a = bytearray(1 << 30)')
    const { code, text } = await check()
    expect(text).toContain(
      "was ended by SIGKILL; the build's memory bound of 256 MiB was reached; the kernel ended 1 process of it",
    )
    expect(code).toBe(1)
  })

  it('whose program is missing names it, and where it was looked for', async () => {
    put('', '')
    writeFileSync(join(lab.workspace, 'init', 'component.yaml'), 'build: [nosuch]\nrun: [python3, ./main.py]\n')
    const { code, text } = await check()
    expect(text).toMatch(/Ended names nosuch, which is in no folder of .*To mend install it, or correct build:/)
    expect(code).toBe(1)
  })

  it('that leaves a process in the background is not waited for', async () => {
    put('if os.fork() == 0:\n  os.setsid()\n  time.sleep(999)')
    const { code, text } = await check()
    expect(text).toMatch(/built in/)
    expect(code).toBe(1)
    expect(text).toContain('exit-status/code failed')
  })

  it('that leaves a fifo, a set-user-id file, a symlink, and a folder in a folder in … is settled', async () => {
    put(
      `os.mkfifo('fifo'); os.symlink('/etc/shadow', 'secret'); open('suid', 'w').close(); os.chmod('suid', 0o4755)
for n in range(1500):
  os.mkdir('deep'); os.chdir('deep')`,
      '',
      {
        'main.py': `import os, stat
print(sorted(os.listdir('/component')), oct(os.stat('/component/suid').st_mode), os.path.exists('/component/secret'))`,
      },
    )
    const { code, text } = await check()
    expect(code).toBe(1)
    expect(text).toMatch(/'build\.py', 'component\.yaml', 'deep', 'main\.py', 'secret', 'suid'\] 0o100755 False/)
  })

  it('that hangs is cut short by Ctrl-C', async () => {
    put('print("at work", flush=True)\ntime.sleep(999)')
    const going = lab.start(['check'])
    const deadline = Date.now() + 30_000
    while (left().length === 0) {
      if (Date.now() > deadline) throw new Error(`the build did not begin: ${going.printed()}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    going.child.kill('SIGINT')
    const { code, out } = await going.ended
    expect([code, out]).toEqual([130, expect.stringContaining('interrupted (SIGINT)')])
  })
})
