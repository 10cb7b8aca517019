/** What real shells complete on a line that begins with `lab`. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onPath } from '../../src/cli/on-path.ts'
import { loadCourse, loadLab } from '../../src/course/course.ts'
import { appendEvents } from '../../src/workspace/journal.ts'
import { addLab, createWorkspace } from '../../src/workspace/workspace.ts'
import { build, Folder, LAB, PACKAGE, run } from './built.ts'
import { Shell } from './shell.ts'

const folder = new Folder()
const workspace = join(folder.path, 'work')
const env = {
  HOME: folder.path,
  ZDOTDIR: folder.path,
  PATH: `${join(folder.path, 'bin')}:${process.env['PATH']}`,
  LC_ALL: 'C.UTF-8',
}
let checks: string[] = []

beforeAll(async () => {
  await build()
  mkdirSync(join(folder.path, 'bin'))
  symlinkSync(LAB, join(folder.path, 'bin', 'lab'))
  mkdirSync(join(folder.path, 'a place', 'within'), { recursive: true })
  const course = await loadCourse(PACKAGE)
  const lab = await loadLab(course, 'linux/init')
  checks = lab.steps.flatMap((step) => step.checks.map(({ id }) => id))
  const made = await createWorkspace(workspace, course)
  await addLab(made.workspace, course, lab, 'python')
  await appendEvents(made.workspace, [{ type: 'lab-started', lab: lab.id, track: 'python' }])
}, 300_000)
afterAll(() => folder[Symbol.dispose]())

/** What is offered for a line; the last word is the one being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await run(['__complete', '--', ...words], { cwd: workspace })
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/\t.*/, ''))
}

