/** Names that do not exist, and files that are broken. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Bench, expectOneMessage } from './bad-input.ts'

let bench: Bench
beforeAll(async () => {
  bench = await new Bench().open()
})
beforeEach(() => bench.fresh())
afterAll(() => bench.close())

const replace = (path: string, from: string | RegExp, to: string): void =>
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
const inPlaceOf = (path: string, make: (path: string) => void): void => {
  rmSync(path)
  make(path)
}
const fifo = (path: string): void => void execFileSync('mkfifo', [path])

describe('names', () => {
  it.each<[string[], string[], string]>([
    [['start', 'linux/intt'], ['linux/intt', 'Did you mean linux/init?'], 'lab status'],
    [['start', 'linux/supervise'], ['not written yet', 'lab 3 of 31'], 'lab start linux/frames'],
    [['start', 'linux/init', '--track', 'pyton'], ['no track pyton', 'python'], 'lab start --track'],
    [['start', 'linux/init', '--track', 'go'], ['started in python already'], 'lab start linux/init'],
    [['read', ''], ['no lab without a name'], 'lab status'],
    [['check', 'exit-status/cod'], ['Did you mean exit-status/code?'], 'forward/term'],
    [['check', 'EXIT-STATUS/CODE'], ['Did you mean exit-status/code?'], 'forward/term'],
    [['hint', 'nope'], ['no check nope'], 'exit-status/code'],
    [['explain', 'nope'], ['no check nope'], 'exit-status/code'],
    [['check', '--step', '99'], ['no step 99', '7 steps'], 'lab check --step 7'],
    [['check', '--step', '0'], ['no step 0', '7 steps'], 'lab check --step 7'],
    [['check', '--step', 'two'], ['no step two', 'exit-status, forward'], 'lab check --step exit-status'],
    [['check', '--step', 'forwrd'], ['Did you mean forward?'], 'lab check --step forward'],
    [['check', '--step', '2', 'forward/term'], ['exclude each other'], 'lab check forward/term'],
    [['check', '--step', '1', '--all'], ['exclude each other'], 'lab check --help'],
    [['check', '--watch', '--repeat', '3'], ['exclude each other'], 'lab check --help'],
    [['explain'], ['needs CHECK'], 'lab explain forward/term'],
  ])('%j', (args, says, remedy) => {
    expectOneMessage(bench, args, { code: 2, says, remedy })
  })
})

describe('course and lab', () => {
  it.each<[string, string, (path: string) => void, (string | RegExp)[], string | RegExp]>([
    ['syntax', 'course.yaml', (p) => writeFileSync(p, 'stages: [\n'), [/course\.yaml:\d+:\d+/], 'Mend'],
    ['wrong type', 'course.yaml', (p) => replace(p, /^version: .*/m, 'version: 3'), [/:\d+:10/, 'text, not 3'], 'Mend'],
    ['unknown key', 'course.yaml', (p) => appendFileSync(p, 'colour: 1\n'), ['Unknown key colour'], 'Remove'],
    ['missing', 'course.yaml', (p) => rmSync(p), ['is not a course'], '--course'],
    ['fifo', 'course.yaml', (p) => inPlaceOf(p, fifo), ['It is a fifo'], 'Move it'],
    ['unknown key', 'linux/init/lab.yaml', (p) => appendFileSync(p, 'colour: 1\n'), ['Unknown key colour'], 'Remove'],
    [
      'duplicate id',
      'linux/init/lab.yaml',
      (p) => replace(p, 'id: exit-status/signal', 'id: exit-status/code'),
      ['exit-status/code occurs twice'],
      'Mend',
    ],
    ['empty', 'linux/init/lab.yaml', (p) => writeFileSync(p, ''), ['The file is empty'], 'Bring the file back'],
    ['a track that is gone', 'tracks/python/track.yaml', (p) => rmSync(p), ['no track python'], 'Mend'],
  ])('%s: %s', (_, name, wound, says, remedy) => {
    const course = join(bench.workspace, '..', 'course')
    rmSync(course, { recursive: true, force: true })
    cpSync(join(bench.checkout.folder, 'lab', 'labs'), join(course, 'labs'), { recursive: true })
    wound(join(course, 'labs', name))
    expectOneMessage(bench, ['status', '--course', course], { code: 3, says, remedy })
  })

  it('a lesson that is gone', () => {
    const course = join(bench.workspace, '..', 'course')
    rmSync(course, { recursive: true, force: true })
    cpSync(join(bench.checkout.folder, 'lab', 'labs'), join(course, 'labs'), { recursive: true })
    rmSync(join(course, 'labs/linux/init/README.md'))
    const expected = { code: 3, says: ['no lesson', 'README.md'], remedy: 'git checkout' }
    expectOneMessage(bench, ['explain', 'forward/term', '--course', course], expected)
    expectOneMessage(bench, ['read', '--course', course], expected)
  })
})

