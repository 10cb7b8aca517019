import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { resetComponent, restoreComponent, type ResetOptions } from '../../src/workspace/reset.ts'
import { openWorkspace } from '../../src/workspace/workspace.ts'
import { build, PACKAGE } from './built.ts'
import { killedEverywhere } from './killed.ts'
import { Made } from './made.ts'

beforeAll(build, 300_000)

const STARTER = readFileSync(join(PACKAGE, 'labs/linux/init/given/python/main.py'), 'utf8')
const canMount = process.platform === 'linux'

/** A workspace whose component the learner has worked on up to step 3. */
async function worked(): Promise<Made> {
  const made = await Made.open()
  made.write('init/main.py', 'mine\n')
  made.write('init/LESSON.md', 'my notes\n')
  await made.passed(1, 2)
  return made
}

const copies = (made: Made): string[] => {
  const saved = join(made.ws, '.lab/saved')
  return existsSync(saved) ? readdirSync(saved).sort() : []
}

/** Where the learner's program is. */
const places = (made: Made): string[] =>
  ['init', ...copies(made).map((name) => join('.lab/saved', name))].filter(
    (dir) => existsSync(join(made.ws, dir, 'main.py')) && made.read(join(dir, 'main.py')) === 'mine\n',
  )

async function optionsOf({ ws, course, lab, component }: Made): Promise<ResetOptions> {
  return { workspace: await openWorkspace(ws), course, lab, component, track: 'python' }
}

async function stepOf(made: Made): Promise<unknown> {
  const data = (await made.json('status')) as { stages: { labs: { id: string; step?: number; points?: object }[] }[] }
  const lab = data.stages.flatMap(({ labs }) => labs).find(({ id }) => id === 'linux/init')
  return [lab?.step, lab?.points]
}

describe('lab reset', () => {
  test('saves what is there as a whole, puts the starter there, and undo swaps them, with the progress of each', async () => {
    using made = await worked()
    const { exitCode, stdout } = await made.run(['reset', '--yes'])
    expect(exitCode).toBe(0)
    const [name = ''] = copies(made)
    expect(stdout).toContain(`.lab/saved/${name}`)
    expect(stdout).toContain('lab reset --undo')
    expect(name).toMatch(/^linux-init-\d{8}-\d{6}-\d{3}$/)
    expect(made.read('init/main.py')).toBe(STARTER)
    expect(made.read('init/LESSON.md')).not.toContain('my notes')
    expect(made.read(`.lab/saved/${name}/LESSON.md`)).toBe('my notes\n')
    // points stay, and the work begins at step 1
    expect(await stepOf(made)).toEqual([1, { earned: 4, of: 18 }])
    expect((await made.run(['next'])).stderr).toContain('exit-status/code was not run yet')

    const undo = await made.json('reset', '--undo')
    expect(undo).toMatchObject({ restored: name })
    expect(places(made)).toEqual(['init'])
    expect(made.read('init/LESSON.md')).toBe('my notes\n')
    expect(await stepOf(made)).toEqual([3, { earned: 4, of: 18 }])
    expect((await made.run(['reset', '--undo'])).exitCode).toBe(0)
    expect(made.read('init/main.py')).toBe(STARTER)
    expect(await stepOf(made)).toEqual([1, { earned: 4, of: 18 }])
    expect(made.types.slice(4)).toEqual(['component-reset', 'component-restored', 'component-restored'])
  })

  test('a finished lab stays finished, and is done again from step 1', async () => {
    using made = await worked()
    await made.passed(3, 4, 5, 6, 7)
    await made.run(['reset', '--yes'])
    expect((await made.run(['next'])).exitCode).toBe(1)
    expect((await made.run(['solution'])).exitCode).toBe(0)
    await made.passed(1, 2, 3, 4, 5, 6, 7)
    expect((await made.run(['next'])).stdout).toContain('finished')
  })

  test('without a terminal it needs --yes, and changes nothing before', async () => {
    using made = await worked()
    for (const args of [['reset'], ['reset', '--json']]) {
      const { exitCode, stdout, stderr } = await made.run(args)
      expect(exitCode).toBe(2)
      expect(stdout + stderr).toContain('lab reset --yes')
    }
    expect([places(made), copies(made)]).toEqual([['init'], []])
  })

  test.each([
    ['', 1, ['init']],
    ['n\n', 1, ['init']],
    ['y\n', 0, [expect.stringMatching(/saved/)]],
  ])('on a terminal it asks; %j', async (answer, code, where) => {
    using made = await worked()
    const command = `'${process.execPath}' '${join(PACKAGE, 'bin/lab.js')}' reset --workspace '${made.ws}'`
    const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
      input: answer,
      encoding: 'utf8',
      timeout: 30_000,
    })
    expect(stdout).toContain('[y/N]')
    expect([status, places(made)]).toEqual([code, where])
  })

  test('an untouched starter and a missing component need no question', async () => {
    using made = await Made.open()
    expect((await made.run(['reset'])).stdout).toContain('nothing was changed')
    rmSync(made.component, { recursive: true })
    expect((await made.run(['reset'])).exitCode).toBe(0)
    expect(made.read('init/main.py')).toBe(STARTER)
    expect([copies(made), made.types]).toEqual([[], ['component-reset']])
    const undo = await made.run(['reset', '--undo'])
    expect([undo.exitCode, undo.stderr]).toEqual([1, expect.stringContaining('no saved copy')])
  })

  test('tells the last commit, and a shell that stands in the component where it stands now', async () => {
    using made = await worked()
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', made.ws, '-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args])
    git('add', '--all')
    git('commit', '--quiet', '--no-verify', '-m', 'work')
    const { stdout } = await made.run(['reset', '--yes'], { cwd: made.component })
    expect(stdout).toMatch(/Git +has your last commit of it, [0-9a-f]{7,} of \d{4}/)
    expect(stdout).toContain('cd "$PWD"')
  })

  test('a component that is a symbolic link is left alone', async () => {
    using made = await worked()
    renameSync(made.component, join(made.aside, 'elsewhere'))
    symlinkSync(join(made.aside, 'elsewhere'), made.component)
    const { exitCode, stderr } = await made.run(['reset', '--yes'])
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('symbolic link')])
    expect(places(made)).toEqual(['init'])
  })
})

