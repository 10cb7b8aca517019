import { execFileSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { build, Folder, LAB, PACKAGE, run } from './built.ts'

const require = createRequire(import.meta.url)
const COMMANDS =
  'start check next status read hint repro shell explain diff solution reset grade mentor target doctor export import completion'.split(
    ' ',
  )

beforeAll(build, 300_000)

describe('help', () => {
  test('lists the commands in the order in which they are met', async () => {
    for (const args of [[], ['help'], ['--help']]) {
      const { stdout, exitCode } = await run(args)
      expect(exitCode).toBe(0)
      const listed = [...stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name)
      expect(listed.filter((name) => COMMANDS.includes(name ?? ''))).toEqual(COMMANDS)
    }
  })

  test.each(COMMANDS)('%s has an example and --json, and is the same both ways', async (command) => {
    const [flag, word] = await Promise.all([run([command, '--help']), run(['help', command])])
    expect(flag).toMatchObject({ exitCode: 0, stderr: '' })
    expect(flag.stdout).toContain('EXAMPLES')
    expect(flag.stdout).toContain(`$ lab ${command}`)
    expect(flag.stdout).toContain('--json')
    expect(word.stdout).toBe(flag.stdout)
  })

  test('--version', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^lab \d+\.\d+\.\d+$/)
  })
})

describe('wrong usage: exit 2, on stderr, without a stack', () => {
  test.each([
    [['chek'], 'lab check   is the nearest one'],
    [['zzzzzz'], 'lab help'],
    [['help', 'chek'], 'There is no command'],
    [['help', 'nosuch'], 'lab help'],
    [['--all', 'check'], 'lab check --all'],
    [['status', '--bad'], 'lab status has no flag --bad'],
    [['check', '--sed', '1'], 'Did you mean --seed?'],
    [['check', '-all'], 'Did you mean --all?'],
    [['check', '--sed=1', '--al'], 'Did you mean --seed, --all?'],
    [['check', '--sed'], 'lab check --help'],
    [['check', '--seed'], '--seed needs a value.'],
    [['check', '--seed', 'a', '--seed', 'b'], '--seed is given twice.'],
    [['check', '--jobs', 'x'], '--jobs takes a whole number, not "x".'],
    [['check', '--jobs', '0'], 'It has to be at least 1.'],
    [['check', '--step', '1', '--all'], '--step and --all exclude each other.'],
    [['check', '--seed', 'a.b'], '"a.b" is not a seed.'],
    [['status', 'extra'], 'more than it takes: extra'],
    [['status', 'workspace'], 'Did you mean --workspace?'],
    [['explain'], 'lab explain needs CHECK'],
    [['explain'], 'for example: lab explain forward/term'],
    [['completion', 'bsh'], 'Did you mean bash?'],
    [['start', '--track', 'pyton'], 'Did you mean python?'],
    [['start', 'linux/int'], 'linux/init'],
    [['read', 'linux/int'], 'linux/init'],
    [['check', '--workspace', '/nonexistent'], 'lab start'],
  ])('%j', async (args, said) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(said)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(stderr).not.toContain('See more help')
  })

  test('with --json the error is data on stdout, and the exit code is the same', async () => {
    const { exitCode, stdout, stderr } = await run(['check', '--json', '--workspace', '/nonexistent'])
    expect(exitCode).toBe(2)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: 2, what: '/nonexistent is not a workspace.' } })
  })

  test('a course that is none: exit 3', async () => {
    using folder = new Folder()
    const { exitCode, stderr } = await run(['status', '--course', folder.path])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('is not a course')
  })
})

describe('status', () => {
  test('--json is data', async () => {
    const { stdout, exitCode } = await run(['status', '--json'])
    expect(exitCode).toBe(0)
    const data = JSON.parse(stdout) as { stages: { labs: unknown[] }[]; next: { command: string } }
    expect(data.stages.flatMap(({ labs }) => labs).length).toBeGreaterThan(0)
    expect(data.next.command).toMatch(/^lab \w+/)
  })

  test('in another locale the signs are ASCII, and nothing is coloured', async () => {
    const { stdout } = await run(['status'], { env: { LC_ALL: 'C' } })
    expect(stdout).toMatch(/^[\x20-\x7e\n]+$/)
  })

  test('a reader that leaves early is no error', () => {
    const script = `{ "${LAB}" status; echo "exit $?" >&2; } 2>&1 >&3 | cat`
    const output = execFileSync('bash', ['-c', `exec 3> >(true); sleep 0.2; ${script}`], { encoding: 'utf8' })
    expect(output).toBe('exit 0\n')
  })

  test('a disk that is full is told, exit 3', () => {
    const output = execFileSync('sh', ['-c', `{ "${LAB}" status; echo "exit $?" >&2; } 2>&1 >/dev/full | cat`], {
      encoding: 'utf8',
    })
    expect(output).toMatch(/^lab: the output can not be written: ENOSPC.*\nexit 3\n$/)
  })
})

describe('bin', () => {
  const { isEnough, complaint } = require('../../bin/node-version.js') as {
    isEnough: (version: string) => boolean
    complaint: (version: string) => string
  }

  test.each([
    ['v0.10.48', false],
    ['v18.20.0', false],
    ['v20.18.9', false],
    ['v20.19.0', true],
    ['v20.20.2', true],
    ['v22.0.0', true],
  ])('Node %s is enough: %s', (version, enough) => {
    expect(isEnough(version)).toBe(enough)
  })

  test('says what is there, what is needed and how to get it', () => {
    const text = complaint('v18.0.0')
    expect(text).toContain('Node 18.0.0 is too old')
    expect(text).toContain('20.19')
    expect(text).toContain('nvm install')
  })

  test('compiled code that V8 refuses costs nothing but time', () => {
    using folder = new Folder()
    const { load, cachePath } = require('../../bin/lab.js') as {
      load: (bundle: string) => { script: { cachedDataRejected?: boolean }; exports: { main: unknown } }
      cachePath: (bundle: string) => string
    }
    const bundle = join(folder.path, 'cli.cjs')
    copyFileSync(join(PACKAGE, 'dist/cli.cjs'), bundle)
    writeFileSync(cachePath(bundle), 'not what V8 wrote')
    const loaded = load(bundle)
    expect(loaded.script.cachedDataRejected).toBe(true)
    expect(loaded.exports.main).toBeTypeOf('function')
  })
})