const yaml = (text: string) => (path: string) => writeFileSync(path, text)

describe('component.yaml', () => {
  it.each<[string, (path: string) => void, (string | RegExp)[], string | RegExp]>([
    ['missing', (p) => rmSync(p), ['It has no component.yaml'], 'lab start'],
    ['empty', yaml(''), ['The file is empty'], 'git checkout'],
    ['syntax', yaml('run: [\n'), [/component\.yaml:\d+:\d+/], 'Mend'],
    ['an unknown key', yaml('rum: [x]\nrun: [x]\n'), ['Unknown key rum'], /rum|run/],
    ['no run', yaml('track: python\n'), ['run'], /./],
    ['an empty argv', yaml('run: []\n'), ['run'], /./],
    ['no list', yaml('run: ./init\n'), ['run must be a list', ':1:6'], /./],
    ['an unknown track', yaml('track: cobol\nrun: [x]\n'), ['no track cobol', 'component.yaml'], 'track: python'],
    ['a folder', (p) => inPlaceOf(p, (q) => mkdirSync(q)), ['It is a folder'], 'Move it'],
    ['binary', (p) => writeFileSync(p, Buffer.from([0xff, 0xfe, 0x80])), ['not UTF-8'], 'UTF-8'],
    ['NUL bytes', (p) => writeFileSync(p, Buffer.alloc(300)), ['NUL bytes'], 'git checkout'],
    ['10 MB', (p) => writeFileSync(p, '#'.repeat(10_000_000)), ['larger than 1 MiB'], 'git checkout'],
    ['a fifo', (p) => inPlaceOf(p, fifo), ['It is a fifo'], 'Move it'],
    ['a link to itself', (p) => inPlaceOf(p, (q) => symlinkSync(q, q)), ['leads to itself'], 'Remove that link'],
  ])('%s', (_, wound, says, remedy) => {
    wound(bench.path('init', 'component.yaml'))
    const { out } = expectOneMessage(bench, ['check'], { code: 3, says, remedy })
    expect(out).toBe('')
  })

  it('that is missing is brought back by lab start, which is the remedy', () => {
    rmSync(bench.path('init', 'component.yaml'))
    writeFileSync(bench.path('init', 'main.py'), '# mine\n')
    expect(bench.lab(['start']).code).toBe(0)
    expect(readFileSync(bench.path('init', 'component.yaml'), 'utf8')).toContain('run:')
    expect(readFileSync(bench.path('init', 'main.py'), 'utf8')).toBe('# mine\n')
  })

  it('that names a program outside the component fails the build, once', () => {
    writeFileSync(bench.path('init', 'component.yaml'), 'run: [./../x/init]\n')
    const { code, out, err } = bench.lab(['check'])
    expect(code, out + err).toBe(1)
    expect(out.match(/the component can not be started/g)).toHaveLength(1)
    expect(out).toContain('./../x/init')
  })
})

describe('workspace.yaml', () => {
  it.each<[string, (path: string) => void, (string | RegExp)[], string | RegExp]>([
    ['empty', yaml(''), ['The file is empty'], 'git checkout'],
    ['syntax', yaml('labs: [\n'), [/workspace\.yaml:\d+:\d+/], 'Mend'],
    ['an unknown key', (p) => appendFileSync(p, 'colour: 1\n'), ['Unknown key colour'], 'Remove'],
    ['a key twice', (p) => appendFileSync(p, 'format: 1\n'), ['occurs twice'], 'Keep one'],
    ['a folder outside', (p) => replace(p, 'component: init', 'component: ../x'), ['below the workspace'], 'Mend'],
    [
      'a folder that is gone',
      (p) => replace(p, 'component: init', 'component: gone'),
      ['gone does not exist'],
      'lab start',
    ],
    ['an unknown target', (p) => replace(p, 'target: auto', 'target: moon'), ['no target "moon"'], 'target: auto'],
    ['a newer format', (p) => replace(p, 'format: 1', 'format: 2'), ['newer Drydock', 'format 2'], 'git pull'],
    ['a newer course', (p) => replace(p, /^course: .*/m, 'course: 9.0.0'), ['newer Drydock', '9.0.0'], 'git pull'],
    ['a folder', (p) => inPlaceOf(p, (q) => mkdirSync(q)), ['It is a folder'], 'Move it'],
    ['a fifo', (p) => inPlaceOf(p, fifo), ['It is a fifo'], 'Move it'],
    [
      'a lab that is not listed',
      (p) => replace(p, /^ {2}linux\/init.*\n/m, ''),
      [/labs must be|does not list it/],
      /./,
    ],
  ])('%s', (_, wound, says, remedy) => {
    wound(bench.path('workspace.yaml'))
    expectOneMessage(bench, ['check'], { code: 3, says, remedy })
  })
})

