import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadCourse, loadLab } from '../../src/course/course.ts'
import { EXIT } from '../../src/problem.ts'
import { readJournal } from '../../src/workspace/journal.ts'
import { addLab, componentDir, createWorkspace, openWorkspace, setTarget } from '../../src/workspace/workspace.ts'
import { caught } from '../course/caught.ts'
import { sampleCourse, tempFolder, writeFiles, type TempFolder } from '../course/sample.ts'

let source: TempFolder
let folder: TempFolder
let dir: string
beforeEach(() => {
  source = sampleCourse()
  folder = tempFolder()
  dir = join(folder.path, 'work')
  // the person's own git settings must not matter here
  vi.stubEnv('HOME', folder.path)
  vi.stubEnv('XDG_CONFIG_HOME', join(folder.path, 'none'))
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1')
  for (const role of ['AUTHOR', 'COMMITTER'])
    for (const what of ['NAME', 'EMAIL']) vi.stubEnv(`GIT_${role}_${what}`, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  source[Symbol.dispose]()
  folder[Symbol.dispose]()
})

const yamlOf = (path = dir) => readFileSync(join(path, 'workspace.yaml'), 'utf8')
const git = (...args: string[]) => execFileSync('git', args, { cwd: dir, encoding: 'utf8' }).trim()

async function created() {
  const course = await loadCourse(source.path)
  const { workspace, notes } = await createWorkspace(dir, course)
  return { course, workspace, notes }
}

describe('createWorkspace', () => {
  test('makes the folder, its files, and a repository with one commit', async () => {
    const { workspace, notes } = await created()
    expect(notes).toEqual([])
    expect(workspace).toEqual({ dir, course: '0.1.0', target: 'auto', labs: {} })
    expect(await openWorkspace(dir)).toEqual(workspace)
    expect(readdirSync(dir).sort()).toEqual([
      '.git',
      '.gitattributes',
      '.gitignore',
      '.lab',
      'README.md',
      'workspace.yaml',
    ])
    expect(git('log', '--format=%an <%ae> %s')).toBe('Drydock <drydock@localhost> Begin')
    expect(git('branch', '--show-current')).toBe('main')
    expect(git('ls-files').split('\n')).toEqual([
      '.gitattributes',
      '.gitignore',
      '.lab/journal.jsonl',
      'README.md',
      'workspace.yaml',
    ])
    expect(git('status', '--porcelain')).toBe('')
    expect((await readJournal(workspace)).events).toMatchObject([{ type: 'workspace-created', course: '0.1.0' }])
  })

  test("keeps to the person's git settings, but runs no hook and signs nothing", async () => {
    mkdirSync(join(folder.path, 'hooks'))
    writeFileSync(join(folder.path, 'hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    writeFileSync(
      join(folder.path, '.gitconfig'),
      `[user]\nname = Ada\nemail = ada@example.org\n[init]\ndefaultBranch = trunk\n[commit]\ngpgSign = true\n[core]\nhooksPath = ${folder.path}/hooks\n`,
    )
    vi.stubEnv('GIT_DIR', join(folder.path, 'elsewhere'))
    expect((await created()).notes).toEqual([])
    vi.stubEnv('GIT_DIR', undefined)
    expect(git('log', '--format=%an <%ae> %s')).toBe('Ada <ada@example.org> Begin')
    expect(git('branch', '--show-current')).toBe('trunk')
  })

  test('does without git', async () => {
    vi.stubEnv('PATH', join(folder.path, 'no-programs'))
    const { notes, workspace } = await created()
    expect(notes).toEqual(['The workspace has no git repository yet: git is not installed.'])
    expect(await openWorkspace(dir)).toEqual(workspace)
  })

  test('does when git fails', async () => {
    writeFiles(folder.path, { 'bin/git': '#!/bin/sh\necho "fatal: broken" >&2\nexit 128\n' })
    chmodSync(join(folder.path, 'bin/git'), 0o755)
    vi.stubEnv('PATH', `${folder.path}/bin:${process.env['PATH'] ?? ''}`)
    expect((await created()).notes).toEqual(['The workspace has no git repository yet: git says: fatal: broken'])
  })

  test('opens a workspace that exists and changes nothing in it', async () => {
    const { course } = await created()
    writeFileSync(join(dir, 'README.md'), 'mine')
    expect((await createWorkspace(dir, course)).workspace.dir).toBe(dir)
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('mine')
    expect((await readJournal({ dir })).events).toHaveLength(1)
    expect(git('log', '--oneline').split('\n')).toHaveLength(1)
  })

  test('completes one whose making was interrupted', async () => {
    mkdirSync(dir)
    writeFileSync(join(dir, 'workspace.yaml.1234abcd.tmp'), 'form')
    await created()
    execFileSync('rm', ['-r', join(dir, '.lab'), join(dir, '.gitignore')])
    writeFileSync(join(dir, 'workspace.yaml'), 'format: 1\ncourse: 0.1.0\n')
    await created()
    expect(existsSync(join(dir, '.gitignore'))).toBe(true)
    expect(yamlOf()).toBe('format: 1\ncourse: 0.1.0\n')
  })

  test('takes an empty folder, also with a repository, which it leaves alone', async () => {
    mkdirSync(dir)
    execFileSync('git', ['init', '--quiet', dir])
    await created()
    expect(() => execFileSync('git', ['log'], { cwd: dir, stdio: 'pipe' })).toThrow()
  })

  test('refuses a folder with other things in it', async () => {
    writeFiles(dir, { a: '', b: '', c: '', d: '' })
    const { text, exitCode } = await caught(created)
    expect(text).toMatchObject({
      what: `${dir} is not empty, and not a workspace.`,
      why: 'It holds a, b, c and 1 more.',
    })
    expect(exitCode).toBe(EXIT.usage)
    expect(readdirSync(dir)).toHaveLength(4)
  })

  test('says why a folder cannot be made', async () => {
    writeFileSync(join(folder.path, 'file'), '')
    dir = join(folder.path, 'file/work')
    const { text } = await caught(created)
    expect(text.what).toBe(`Cannot make the workspace ${dir}.`)
    expect(text.why).toContain('a folder is needed')
  })
})

describe('openWorkspace', () => {
  const GOOD = 'format: 1\ncourse: 0.1.0\ntarget: uml\nlabs: { linux/pid1: { track: go, component: init } }\n'
  const write = (text: string) => writeFiles(dir, { 'workspace.yaml': text })

  test('reads what a person wrote; renamed labs are found under their new id', async () => {
    write(GOOD)
    const ws = await openWorkspace(dir, await loadCourse(source.path))
    expect(ws).toMatchObject({ target: 'uml', labs: { 'linux/init': { track: 'go', component: 'init' } } })
    expect(componentDir(ws, 'linux/init')).toBe(join(dir, 'init'))
    expect([componentDir(ws, 'etcd/mvcc'), componentDir(ws, 'toString')]).toEqual([undefined, undefined])
  })

  test('is quick the second time, and never stale', async () => {
    write(GOOD)
    const at = new Date(Date.now() - 60_000)
    utimesSync(join(dir, 'workspace.yaml'), at, at)
    const first = await openWorkspace(dir)
    expect(existsSync(join(dir, '.lab/cache.json'))).toBe(true)
    expect(await openWorkspace(dir)).toEqual(first)
    await setTarget(first, 'lima')
    expect((await openWorkspace(dir)).target).toBe('lima')
  })

  test.each([
    [
      'another format',
      GOOD.replace('format: 1', 'format: 2\nnew: x'),
      'It was made with format 2 of workspace.yaml; this is format 1.',
      /git pull/,
    ],
    ['no format', GOOD.replace('format: 1\n', ''), 'The file lacks the key format.', /Add the key format/],
    ['a strange format', GOOD.replace('format: 1', 'format: one'), 'format must be 1, not "one".', /./],
    [
      'a newer course',
      GOOD.replace('0.1.0', '0.2.0'),
      'It was made with version 0.2.0 of the course; this is version 0.1.0.',
      /git pull/,
    ],
    ['a much newer course', GOOD.replace('0.1.0', '0.10.0'), 'version 0.10.0', /git pull/],
    ['an unknown key', `${GOOD}tarket: x\n`, 'Unknown key tarket: did you mean target?', /Rename/],
    [
      'a folder outside',
      GOOD.replace('component: init', 'component: ../init'),
      'must be a folder below the workspace, for example init, not "../init"',
      /./,
    ],
    [
      'an absolute folder',
      GOOD.replace('component: init', 'component: /etc'),
      'must be a folder below the workspace',
      /./,
    ],
    ['a bad lab id', GOOD.replace('linux/pid1', 'pid1'), 'must be STAGE/LAB', /./],
    ['an empty file', '', 'The file is empty.', /./],
  ])('refuses %s', async (_, text, why, remedy) => {
    write(text)
    const problem = await caught(async () => openWorkspace(dir, await loadCourse(source.path)))
    expect(problem.text.why).toContain(why)
    expect(problem.text.where).toContain('workspace.yaml')
    expect(problem.text.remedy).toMatch(remedy)
    expect(problem.exitCode).toBe(EXIT.environment)
  })

  test('an older course is fine', async () => {
    write(GOOD.replace('0.1.0', '0.0.9'))
    expect((await openWorkspace(dir, await loadCourse(source.path))).course).toBe('0.0.9')
  })

  test('says that there is none', async () => {
    expect(await caught(() => openWorkspace(dir))).toMatchObject({
      exitCode: EXIT.usage,
      text: { what: `${dir} is not a workspace.` },
    })
  })
})

describe('setTarget', () => {
  test('keeps comments and layout', async () => {
    const { workspace } = await created()
    writeFileSync(join(dir, 'workspace.yaml'), `# mine\n${yamlOf()}# the end\n`)
    expect(await setTarget(workspace, 'uml')).toEqual({ ...workspace, target: 'uml' })
    expect(yamlOf()).toContain('target: uml\n')
    expect(yamlOf().replace('target: uml', 'target: auto')).toMatch(/^# mine\n# A Drydock[^]*# the end\n$/)
    expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('does not touch a file that is or would become wrong', async () => {
    const { workspace } = await created()
    const before = yamlOf()
    await caught(() => setTarget(workspace, 'No Target'))
    expect(yamlOf()).toBe(before)
    writeFileSync(join(dir, 'workspace.yaml'), 'format: 1\ncourse: [\n')
    await caught(() => setTarget(workspace, 'uml'))
    expect(yamlOf()).toBe('format: 1\ncourse: [\n')
  })

  test('changes made at the same time are all kept', async () => {
    const { course, workspace } = await created()
    const labs = await Promise.all(['init', 'linux/mirror', 'etcd/mirror'].map((id) => loadLab(course, id)))
    await Promise.all([...labs.map((lab) => addLab(workspace, course, lab, 'go')), setTarget(workspace, 'lima')])
    const ws = await openWorkspace(dir)
    expect(ws.target).toBe('lima')
    expect(Object.keys(ws.labs).sort()).toEqual(['etcd/mirror', 'linux/init', 'linux/mirror'])
  })
})

describe('addLab', () => {
  test('lays what the lab gives over the template, adds the lesson, and enters it', async () => {
    const { course, workspace } = await created()
    const lab = await loadLab(course, 'init')
    const component = await addLab(workspace, course, lab, 'go')
    expect(component).toBe(join(dir, 'init'))
    const read = (name: string) => readFileSync(join(component, name), 'utf8')
    expect(readdirSync(component).sort()).toEqual(['LESSON.md', 'component.yaml', 'fixture.txt', 'main.go'])
    expect([read('main.go'), read('LESSON.md'), read('fixture.txt')]).toEqual([
      'package main // of the lab\n',
      '# The lesson\n',
      'common\n',
    ])
    expect(yamlOf()).toMatch(/labs:\n {2}linux\/init: \{ track: go, component: init \}\n/)
    expect((await openWorkspace(dir)).labs).toEqual({ 'linux/init': { track: 'go', component: 'init' } })
    expect(readdirSync(join(dir, '.lab')).filter((name) => name.startsWith('new-'))).toEqual([])
  })

  test('names the folder with its stage where the name occurs twice, or is taken', async () => {
    const { course, workspace } = await created()
    expect(await addLab(workspace, course, await loadLab(course, 'linux/mirror'), 'go')).toBe(join(dir, 'linux-mirror'))
    const taken = { ...workspace, labs: { 'etcd/x': { track: 'go', component: 'init' } } }
    expect(await addLab(taken, course, await loadLab(course, 'init'), 'go')).toBe(join(dir, 'linux-init'))
  })

  test('never overwrites, and puts back what is missing', async () => {
    const { course, workspace } = await created()
    const lab = await loadLab(course, 'init')
    writeFiles(dir, { 'init/main.go': 'mine', 'init/notes.txt': 'mine' })
    await addLab(workspace, course, lab, 'go')
    const read = (name: string) => readFileSync(join(dir, 'init', name), 'utf8')
    expect([read('main.go'), read('notes.txt'), read('fixture.txt')]).toEqual(['mine', 'mine', 'common\n'])
    execFileSync('rm', ['-r', join(dir, 'init')])
    await addLab(await openWorkspace(dir), course, lab, 'go')
    expect(read('main.go')).toBe('package main // of the lab\n')
  })

  test('can be edited even when the course cannot, and keeps programs executable', async () => {
    const template = join(source.path, 'labs/tracks/go/template')
    writeFileSync(join(template, 'build.sh'), '#!/bin/sh\n', { mode: 0o555 })
    symlinkSync('build.sh', join(template, 'link'))
    chmodSync(join(template, 'main.go'), 0o444)
    const { course, workspace } = await created()
    const component = await addLab(workspace, course, await loadLab(course, 'init'), 'go')
    expect(statSync(join(component, 'build.sh')).mode & 0o777).toBe(0o755)
    expect(statSync(join(component, 'main.go')).mode & 0o600).toBe(0o600)
  })

  test('refuses a track that the lab lacks, and another than it was started in', async () => {
    const { course, workspace } = await created()
    const lab = await loadLab(course, 'init')
    expect(await caught(() => addLab(workspace, course, lab, 'rust'))).toMatchObject({
      exitCode: EXIT.usage,
      text: { what: 'Lab linux/init has no track rust.', why: 'It offers go, python.' },
    })
    await addLab(workspace, course, lab, 'go')
    const other = await caught(async () => addLab(await openWorkspace(dir), course, lab, 'python'))
    expect(other).toMatchObject({ exitCode: EXIT.usage, text: { what: 'Lab linux/init is started in go already.' } })
  })

  test('enters it where the last lab was taken out, and nothing is behind the colon', async () => {
    const { course } = await created()
    writeFileSync(join(dir, 'workspace.yaml'), yamlOf().replace('labs: {}', 'labs: # mine'))
    const emptied = await openWorkspace(dir)
    expect(emptied.labs).toEqual({})
    await addLab(emptied, course, await loadLab(course, 'init'), 'go')
    expect((await openWorkspace(dir)).labs).toEqual({ 'linux/init': { track: 'go', component: 'init' } })
  })

  test('says why it cannot write, and leaves nothing half made', async () => {
    const { course, workspace } = await created()
    const lab = await loadLab(course, 'init')
    writeFileSync(join(dir, 'init'), 'a file of mine')
    const { text } = await caught(() => addLab(workspace, course, lab, 'go'))
    expect(text.what).toContain('Cannot put the starter of linux/init into')
    expect(readFileSync(join(dir, 'init'), 'utf8')).toBe('a file of mine')
    expect(yamlOf()).toContain('labs: {}')
  })
})
