/** Machines that lack something: what is missing, and what mends it; or lab goes on without it. */
import { chownSync, cpSync, symlinkSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Checkout } from '../checkout.ts'

const asRoot = process.getuid?.() === 0 ? describe : describe.skip
const USER = 61001

let lab: Checkout
beforeAll(async () => {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
  lab.put('labs/linux/init/solutions/python')
})
afterAll(() => lab.remove())

/** Runs a shell script in which "$@" is a lab command. */
function inShell(script: string, args: string[], environment: Record<string, string> = {}) {
  const { XDG_CACHE_HOME: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', ...command(args)], {
    encoding: 'utf8',
    cwd: lab.folder,
    env: { ...env, HOME: join(lab.folder, 'home'), NO_COLOR: '1', LANG: 'C.UTF-8', ...environment },
  })
  return { code: status, text: (stdout + stderr).replace(/\s+/g, ' ') }
}

const command = (args: string[], workspace = lab.workspace): string[] => [
  process.execPath,
  join(lab.folder, 'lab', 'bin', 'lab.js'),
  ...args,
  '--workspace',
  workspace,
]

/** A file that can't be executed in place of a program, in a mount namespace of this command alone. */
const without = (program: string): string =>
  `exec unshare --mount sh -c 'for f in /usr/bin/${program} /usr/sbin/${program}; do
     if [ -e $f ]; then mount --bind /dev/null $f; fi; done; exec "$@"' sh "$@"`

asRoot('a machine without', () => {
  it.each([
    ['unshare', /unshare is not on PATH; hosts are made with it/, /apt-get install -y util-linux/],
    ['nsenter', /nsenter is not on PATH; hosts are made with it/, /apt-get install -y util-linux/],
    ['mkfifo', /mkfifo is not on PATH; hosts are made with it/, /apt-get install -y coreutils/],
  ])('%s', (program, what, remedy) => {
    const { code, text } = inShell(without(program), ['check', 'exit-status/code'])
    expect(text).toMatch(what)
    expect(text).toMatch(remedy)
    expect(code).toBe(3)
  })

  it.each([
    ['script', 'terminal/foreground', /script is not on PATH, and terminals are made with it/, /bsdutils/],
    ['chrt', 'terminal/interrupt', /could not be given the lowest priority/, /util-linux/],
  ])('%s can not grade what needs it, and says so', (program, check, what, remedy) => {
    const { code, text } = inShell(without(program), ['check', check, '--json'])
    const { results } = JSON.parse(text) as { results: { verdict: string; fault: { what: string; remedy: string } }[] }
    expect([code, results[0]?.verdict]).toEqual([3, 'error'])
    expect(results[0]?.fault.what).toMatch(what)
    expect(results[0]?.fault.remedy).toMatch(remedy)
  })

  it('ip grades linux/init all the same: it needs no network', () => {
    const { code, text } = inShell(without('ip'), ['check', 'exit-status/code'])
    expect([code, text]).toEqual([0, expect.stringContaining('1 passed')])
  })

  it('CAP_SYS_ADMIN uses a user namespace', () => {
    const { code, text } = inShell('exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$@"', [
      'check',
      'exit-status/code',
    ])
    expect(text).toContain('1 passed')
    expect(code).toBe(0)
  })

  it('cgroups goes on without, and doctor names it', () => {
    const hidden = `exec unshare --mount sh -c 'mount -t tmpfs none /sys/fs/cgroup; exec "$@"' sh "$@"`
    const { code, text } = inShell(hidden, ['check', 'exit-status/code'])
    expect([code, text]).toEqual([0, expect.stringContaining('1 passed')])
    expect(inShell(hidden, ['doctor']).text).toMatch(/bounds rlimit \(no usable cgroup/)
  })
})

asRoot('an ordinary user who may make no user namespace', () => {
  /** Root of a user namespace forbids further ones, becomes the user and runs lab. */
  async function run(path: string): Promise<{ code: number | null; text: string }> {
    const home = join(lab.folder, 'ordinary')
    const own = readlinkSync('/proc/self/ns/user')
    const holder = spawn('unshare', ['--user', 'sleep', '999'], { stdio: 'ignore' })
    try {
      const deadline = Date.now() + 30_000
      while (readlinkSync(`/proc/${String(holder.pid)}/ns/user`) === own) {
        if (Date.now() > deadline) throw new Error('unshare did not make its user namespace')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${String(holder.pid)}/${map}`, '0 0 65536\n')
      const script = `exec nsenter --user --target ${String(holder.pid)} --setuid 0 --setgid 0 -- sh -c '
        echo 0 >/proc/sys/user/max_user_namespaces && PATH=${path} && export PATH &&
        exec setpriv --reuid=${USER} --regid=${USER} --clear-groups "$@"' sh "$@"`
      const { status, stdout, stderr } = spawnSync(
        'sh',
        ['-c', script, 'sh', ...command(['check', 'exit-status/code', '--target', 'local'], join(home, 'work'))],
        {
          encoding: 'utf8',
          cwd: home,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1', LANG: 'C.UTF-8' },
        },
      )
      return { code: status, text: (stdout + stderr).replace(/\s+/g, ' ') }
    } finally {
      holder.kill('SIGKILL')
    }
  }

  /** All programs but sudo, and in its place what is given. */
  function programs(name: string, sudo?: string): string {
    const folder = join(lab.folder, name)
    mkdirSync(folder)
    for (const program of readdirSync('/usr/bin')) {
      if (program !== 'sudo') symlinkSync(join('/usr/bin', program), join(folder, program))
    }
    if (sudo !== undefined) writeFileSync(join(folder, 'sudo'), sudo, { mode: 0o755 })
    return folder
  }

  beforeAll(() => {
    const home = join(lab.folder, 'ordinary')
    cpSync(lab.workspace, join(home, 'work'), { recursive: true })
    const own = (path: string): void => {
      chownSync(path, USER, USER)
    }
    for (const path of ['', ...(readdirSync(home, { recursive: true }) as string[])]) own(join(home, path))
  })

  it('and has no sudo: names the switch, and what mends it', async () => {
    const { code, text } = await run(programs('no-sudo'))
    expect(text).toContain('hosts can not be made without root here')
    expect(text).toContain('no user namespace may be made (user.max_user_namespaces = 0)')
    expect(text).toContain('To mend as root: sysctl -w user.max_user_namespaces=10000')
    expect(code).toBe(3)
  })

  it.each([
    ['wants a password', 'sudo: a terminal is required to read the password', /on a terminal, where sudo can ask/],
    ['refuses', 'user is not in the sudoers file.', /let an administrator allow it in sudoers/],
  ])('and whose sudo %s: says what sudo said, and both ways out', async (name, said, remedy) => {
    const { code, text } = await run(
      programs(`sudo-${name.split(' ')[0] ?? ''}`, `#!/bin/sh\necho '${said}' >&2\nexit 1\n`),
    )
    expect(text).toContain('the engine could not be started through sudo')
    expect(text).toContain(said)
    expect(text).toMatch(remedy)
    expect(text).toContain('sudo sysctl -w user.max_user_namespaces=10000')
    expect(code).toBe(3)
  })
})
