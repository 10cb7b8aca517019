/** Planted flakiness of a known cause: a component, a check, a machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Checkout } from './checkout.ts'

const root = resolve(import.meta.dirname, '../..')

/** The check that all three cases are about. */
export const CHECK = 'forward/term'

/** The Python solution, except that one start in five exits at once, whatever the seed. */
export function plantComponent(lab: Checkout): void {
  lab.put('labs/linux/init/solutions/python')
  const folder = join(lab.workspace, 'init')
  const flaky = ['import random, runpy, sys', 'if random.random() < 0.2:', '    sys.exit(99)']
  writeFileSync(
    join(folder, 'flaky.py'),
    [...flaky, 'runpy.run_path("/component/main.py", run_name="__main__")', ''].join('\n'),
  )
  writeFileSync(join(folder, 'component.yaml'), 'track: python\nrun: [python3, ./flaky.py]\n')
}

/**
 * A course whose check starts `init -- true` twice and expects that `right` holds when both have exited: TypeScript over
 * `first` and `second`.
 */
export function plantCheck(lab: Checkout, right: string): string {
  const course = join(lab.folder, 'course')
  for (const part of ['labs', 'checkers']) cpSync(join(root, part), join(course, part), { recursive: true })
  // The checkers of another course are bundled when they are needed, by a library of the package.
  symlinkSync(join(root, 'node_modules'), join(lab.folder, 'lab', 'node_modules'))
  const folder = join(course, 'checkers', 'linux', 'init')
  renameSync(join(folder, 'index.ts'), join(folder, 'right.ts'))
  writeFileSync(
    join(folder, 'index.ts'),
    `import { appendFileSync } from 'node:fs'
import lab from './right.ts'
import { checks } from '../../kit/index.ts'
Object.assign(lab.checks, checks({
  '${CHECK}': async ({ host, component, eventually, expect }) => {
    const run = async (onStart) => {
      const init = await host.startInit(component, ['--', 'true'])
      onStart()
      await eventually('init exits', () => init.exit, (exit) => exit !== undefined, () => init.describe())
      return init
    }
    const first = await run(() => undefined)
    const second = await run(() => appendFileSync('${startsOf(lab)}', '.'))
    expect(${right}, 'init -- true is as fast as before', () => first.describe() + '; then ' + second.describe())
  },
}))
export default lab
`,
  )
  return course
}

/** A file that grows by one byte whenever the planted check has started its component for the second time. */
const startsOf = (lab: Checkout): string => join(lab.folder, 'starts')

/**
 * Keeps all processors busy for `ms` with real-time programs, so that hardly anything else runs, in about every third run
 * of the planted check, however fast runs are on this machine. Returns the function that ends it. For root.
 */
export function stallMachine(lab: Checkout, ms: number): () => Promise<void> {
  writeFileSync(startsOf(lab), '')
  const burst = `
    const { statSync } = require('node:fs')
    process.stdin.resume().on('end', () => process.exit()) // it must not outlive whoever started it
    let before = 0
    setInterval(() => {
      const { size } = statSync('${startsOf(lab)}')
      if (size !== before && size % 3 === 0) for (const end = Date.now() + ${ms}; Date.now() < end;);
      before = size
    }, 1)`
  const programs = Array.from({ length: 4 }, () =>
    spawn('chrt', ['--rr', '1', process.execPath, '-e', burst], { stdio: ['pipe', 'ignore', 'ignore'] }),
  )
  return async () => {
    await Promise.all(
      programs.map((program) => {
        const gone = once(program, 'exit')
        program.kill('SIGKILL')
        return gone
      }),
    )
  }
}