describe('what is offered', () => {
  test('commands are those of the help, each with what it does', async () => {
    const { stdout } = await run(['__complete', '--', 'ch'])
    const help = await run(['help'])
    for (const line of stdout.trim().split('\n')) {
      const [command, text] = line.split('\t')
      if (command !== 'help') expect(help.stdout).toMatch(new RegExp(`^ {2}${command} +${text?.slice(0, 20)}`, 'm'))
    }
    expect(stdout.split('\n')).toContain('check\tcheck your component')
  })

  test('flags are those of the command, without the hidden and those that are there', async () => {
    const flags = await offered('check', '--all', '--')
    expect(flags).toEqual(expect.arrayContaining(['--seed', '--step', '--json', '--workspace', '--help']))
    expect(flags).not.toContain('--all')
    expect(flags).not.toContain('--course')
    expect(await offered('status', '')).toContain('--json')
  })

  test.each<[string[], string[]]>([
    [['start', ''], ['linux/init']],
    [
      ['start', '--track', ''],
      ['go', 'python'],
    ],
    [
      ['start', '--track=p'],
      ['--track=go', '--track=python'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['check', '--step', ''],
      ['exit-status', 'forward'],
    ],
    [
      ['author', ''],
      ['new', 'run', 'mutant', 'export', 'verify', 'trace'],
    ],
    [['author', 'new', ''], ['linux/supervise']],
    [['author', 'run', ''], ['linux/init']],
    [
      ['author', 'run', 'linux/init', '--oracle', ''],
      ['tini', 'dumb-init-c'],
    ],
    [
      ['author', 'run', 'linux/init', '--solution', ''],
      ['go', 'rust'],
    ],
    [['author', 'run', 'linux/init', '--mutant', ''], ['sends-twice']],
    [['author', 'run', 'linux/init', ''], ['forward/term']],
    [['author', 'mutant', 'linux/init', ''], ['sends-twice']],
    [['author', 'export', 'linux/init', ''], [':folders']],
    [['check', '--workspace', ''], [':folders']],
    [['check', '--workspace=x'], [':folders']],
  ])('%j', async (words, some) => {
    expect(await offered(...words)).toEqual(expect.arrayContaining(some))
  })

  test('checks are those of the lab in hand, each once', async () => {
    expect(await offered('explain', '')).toEqual(checks)
    expect(await offered('check', 'forward/term', '')).toEqual(checks.filter((id) => id !== 'forward/term'))
    expect(await offered('check', '--seed', 'x', '--', '--')).toEqual(checks)
    const { stdout } = await run(['__complete', '--', 'hint', '--workspace', workspace, ''])
    expect(stdout).toContain('forward/term\tpasses SIGTERM on to its child\n')
  })

  test('nothing where something is wrong, exit 0; the workspace is as it was', async () => {
    const journal = join(workspace, '.lab', 'journal.jsonl')
    const before = [readFileSync(journal, 'utf8'), statSync(journal).mtimeMs]
    for (const words of [
      ['nosuch', ''],
      ['check', '--seed', ''],
      ['check', '--workspace', '/nonexistent', ''],
      ['start', '--course', '/nonexistent', ''],
    ]) {
      expect((await offered(...words)).filter((word) => !word.startsWith('--'))).toEqual([])
    }
    expect([readFileSync(journal, 'utf8'), statSync(journal).mtimeMs]).toEqual(before)
    expect(readdirSync(folder.path)).not.toContain('.cache')
  })

  test('a checkout that is not built is not built for a completion', () => {
    const bare = join(folder.path, 'bare')
    mkdirSync(join(bare, 'src'), { recursive: true })
    execFileSync('cp', ['-r', LAB, join(PACKAGE, 'bin'), bare])
    chmodSync(join(bare, 'lab'), 0o755)
    expect(execFileSync(join(bare, 'lab'), ['__complete', '--', 'che'], { encoding: 'utf8' })).toBe('')
    expect(existsSync(join(bare, 'dist'))).toBe(false)
    rmSync(bare, { recursive: true })
  })
})

/** The same lines for every shell that can be typed into. */
async function types(shell: Shell): Promise<void> {
  expect(await shell.words('lab che\t')).toEqual(['lab', 'check'])
  expect(await shell.words('lab check for\tt\t')).toEqual(['lab', 'check', 'forward/term'])
  expect(await shell.words('lab check --se\t')).toEqual(['lab', 'check', '--seed'])
  expect(await shell.words('lab start linux/in\t')).toEqual(['lab', 'start', 'linux/init'])
  expect(await shell.words('lab start --track py\t')).toEqual(['lab', 'start', '--track', 'python'])
  expect(await shell.words('lab start --track=py\t')).toEqual(['lab', 'start', '--track=python'])
  // A shell may leave out the last slash.
  const [, , ...spaced] = await shell.words('lab check --workspace ../a\\ pl\twi\t')
  expect(spaced.map((word) => word.replace(/\/$/, ''))).toEqual(['--workspace', '../a place/within'])
  const [, , joined] = await shell.words('lab check --workspace=../a\\ pl\twi\t')
  expect(joined?.replace(/\/$/, '')).toBe('--workspace=../a place/within')
  await shell.shows('lab check --s\t\t', ['--seed', '--step'])
}

describe.runIf(onPath('bash'))('bash, without bash-completion', () => {
  test('completes', async () => {
    await using shell = new Shell('bash --norc --noprofile -i', workspace, env)
    shell.run('eval "$(lab completion bash)"')
    await types(shell)
    expect(await shell.words('~/bin/lab che\t')).toEqual([join(folder.path, 'bin/lab'), 'check'])
  })
})

describe.runIf(onPath('zsh'))('zsh', () => {
  test('completes', async () => {
    await using shell = new Shell('zsh -f -i', workspace, env)
    shell.run('bindkey -e; eval "$(lab completion zsh)"')
    await types(shell)
    expect(await shell.words('~/bin/lab che\t')).toEqual([join(folder.path, 'bin/lab'), 'check'])
  })

  test('completes from a folder of functions too', async () => {
    mkdirSync(join(folder.path, 'functions'))
    execFileSync('sh', ['-c', 'lab completion zsh > functions/_lab'], { cwd: folder.path, env })
    await using shell = new Shell('zsh -f -i', workspace, env)
    shell.run('bindkey -e; fpath=(~/functions $fpath); autoload -Uz compinit; compinit')
    expect(await shell.words('lab check for\tt\t')).toEqual(['lab', 'check', 'forward/term'])
  })
})

describe.runIf(onPath('fish'))('fish', () => {
  /** What fish offers at the end of a line. */
  function completed(line: string): string[] {
    const script = join(folder.path, '.config/fish/completions')
    mkdirSync(script, { recursive: true })
    execFileSync('sh', ['-c', 'lab completion fish > "$1/lab.fish"', 'sh', script], { env })
    const said = execFileSync('fish', ['-c', 'complete -C $argv[1]', line], { cwd: workspace, env, encoding: 'utf8' })
    return said
      .split('\n')
      .filter(Boolean)
      .map((text) => text.replace(/\t.*/, ''))
  }

  test.each<[string, string[]]>([
    ['lab che', ['check']],
    ['lab check for', ['forward/term', 'forward/each']],
    ['lab check --s', ['--step', '--seed']],
    ['lab start linux/in', ['linux/init']],
    ['lab start --track py', ['python']],
    ['lab start --track=py', ['--track=python']],
    ['lab check --workspace ../a\\ pl', ['../a place/']],
    ["lab check --workspace '../a pl", ['../a place/']],
    ['lab check --workspace=../a\\ pl', ['--workspace=../a place/']],
    ['~/bin/lab che', ['check']],
  ])('%s', (line, words) => {
    expect(completed(line)).toEqual(words)
  })
})

describe('lab completion', () => {
  test.each(['bash', 'zsh', 'fish'])('without a shell: the line for each, that of $SHELL first (%s)', async (name) => {
    const { stdout, exitCode } = await run(['completion'], { env: { ...env, SHELL: `/usr/bin/${name}` } })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`^  ${name} \\(yours\\) +\\S.*lab completion ${name}`, 'm'))
    expect(stdout.match(/lab completion (bash|zsh|fish)/g)).toHaveLength(3)
  })

  test('--json', async () => {
    const { stdout } = await run(['completion', '--json'], { env: { SHELL: '/bin/tcsh' } })
    expect(JSON.parse(stdout)).toMatchObject({
      shell: null,
      install: { zsh: expect.stringContaining('zsh') as string },
    })
  })
})
