import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { onPath } from '../../src/cli/on-path.ts'
import { build, Folder, LAB, PACKAGE, run } from './built.ts'

const SOLUTION = join(PACKAGE, 'labs/linux/init/solutions/python')
const canRun = process.platform === 'linux' && onPath('unshare') !== undefined && onPath('python3') !== undefined

beforeAll(build, 300_000)

interface RunData {
  exitCode: number
  interrupted?: string
  results: { check: string; verdict: string; step: number }[]
}

// A real engine on this machine, the course's first lab, and a workspace that is gone afterwards.
describe.skipIf(!canRun)('from the first red check to the next step', () => {
  test('start, check, next, status', { timeout: 180_000 }, async () => {
    using folder = new Folder()
    const ws = join(folder.path, 'ws')
    const lab = (...args: string[]) => run([...args, '--workspace', ws])

    const start = await lab('start', 'linux/init', '--track', 'python')
    expect(start).toMatchObject({ exitCode: 0 })
    expect(start.stdout).toContain('Your starter, checked once')
    expect(start.stdout).toMatch(/✗ exit-status\/code/)
    expect(start.stdout).toMatch(/Observed +\S/)
    expect(existsSync(join(ws, '.lab/runs/1/exit-status-code/result.json'))).toBe(true)

    const again = await lab('start')
    expect(again.exitCode).toBe(0)
    expect(again.stdout).not.toContain('Your starter')
    expect(again.stdout).toContain('step 1 of')

    const early = await lab('next')
    expect(early).toMatchObject({ exitCode: 1, stdout: '' })
    expect(early.stderr).toContain('exit-status/code: failed')

    const red = await lab('check', '--json')
    expect(red.exitCode).toBe(1)
    expect((JSON.parse(red.stdout) as RunData).results.map(({ verdict }) => verdict)).toContain('failed')

    for (const name of readdirSync(SOLUTION)) copyFileSync(join(SOLUTION, name), join(ws, 'init', name))
    const green = await lab('check')
    expect(green.exitCode).toBe(0)
    expect(green.stdout).toContain('lab next')

    const next = await lab('next')
    expect(next.exitCode).toBe(0)
    expect(next.stdout).toContain('step 2 of')

    const both = JSON.parse((await lab('check', '--json')).stdout) as RunData
    expect(both.results.map(({ step }) => step)).toEqual([2, 2, 1, 1])

    const status = await lab('status')
    expect(status.stdout).toMatch(/▸ +2 +init .* of \d+ points/)
    const journal = readFileSync(join(ws, '.lab/journal.jsonl'), 'utf8')
    const types = journal
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toEqual(['workspace-created', 'lab-started', 'checked', 'checked', 'checked', 'advanced', 'checked'])
  })

  test('without a terminal a signal is answered at once', { timeout: 120_000 }, async () => {
    using folder = new Folder()
    const ws = join(folder.path, 'ws')
    await run(['start', 'linux/init', '--track', 'python', '--workspace', ws])
    for (const name of readdirSync(SOLUTION)) copyFileSync(join(SOLUTION, name), join(ws, 'init', name))
    const check = execa(LAB, ['check', '--all', '--jobs', '1', '--workspace', ws], { reject: false })
    const results = join(ws, '.lab/runs/2')
    while (!existsSync(results) || readdirSync(results).length === 0) await sleep(10)
    check.kill('SIGINT')
    const { exitCode, stdout } = await check
    expect(exitCode).toBe(130)
    // The verdicts come when everything is torn down.
    expect(stdout).toMatch(/\n {2}stopping \S+\n[^]*passed[^]*interrupted \(SIGINT\)/)
    expect(stdout.match(/stopping/g)).toHaveLength(1)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s in mid-check tells what there is and exits %d', { timeout: 120_000 }, async (signal, code) => {
    using folder = new Folder()
    const ws = join(folder.path, 'ws')
    await run(['start', 'linux/init', '--track', 'python', '--workspace', ws])
    for (const name of readdirSync(SOLUTION)) copyFileSync(join(SOLUTION, name), join(ws, 'init', name))
    const check = execa(LAB, ['check', '--all', '--jobs', '1', '--json', '--workspace', ws], { reject: false })
    const results = join(ws, '.lab/runs/2')
    while (!existsSync(results) || readdirSync(results).length === 0) await sleep(10)
    check.kill(signal)
    const { exitCode, stdout } = await check
    expect(exitCode).toBe(code)
    const data = JSON.parse(stdout) as RunData
    expect(data).toMatchObject({ interrupted: signal, exitCode: code })
    expect(data.results.length).toBeGreaterThan(0)
    expect(data.results.length).toBeLessThan(16)
  })
})
