/** The TypeScript track: a learner who has a node of a version manager, in their home, and nothing besides lab. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Checkout } from './checkout.ts'

let lab: Checkout
const main = (): string => join(lab.workspace, 'frames', 'main.ts')

beforeAll(async () => {
  lab = new Checkout(process.getuid?.() === 0 ? 'ordinary' : 'root')
  lab.addEsbuild()
  const bin = join(lab.folder, 'home', '.versions', 'my node', 'bin')
  mkdirSync(bin, { recursive: true })
  lab.node = join(bin, 'node')
  copyFileSync(process.execPath, lab.node)
  const started = await lab.lab('start', 'linux/frames', '--track', 'typescript')
  expect(started.out).toContain('message/request failed')
  expect(started.out).toContain('frames: to be built: call')
  expect({ code: started.code, err: started.err }).toEqual({ code: 0, err: '' })
}, 60_000)
afterAll(() => lab.remove())

it('names the line of the source where an error ends the program, on the node that lab runs on', async () => {
  const crash = ['interface Planted {', '  text: string', '}', 'const planted: Planted = { text: process.execPath }']
  const lines = readFileSync(main(), 'utf8').replace('main(parse())', '').split('\n').concat(crash)
  writeFileSync(main(), [...lines, 'throw new Error(planted.text)', ''].join('\n'))
  const { code, out } = await lab.lab('check', 'message/request')
  expect(out).toContain('Error: /drydock/bin/node')
  expect(out).toContain(`/component/main.ts:${String(lines.length + 1)}:7`)
  expect(code).toBe(1)
})

it('says where the build found what is wrong', async () => {
  writeFileSync(main(), "import { x } from './nosuch.ts'\nimport pad from 'left-pad'\nconsole.log(x, pad)\n")
  const { code, out } = await lab.lab('check')
  expect(out).toContain('the build failed; no check was run')
  expect(out).toMatch(/Could not resolve "\.\/nosuch\.ts"\s+main\.ts:1:18:/)
  expect(out).toMatch(/To mend\s+A component comes without npm packages/)
  expect(code).toBe(1)
})

it('passes the first step with the solution, whose types nobody checks', async () => {
  lab.put('labs/linux/frames/solutions/typescript', 'frames')
  writeFileSync(main(), `${readFileSync(main(), 'utf8')}const wrong: number = 'not a number'\n`)
  const { code, out } = await lab.lab('check')
  expect(out).toMatch(/3 passed/)
  expect(code).toBe(0)
})
