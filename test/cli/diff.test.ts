import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { build, LAB } from './built.ts'
import { Made } from './made.ts'

beforeAll(build, 300_000)

describe('lab diff', () => {
  test('says nothing on stdout when there is no difference; lesson and build outputs are none', async () => {
    using made = await Made.open()
    made.write('init/LESSON.md', 'my notes')
    mkdirSync(join(made.component, '__pycache__'))
    made.write('init/__pycache__/x.pyc', 'x')
    const { exitCode, stdout, stderr } = await made.run(['diff'])
    expect([exitCode, stdout]).toEqual([0, ''])
    expect(stderr).toContain('is the same as the starter')
    expect(await made.json('diff')).toMatchObject({ against: 'starter', differs: false, diff: '' })
  })

  test('is a patch that makes mine from the starter, whatever git is configured to', async () => {
    using made = await Made.open()
    const starter = join(made.aside, 'init')
    cpSync(made.component, starter, { recursive: true })
    made.write('init/main.py', `${made.read('init/main.py')}# mine, ünd\n`)
    made.write('init/neu ü.py', 'x = 1\n')
    const config = join(made.aside, 'gitconfig')
    writeFileSync(
      config,
      '[color]\n ui = always\n[diff]\n external = false\n mnemonicPrefix = true\n[core]\n pager = false\n',
    )
    const { exitCode, stdout } = await made.run(['diff'], {
      env: { GIT_CONFIG_GLOBAL: config, GIT_EXTERNAL_DIFF: 'false', GIT_DIR: '/nonexistent' },
    })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('--- starter/main.py\n+++ mine/main.py\n')
    execFileSync('git', ['apply', '-p1', '-'], { cwd: starter, input: `${stdout}\n` })
    for (const name of ['main.py', 'neu ü.py'])
      expect(readFileSync(join(starter, name), 'utf8')).toBe(made.read(`init/${name}`))
  })

  test('on a terminal it is coloured, and what could harm it is escaped', async () => {
    using made = await Made.open()
    made.write('init/main.py', `${made.read('init/main.py')}# \u001b]0;title\u0007\n`)
    const { stdout, status } = spawnSync('script', ['-qec', `'${LAB}' diff --workspace '${made.ws}'`, '/dev/null'], {
      input: '',
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], TERM: 'xterm', LANG: 'C.UTF-8', PAGER: 'cat' },
    })
    expect(status).toBe(0)
    expect(stdout).toContain('\u001b[32m+# \\x1b]0;title\\x07\u001b[39m')
    expect(stdout).not.toContain('\u001b]')
  })

  test('with the solution, once that is open', async () => {
    using made = await Made.open()
    await made.happened({ type: 'gave-up', lab: 'linux/init' })
    const { stdout } = await made.run(['diff', '--solution'])
    expect(stdout).toContain('--- solution/main.py\n+++ mine/main.py\n')
  })

  test('without git it names the command that installs it; without a component the one that brings it back', async () => {
    using made = await Made.open()
    const bin = join(made.aside, 'bin')
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    for (const name of ['sh', 'find', 'readlink', 'sed', 'dirname', 'uname'])
      symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name))
    const without = await made.run(['diff'], { env: { PATH: bin } })
    expect([without.exitCode, without.stderr]).toEqual([3, expect.stringMatching(/needs git[^]*install/)])

    renameSync(made.component, join(made.aside, 'gone'))
    const missing = await made.run(['diff'])
    expect([missing.exitCode, missing.stderr]).toEqual([3, expect.stringContaining('lab start')])
  })

  test('leaves nothing in the temporary folder', async () => {
    using made = await Made.open()
    await made.run(['diff'], { env: { TMPDIR: made.aside } })
    expect(readdirSync(made.aside)).toEqual([])
  })
})
