/** `lab check --watch`, with real saves on a real file system. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { childrenOf, readProc } from '../../checkers/kit/procfs.ts'
import { Checkout, engineBelow, type Going } from './checkout.ts'
import { until } from './until.ts'

const root = resolve(import.meta.dirname, '../..')
const SOLUTION = readFileSync(join(root, 'labs/linux/init/solutions/python/main.py'), 'utf8')
const SILENT = '# does nothing at all\n'

let lab: Checkout
let going: Going | undefined
afterEach(async () => {
  going?.child.kill('SIGKILL')
  await going?.ended
  going = undefined
  lab.remove()
})

const main = (): string => join(lab.workspace, 'init', 'main.py')

async function started(): Promise<void> {
  lab = new Checkout('root')
  expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
}

/** Starts watching, and waits for the first verdict. */
async function watching(...args: string[]): Promise<Going> {
  const made = lab.start(['check', '--watch', ...args])
  going = made
  await until('the starter was checked', () => made.printed().includes('watching '), made.printed)
  return made
}

/** What is printed after something was done, until `sign` is in it. */
async function after(going: Going, sign: RegExp, act: () => unknown): Promise<string> {
  const before = going.printed().length
  await act()
  await until(`${String(sign)} is printed`, () => sign.test(going.printed().slice(before)), going.printed)
  return going.printed().slice(before)
}

const checked = (): number =>
  readFileSync(join(lab.workspace, '.lab', 'journal.jsonl'), 'utf8').match(/"type":"checked"/g)?.length ?? 0

const DONE = /watching \S*init, \d.*after the save/

describe('check --watch', () => {
  it('checks on every kind of save, and follows lab next', { timeout: 240_000 }, async () => {
    await started()
    const watch = await watching()
    expect(watch.printed()).toContain('2 failed')

    expect(await after(watch, DONE, () => writeFileSync(main(), SOLUTION))).toContain('2 passed')
    const byRename = await after(watch, DONE, () => {
      writeFileSync(`${main()}.swp`, SILENT)
      renameSync(`${main()}.swp`, main())
    })
    expect(byRename).toContain('2 failed')

    const broken = await after(watch, DONE, () => writeFileSync(main(), 'def main(:\n'))
    expect(broken).toContain('the build failed')
    expect(broken).toMatch(/Before, at \d\d:\d\d:\d\d:\n\n {2}exit-status\/code failed/)

    // Another folder in its place, as git checkout makes it.
    const replaced = await after(watch, DONE, () => {
      const dir = join(lab.workspace, 'init')
      cpSync(dir, `${dir}.new`, { recursive: true })
      writeFileSync(join(`${dir}.new`, 'main.py'), SOLUTION)
      renameSync(dir, join(lab.folder, 'old'))
      renameSync(`${dir}.new`, dir)
    })
    expect(replaced).toContain('2 passed')
    const green = await after(watch, DONE, () => writeFileSync(main(), `${SOLUTION}\n`))
    expect(green).toContain('2 passed')
    expect(green).toContain('Step 1 is done.   lab next   goes on to step 2: Forward')

    const next = await after(watch, /forward\/each[^]*watching .*/, () => lab.lab('next'))
    expect(next).toContain('step 2 of 7')
    expect(next).not.toContain('after the save')
    expect(watch.printed()).not.toContain('times a second')

    watch.child.kill('SIGINT')
    expect((await watch.ended).code).toBe(130)
  })

  it('a save in mid-build starts again, and only the last source gets a verdict', { timeout: 120_000 }, async () => {
    await started()
    const component = join(lab.workspace, 'init', 'component.yaml')
    const watch = await watching()
    const entered = checked()
    writeFileSync(component, 'track: python\nbuild: sleep 86398\nrun: [python3, ./main.py]\n')
    const builds = (): boolean => everyCommand(watch.child.pid ?? 0).some((line) => line.includes('86398'))
    await until('the build runs', builds, watch.printed)
    const text = await after(watch, DONE, () => {
      writeFileSync(main(), SOLUTION)
      writeFileSync(component, 'track: python\nrun: [python3, ./main.py]\n')
    })
    expect(text).toContain('2 passed')
    expect(builds()).toBe(false)
    expect(checked()).toBe(entered + 1)
  })

  it(
    'goes on after the engine was killed, and after a component.yaml that can not be read',
    { timeout: 120_000 },
    async () => {
      await started()
      const watch = await watching()
      const lost = await after(watch, DONE, () => {
        writeFileSync(main(), 'import time\ntime.sleep(86397)\n')
        return until(
          'the check runs',
          () => everyCommand(watch.child.pid ?? 0).some((l) => l.includes('main.py')),
          watch.printed,
        ).then(() => process.kill(engineOf(watch), 'SIGKILL'))
      })
      expect(lost).toContain('the engine ended')
      expect(await after(watch, DONE, () => writeFileSync(main(), SOLUTION))).toContain('2 passed')
      const component = join(lab.workspace, 'init', 'component.yaml')
      const good = readFileSync(component, 'utf8')
      const bad = await after(watch, /tried again/, () => writeFileSync(component, 'run: [\n'))
      expect(bad).toMatch(/component\.yaml:\d+:\d+/)
      expect(await after(watch, DONE, () => writeFileSync(component, good))).toContain('2 passed')
    },
  )

  it('prints a line of data for each run with --json', { timeout: 120_000 }, async () => {
    await started()
    const watch = lab.start(['check', '--watch', '--json'])
    going = watch
    await until('the first run', () => watch.printed().includes('\n'), watch.printed)
    await after(watch, /\n/, () => writeFileSync(main(), SOLUTION))
    const runs = watch
      .printed()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { exitCode: number })
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 0])
  })
})

const asRoot = process.getuid?.() === 0 ? it : it.skip

asRoot('says so and looks by itself where the file system sends no events', { timeout: 120_000 }, async () => {
  await started()
  // What is written into the lower layer of an overlay shows above, and no event tells of it there.
  const [lower, upper, work] = ['lower', 'upper', 'work'].map((name) => join(lab.folder, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [upper, work]) mkdirSync(folder)
  cpSync(join(lab.workspace, 'init'), lower, { recursive: true })
  const mount = `mount -t tmpfs none '${upper}' && mkdir '${upper}/u' '${upper}/w' && mount -t overlay -o 'lowerdir=${lower},upperdir=${upper}/u,workdir=${upper}/w' none '${lab.workspace}/init'`
  const bin = join(lab.folder, 'lab', 'bin', 'lab.js')
  const command = `${mount} && exec '${process.execPath}' '${bin}' check --watch --workspace '${lab.workspace}'`
  const child = spawn('unshare', ['--mount', 'sh', '-c', command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1' },
    cwd: lab.folder,
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  try {
    await until(
      'the starter was checked',
      () => printed.includes('2 failed'),
      () => printed,
    )
    writeFileSync(join(lower, 'main.py'), SOLUTION)
    await until(
      'the save was seen',
      () => printed.includes('2 passed'),
      () => printed,
    )
    expect(printed).toContain('is looked at 4 times a second: its file system sends no events of changes')
  } finally {
    child.kill('SIGINT')
    await ended
  }
})

/** Command lines of all descendants of a process. */
function everyCommand(pid: number): string[] {
  return childrenOf(pid).flatMap((child) => [
    (readProc(child, 'cmdline') ?? '').replaceAll('\0', ' '),
    ...everyCommand(child),
  ])
}

function engineOf(watch: Going): number {
  const engine = engineBelow(watch.child.pid)
  if (engine === undefined) throw new Error('no engine runs')
  return engine
}
