/** Planted flakiness of a known cause: a component, a check, a machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Checkout } from './checkout.ts'

const root = resolve(import.meta.dirname, '../..')

/** The check that all three cases are about. */
export const CHECK = 'exit-status/code'

/** The Python solution, except that one start in five exits at once, whatever the seed. */
export function plantComponent(lab: Checkout): void {
  lab.put('labs/linux/init/solutions/python')
  const folder = join(lab.workspace, 'init')
  const flaky = ['import random, runpy, sys', 'if random.random() < 0.2:', '    sys.exit(99)']
  writeFileSync(join(folder, 'flaky.py'), [...flaky, 'runpy.run_path("/component/main.py", run_name="__main__")', ''].join('\n'))
  writeFileSync(join(folder, 'component.yaml'), 'track: python\nrun: [python3, ./flaky.py]\n')
}

/** A course whose check starts `init -- true` and expects that `right` (TypeScript, over `init`) holds when it has exited. */
export function plantCheck(lab: Checkout, right: string): string {
  const course = join(lab.folder, 'course')
  for (const part of ['labs', 'checkers']) cpSync(join(root, part), join(course, part), { recursive: true })
  // The checkers of another course are bundled when they are needed, by a library of the package.
  symlinkSync(join(root, 'node_modules'), join(lab.folder, 'lab', 'node_modules'))
  const planted = `import lab from './index.ts'
import { checks } from '../../kit/index.ts'
Object.assign(lab.checks, checks({
  '${CHECK}': async ({ host, component, eventually, expect }) => {
    const init = await host.startInit(component, ['--', 'true'])
    await eventually('init exits', () => init.exit, (exit) => exit !== undefined, () => init.describe(), { within: 10_000 })
    expect(${right}, 'init -- true exits in time', () => init.describe())
  },
}))
export { default } from './index.ts'
`
  const folder = join(course, 'checkers', 'linux', 'init')
  cpSync(join(folder, 'index.ts'), join(folder, 'right.ts'))
  writeFileSync(join(folder, 'index.ts'), planted.replaceAll('./index.ts', './right.ts'))
  return course
}

/**
 * Keeps all processors busy with real-time programs, in bursts, all in step; the scheduler lets nothing else run.
 * Returns the function that ends it. For root.
 */
export function stallMachine(options: { busy: number; every: number }): () => Promise<void> {
  const burst = `
    const until = Date.now() + 600_000
    const burst = () => {
      const at = Date.now() % ${options.every}
      const end = Date.now() - at + ${options.busy}
      while (Date.now() < end);
      if (Date.now() < until) setTimeout(burst, ${options.every} - (Date.now() % ${options.every}))
    }
    burst()`
  const programs = Array.from({ length: 4 }, () =>
    spawn('chrt', ['--rr', '1', process.execPath, '-e', burst], { stdio: 'ignore' }),
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
