import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Checkout } from './checkout.ts'

/** Later than any file that was just written. */
function touch(path: string): void {
  const later = new Date(Date.now() + 5_000)
  utimesSync(path, later, later)
}

describe('sets up when something is missing or out of date', () => {
  test('installs and builds first, and does nothing the second time', async () => {
    using checkout = new Checkout()
    const first = await checkout.run(['status', 'a b'])
    expect(first).toMatchObject({ exitCode: 0, stdout: 'cli status a b' })
    expect(first.stderr).toMatch(/^ {2}Setting up +dependencies \d+ s · build \d+ s$/)
    const second = await checkout.run(['status'])
    expect(second).toMatchObject({ exitCode: 0, stdout: 'cli status', stderr: '' })
    expect(checkout.calls).toEqual(['npm', 'build'])
    expect(checkout.leftovers).toEqual([])
  })

  test.each([
    ['a source is newer', (c: Checkout) => touch(c.path('src/a.ts')), ['build']],
    [
      'a checker is newer',
      (c: Checkout) => (writeFileSync(c.path('checkers/x.ts'), ''), touch(c.path('checkers/x.ts'))),
      ['build'],
    ],
    ['a source was deleted', (c: Checkout) => (rmSync(c.path('src/b.ts')), touch(c.path('src'))), ['build']],
    ['the lock file is newer', (c: Checkout) => touch(c.path('package-lock.json')), ['npm', 'build']],
    ['node_modules is gone', (c: Checkout) => rmSync(c.path('node_modules'), { recursive: true }), ['npm']],
    ['dist is gone', (c: Checkout) => rmSync(c.path('dist'), { recursive: true }), ['build']],
  ])('%s', async (_, change, calls) => {
    using checkout = new Checkout()
    await checkout.run([])
    change(checkout)
    expect(await checkout.run(['x'])).toMatchObject({ exitCode: 0, stdout: 'cli x' })
    expect(checkout.calls.slice(2)).toEqual(calls)
  })

  test('works through symbolic links, from any folder', async () => {
    using checkout = new Checkout()
    const elsewhere = join(checkout.dir, '..', 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(checkout.path('lab'), join(elsewhere, 'absolute'))
    symlinkSync('absolute', join(elsewhere, 'relative'))
    expect(await checkout.run(['x'], { launcher: join(elsewhere, 'relative') })).toMatchObject({ stdout: 'cli x' })
    expect(await checkout.run(['x'], { launcher: 'relative', cwd: elsewhere })).toMatchObject({
      stdout: 'cli x',
      stderr: '',
    })
  })
})

describe('what goes wrong', () => {
  test('no Node: says how to get it, exit 3', async () => {
    using checkout = new Checkout({ node: false })
    const run = await checkout.run(['status'])
    expect(run.exitCode).toBe(3)
    expect(run.stderr).toContain('Node is not installed')
    expect(run.stderr).toContain('brew install node')
  })

  test('npm fails: the end of its output and what to do, exit 3; the next call works', async () => {
    using checkout = new Checkout()
    writeFileSync(checkout.path('offline'), '')
    const run = await checkout.run(['status'])
    expect(run).toMatchObject({ exitCode: 3, stdout: '' })
    expect(run.stderr).toContain('npm error network ENOTFOUND')
    expect(run.stderr).toContain('To mend')
    rmSync(checkout.path('offline'))
    expect(await checkout.run(['status'])).toMatchObject({ exitCode: 0, stdout: 'cli status' })
    expect(checkout.leftovers).toEqual([])
  })

  test('the build fails: exit 4; the next call works', async () => {
    using checkout = new Checkout()
    writeFileSync(checkout.path('src/broken.ts'), '')
    const run = await checkout.run(['status'])
    expect(run.exitCode).toBe(4)
    expect(run.stderr).toContain('src/broken.ts:1: syntax error')
    rmSync(checkout.path('src/broken.ts'))
    expect(await checkout.run(['status'])).toMatchObject({ exitCode: 0, stdout: 'cli status' })
  })

  test.each([true, false])('ended by SIGTERM in the middle (flock: %s): the next call works', async (flock) => {
    using checkout = new Checkout({ flock })
    const run = checkout.run(['status'], { env: { SLOW: '20000' } })
    while (!checkout.calls.includes('build')) await sleep(20)
    run.kill('SIGTERM')
    expect((await run).exitCode).toBe(143)
    expect(checkout.leftovers).toEqual([])
    expect(await checkout.run(['status'])).toMatchObject({ exitCode: 0, stdout: 'cli status' })
  })
})

describe('two at once', () => {
  test.each([true, false])('set up once (flock: %s)', async (flock) => {
    using checkout = new Checkout({ flock })
    const runs = await Promise.all(['a', 'b', 'c'].map((name) => checkout.run([name], { env: { SLOW: '300' } })))
    expect(runs.map((run) => run.stdout).sort()).toEqual(['cli a', 'cli b', 'cli c'])
    expect(checkout.calls).toEqual(['npm', 'build'])
    expect(checkout.leftovers).toEqual([])
  })

  test('a lock whose holder is dead is taken over', async () => {
    using checkout = new Checkout({ flock: false })
    await checkout.run([])
    rmSync(checkout.path('dist'), { recursive: true })
    symlinkSync('999999999', checkout.path('dist.lock')) // above any pid that Linux gives
    const runs = await Promise.all(['a', 'b'].map((name) => checkout.run([name])))
    expect(runs.map((run) => run.exitCode)).toEqual([0, 0])
    expect(checkout.calls).toEqual(['npm', 'build', 'build'])
    expect(checkout.leftovers).toEqual([])
  })
})