describe('the journal', () => {
  const journal = (): string => bench.path('.lab', 'journal.jsonl')
  const first = (): string => readFileSync(journal(), 'utf8').split('\n')[0] ?? ''

  it.each([
    ['is empty', () => writeFileSync(journal(), '')],
    ['is missing', () => rmSync(journal())],
  ])('that %s has no progress in it; lab start, the remedy, begins it anew and keeps the component', (_, wound) => {
    const main = readFileSync(bench.path('init', 'main.py'))
    wound()
    const status = bench.lab(['status'])
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('lab start')])
    const check = ['check', 'exit-status/code']
    expectOneMessage(bench, check, { code: 2, says: ['No lab is started'], remedy: 'lab start' })
    expect(bench.lab(['start']).code).toBe(0)
    expect(bench.lab(check).code).toBe(1)
    expect(readFileSync(journal(), 'utf8')).toContain('"type":"checked"')
    expect(readFileSync(bench.path('init', 'main.py'))).toEqual(main)
  })

  it.each<[string, () => void, RegExp]>([
    ['a torn last line', () => appendFileSync(journal(), '{"v":1,"at":"2026'), /Line 4 .*cut off/],
    ['a corrupt line in the middle', () => replace(journal(), first(), 'garbage'), /Line 1 .*not JSON/],
    ['NUL bytes', () => appendFileSync(journal(), Buffer.alloc(4096)), /4096 NUL bytes/],
    ['a line of 3 MB', () => appendFileSync(journal(), `${'x'.repeat(3_000_000)}\n`), /longer than 1024 KiB/],
    [
      'a newer event',
      () => appendFileSync(journal(), '{"v":2,"at":"2026-01-01T00:00:00Z","id":"z","type":"y"}\n'),
      /1 event .*newer version/,
    ],
  ])('with %s is read, said once, and kept by hint', (_, wound, says) => {
    wound()
    const before = readFileSync(journal())
    const status = bench.lab(['status'])
    expect([status.code, status.err.match(/^lab: /gm)?.length]).toEqual([0, 1])
    expect(status.err).toMatch(says)
    expect(status.out).toContain('0 of 18 points')
    expect(readFileSync(journal())).toEqual(before)
    const hint = bench.lab(['hint'])
    expect(hint.code, hint.err).toBe(0)
    const kept = readFileSync(journal(), 'utf8')
    expect(kept).toContain('"hint-taken"')
    const events = kept
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(events.some(({ type }) => type === 'checked')).toBe(true)
  })

  it.each<[string, () => void]>([
    ['duplicated events', () => appendFileSync(journal(), readFileSync(journal()))],
    ['CRLF line ends', () => replace(journal(), /\n/g, '\r\n')],
  ])('with %s means the same', (_, wound) => {
    const before = bench.lab(['status', '--json']).out
    wound()
    const { code, out, err } = bench.lab(['status', '--json'])
    expect([code, out, err]).toEqual([0, before, ''])
  })

  it.each<[string, () => void, string]>([
    ['a folder', () => inPlaceOf(journal(), (p) => mkdirSync(p)), 'It is a folder'],
    ['a fifo', () => inPlaceOf(journal(), fifo), 'It is a fifo'],
  ])('that is %s', (_, wound, why) => {
    wound()
    for (const command of ['status', 'hint', 'next']) {
      expectOneMessage(bench, [command], { code: 3, says: ['Cannot read', 'journal.jsonl', why], remedy: 'Move it' })
    }
  })

  it('whose journal.bad can not be written: the verdict is told, and the file is named', () => {
    appendFileSync(journal(), '{"v":1,')
    mkdirSync(bench.path('.lab', 'journal.bad'))
    const before = readFileSync(journal())
    const { code, out, err } = bench.lab(['check', 'exit-status/code'])
    expect(code, out + err).toBe(3)
    expect(out).toContain('exit-status/code failed')
    expect(err.replace(/\s+/g, '')).toContain('.lab/journal.badWhyItisafolder')
    expect(readFileSync(journal())).toEqual(before)
  })

  it.each([-3, 40])('whose clock was %d days away gives no absurd times', (days) => {
    const at = new Date(Date.now() + days * 86_400_000).toISOString()
    const lines = readFileSync(journal(), 'utf8').trim().split('\n')
    const [last = ''] = lines.slice(-1)
    writeFileSync(journal(), `${[...lines.slice(0, -1), last.replace(/"at":"[^"]*"/, `"at":"${at}"`)].join('\n')}\n`)
    const said = [bench.lab(['status']), bench.lab(['next'])].map(({ out, err }) => out + err).join('')
    expect(said).not.toMatch(/-\d+ (?:min|day|hour)|NaN|Invalid/)
    expect(said).toMatch(days < 0 ? /failed 3 days ago/ : /failed just now/)
    expect(said).toMatch(/< 1 min spent|\b1?\d min spent/)
  })
})
