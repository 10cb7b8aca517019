/** The built CLI, as a person runs it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'

export const PACKAGE = resolve(import.meta.dirname, '../..')
export const LAB = join(PACKAGE, 'lab')

const OURS = /^(?:LAB_WORKSPACE|NO_COLOR|FORCE_COLOR|NODE_ENV|LC_\w+|LANG|PAGER)$/

/** Runs a lab command in a folder that holds nothing of Drydock, without a terminal. */
export function run(
  args: string[],
  { cwd = tmpdir(), env = {}, program = LAB }: { cwd?: string; env?: Record<string, string>; program?: string } = {},
) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)))
  return execa(program, args, {
    cwd,
    env: { ...inherited, LC_ALL: 'C.UTF-8', ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  })
}

/** Builds what is stale, so that no test measures it. */
export async function build(): Promise<void> {
  await execa(LAB, ['--version'], { timeout: 300_000 })
}

export class Folder implements Disposable {
  readonly path: string

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'lab-test-'))
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