describe('killed at any moment', () => {
  test(
    'a reset leaves the files in one of the two places, and a second one completes',
    { timeout: 180_000 },
    async () => {
      const seen = new Set<string>()
      using model = await worked()
      const killed = await killedEverywhere(
        model,
        () => ['reset', '--yes'],
        async (made, call) => {
          const where = places(made)
          expect(where, `call ${String(call)}`).toHaveLength(1)
          seen.add(`${where[0] === 'init' ? 'in place' : 'saved'}, ${existsSync(made.component) ? 'there' : 'missing'}`)
          expect(await resetComponent(await optionsOf(made), () => Promise.resolve(true))).toBeDefined()
          expect(made.read('init/main.py')).toBe(STARTER)
          expect(places(made)).toEqual([expect.stringMatching(/^\.lab\/saved/)])
          expect(copies(made)).toHaveLength(1)
          expect(made.types.slice(4)).toEqual(['component-reset'])
          expect(readdirSync(join(made.ws, '.lab')).filter((name) => name.startsWith('reset-'))).toEqual([])
        },
      )
      expect(killed).toBeGreaterThan(5)
      expect([...seen].sort()).toEqual(['in place, there', 'saved, missing', 'saved, there'])
    },
  )

  test('so does an undo', { timeout: 180_000 }, async () => {
    const seen = new Set<boolean>()
    using model = await worked()
    expect((await model.node(['reset', '--yes'], {})).exitCode).toBe(0)
    await killedEverywhere(
      model,
      () => ['reset', '--undo'],
      async (made, call) => {
        expect(places(made), `call ${String(call)}`).toHaveLength(1)
        seen.add(existsSync(made.component))
        if (existsSync(made.component)) return
        await restoreComponent(await optionsOf(made))
        expect(places(made)).toEqual(['init'])
      },
    )
    expect([...seen].sort()).toEqual([false, true])
  })
})

describe.skipIf(!canMount)('on a disk that', () => {
  test('is read-only, it changes nothing and says so', async () => {
    using made = await worked()
    const { exitCode, stderr } = await made.alone(
      'mount --bind "$WS" "$WS"; mount -o remount,bind,ro "$WS"; "$LAB" reset --yes --workspace "$WS"',
    )
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('read-only')])
    expect([places(made), copies(made)]).toEqual([['init'], []])
  })

  test('is full, it changes nothing and says so', async () => {
    using made = await worked()
    const { exitCode, stderr, stdout } = await made.alone(`
      mount -t tmpfs -o size=1m none "$ASIDE"
      cp -a "$WS" "$ASIDE/ws"
      cat /dev/zero > "$ASIDE/ws/fill" 2> /dev/null || true
      code=0; "$LAB" reset --yes --workspace "$ASIDE/ws" || code=$?
      cat "$ASIDE/ws/init/main.py"; ls "$ASIDE/ws/.lab"
      exit "$code"`)
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('disk is full')])
    expect(stdout).toMatch(/^mine\n/)
    expect(stdout).not.toMatch(/saved|reset-/)
  })
})
