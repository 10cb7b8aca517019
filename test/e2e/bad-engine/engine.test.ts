/** The engine is lost, old or wrong: one clear message, the right exit code, and what was found so far is told. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../../checkers/kit/procfs.ts'
import { Checkout, engineBelow } from '../checkout.ts'

let lab: Checkout
let engine = ''
let checkers = ''
const file = (name: string): string => join(lab.folder, 'lab', 'dist', name)
const CHECKERS = 'checkers/linux/init.cjs'
beforeAll(async () => {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
  lab.put('labs/linux/init/solutions/python')
  engine = readFileSync(file('engine.cjs'), 'utf8')
  checkers = readFileSync(file(CHECKERS), 'utf8')
})
afterEach(() => {
  writeFileSync(file('engine.cjs'), engine)
  writeFileSync(file(CHECKERS), checkers)
})
afterAll(() => lab.remove())

const noStack = / at .*\.(ts|cjs|js):\d+/

describe('an engine that is not what lab was built with', () => {
  const say = (line: string): string => `require('node:fs').writeSync(3, ${JSON.stringify(line)} + '\\n')\n`
  const sync = say('--drydock-engine-1--')
  it.each([
    ['does not run', 'not JavaScript', 3, /did not let the engine|SyntaxError|ReferenceError/],
    ['ends at once', sync, 3, /the engine ended before it was told to/],
    [
      'is of another version',
      sync + say('{"seq":1,"type":"hello","protocol":1}') + 'setInterval(() => {}, 1000)',
      3,
      /speaks version 1 of the protocol/,
    ],
    ['speaks garbage', sync + say('garbage') + 'setInterval(() => {}, 1000)', 4, /broke the protocol/],
  ])('%s', async (_, code, exit, told) => {
    writeFileSync(file('engine.cjs'), code)
    const { code: got, out, err } = await lab.lab('check')
    expect(out + err).toMatch(told)
    expect(out + err).toMatch(/To mend/)
    expect(got).toBe(exit)
    if (exit === 4) expect(out + err).not.toMatch(noStack)
  })
})

describe('a bug of ours', () => {
  it('in one check is an error, exit 4, and the others are told', async () => {
    const broken = checkers.replace(/"exit-status\/signal": async \((\w+)\) => \{/, '$& $1.nothing.more();')
    expect(broken).not.toBe(checkers)
    writeFileSync(file(CHECKERS), broken)
    const { code, out } = await lab.lab('check')
    expect(code).toBe(4)
    expect(out).toContain('could not be graded: a bug of lab, not yours')
    expect(out).toMatch(/What\s+Cannot read properties of undefined/)
    expect(out).toMatch(/✓ exit-status\/code/)
    expect(out).toMatch(/1 passed, 1 not graded/)
    const data = JSON.parse((await lab.lab('check', '--json')).out) as {
      exitCode: number
      results: { verdict: string }[]
    }
    expect([data.exitCode, data.results.map(({ verdict }) => verdict)]).toEqual([4, ['passed', 'error']])
  })

  it('in all of them is told once, exit 4', async () => {
    writeFileSync(file(CHECKERS), 'throw new TypeError("planted")')
    const { code, out, err } = await lab.lab('check')
    expect(code).toBe(4)
    expect((out + err).match(/a bug of lab, not yours/g)).toHaveLength(1)
    expect(out + err).toContain('planted')
  })
})

describe('the engine itself', () => {
  it('is stopped: lab says so within seconds, exits 3, and leaves nothing', { timeout: 120_000 }, async () => {
    const seconds = `86398${String(Math.random()).slice(1)}`
    writeFileSync(join(lab.workspace, 'init', 'component.yaml'), `run: [sh, -c, 'exec sleep ${seconds}']\n`)
    const going = lab.start(['check', 'exit-status/code'])
    const deadline = Date.now() + 60_000
    const runs = (): boolean =>
      allPids().some((pid) => (readProc(pid, 'cmdline') ?? '').startsWith(`sleep\0${seconds}`))
    const engineOf = (): number => engineBelow(going.child.pid) ?? 0
    while (!runs()) {
      if (Date.now() > deadline) throw new Error(`the component did not start: ${going.printed()}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const pid = engineOf()
    expect(readProc(pid, 'cmdline')).toContain('engine.cjs')
    process.kill(pid, 'SIGSTOP')
    const { code, out, err } = await going.ended
    const text = (out + err).replace(/\s+/g, ' ')
    expect(text).toMatch(/the engine is silent: it was taken for lost, and ended/)
    expect(text).toMatch(new RegExp(`nothing came from it for \\d+ s; process ${pid} was stopped by a signal`))
    expect(code).toBe(3)
    expect(text).not.toMatch(noStack)
    expect(readProc(pid, 'cmdline') ?? '').not.toContain('engine.cjs')
    expect((await lab.lab('doctor', '--clean')).code).toBe(0)
  })
})
