import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCheck, findLab, loadCourse, loadLab, loadTrack, renamed } from '../../src/course/course.ts'
import { EXIT, type Problem } from '../../src/problem.ts'
import { caught } from './caught.ts'
import { check, COURSE, LAB, sampleCourse, tempFolder } from './sample.ts'

const root = new URL('../..', import.meta.url).pathname

/** What stands in the file where the problem is said to be. */
function textAt({ text }: Problem): string {
  const [, file, line, col] = /^(.*):(\d+):(\d+)$/.exec(text.where ?? '') ?? []
  return (readFileSync(file ?? '', 'utf8').split('\n')[Number(line) - 1] ?? '').slice(Number(col) - 1)
}

describe('loadCourse', () => {
  test('knows stages, order and which labs are planned', async () => {
    using folder = sampleCourse()
    const course = await loadCourse(folder.path)
    expect(course).toMatchObject({ root: folder.path, title: 'Build an orchestrator', version: '0.1.0' })
    expect(course.labs.map((l) => [l.number, l.id, l.stage, l.name, l.planned])).toEqual([
      [1, 'linux/procs', 'linux', 'procs', true],
      [2, 'linux/init', 'linux', 'init', false],
      [3, 'linux/mirror', 'linux', 'mirror', false],
      [4, 'etcd/mirror', 'etcd', 'mirror', false],
      [5, 'etcd/mvcc', 'etcd', 'mvcc', true],
    ])
    expect(course.stages.map((s) => [s.id, s.labs.length])).toEqual([
      ['linux', 3],
      ['etcd', 2],
    ])
    expect(course.labs[1]?.dir).toBe(join(folder.path, 'labs/linux/init'))
  })

  test('refuses a folder that is no course', async () => {
    using folder = tempFolder()
    const problem = await caught(() => loadCourse(folder.path))
    expect(problem).toMatchObject({ exitCode: EXIT.environment, text: { what: `${folder.path} is not a course.` } })
    expect(problem.text.remedy).toContain('--course')
  })

  test.each([
    [
      'a lab twice',
      COURSE.replace('linux/mirror,', 'linux/init,'),
      /^linux\/init, title: Mirror/,
      'Lab linux/init is listed twice.',
    ],
    [
      'a foreign lab',
      COURSE.replace('linux/mirror,', 'etcd/x,'),
      /^etcd\/x, /,
      'Lab etcd/x is in stage linux, so its id must begin with linux/.',
    ],
    ['a stage twice', COURSE.replace('- id: etcd', '- id: linux'), /^linux$/, 'Stage linux is listed twice.'],
    [
      'a rename of a lab that is',
      COURSE.replace('linux/pid1:', 'linux/procs:'),
      /^linux\/procs: linux/,
      'linux/procs is renamed, yet still a lab.',
    ],
    [
      'renames in a circle',
      `${COURSE}  a/b: b/a\n  b/a: a/b\n`,
      /^a\/b: b\/a/,
      'The renames of a/b go round in a circle.',
    ],
    [
      'a bad id',
      COURSE.replace('linux/mirror,', 'linux,'),
      /^linux, title/,
      'must be STAGE/LAB, for example linux/init',
    ],
  ])('refuses %s', async (_, text, at, why) => {
    using folder = sampleCourse({ 'labs/course.yaml': text })
    const problem = await caught(() => loadCourse(folder.path))
    expect(textAt(problem)).toMatch(at)
    expect(problem.text.why).toContain(why)
  })
})

describe('loadLab', () => {
  test('numbers steps, sums points, keeps the order of tracks', async () => {
    using folder = sampleCourse()
    const lab = await loadLab(await loadCourse(folder.path), 'linux/init')
    expect(lab).toMatchObject({
      id: 'linux/init',
      number: 2,
      contract: 1,
      points: 6,
      uses: [],
      title: 'A PID 1 that forwards signals',
    })
    expect(lab.tracks).toEqual([
      { id: 'go', entry: 'main.go' },
      { id: 'python', entry: 'main.py' },
    ])
    expect(lab.steps.map((s) => [s.number, s.id, s.checks.map((c) => [c.id, c.step])])).toEqual([
      [
        1,
        'exit-status',
        [
          ['exit-status/code', 1],
          ['exit-status/signal', 1],
        ],
      ],
      [2, 'forward', [['forward/term', 2]]],
    ])
    expect(findCheck(lab, 'forward/term')).toMatchObject({ step: 2, needs: ['exit-status/code'], requirement: 'R1' })
  })

  test('finds a lab by name, by an old id, and says what was meant', async () => {
    using folder = sampleCourse()
    const course = await loadCourse(folder.path)
    expect((await loadLab(course, 'init')).id).toBe('linux/init')
    expect((await loadLab(course, 'linux/pid1')).id).toBe('linux/init')
    expect(findLab(course, 'mvcc').id).toBe('etcd/mvcc')
    const refused = async (id: string) => {
      const problem = await caught(() => loadLab(course, id))
      expect(problem.exitCode).toBe(EXIT.usage)
      return problem.text
    }
    expect(await refused('linux/inti')).toMatchObject({
      what: 'There is no lab linux/inti.',
      why: 'Did you mean linux/init?',
    })
    expect(await refused('inot')).toMatchObject({ why: 'Did you mean linux/init?' })
    expect(await refused('mirror')).toMatchObject({
      why: 'Several labs have that name: linux/mirror, etcd/mirror.',
      remedy: 'Name the stage too.',
    })
    expect(await refused('completely-else')).toEqual({
      what: 'There is no lab completely-else.',
      remedy: 'List the labs with: lab status',
    })
    expect(await refused('linux/procs')).toEqual({
      what: 'Lab linux/procs is not written yet.',
      why: 'It is planned as lab 1 of 5: Processes.',
      remedy: 'Start one that exists: lab start linux/init',
    })
    expect(await refused('etcd/mvcc')).toMatchObject({ remedy: 'Start one that exists: lab start etcd/mirror' })
  })

  test.each([
    ['a check twice', `${LAB}${check('forward/term')}`, /^forward\/term$/, 'Check forward/term occurs twice.'],
    [
      'a check of another step',
      LAB.replace('id: forward/term', 'id: exit-status/term'),
      /^exit-status\/term$/,
      'its id must begin with forward/.',
    ],
    [
      'a step twice',
      LAB.replace('- id: forward\n', '- id: exit-status\n').replace('forward/term', 'exit-status/term'),
      /^exit-status$/,
      'Step exit-status occurs twice.',
    ],
    [
      'an unknown need',
      LAB.replace('needs: [exit-status/code]', 'needs: [exit-status/cod]'),
      /^exit-status\/cod]/,
      'needs exit-status/cod, which does not exist: did you mean exit-status/code?',
    ],
    [
      'a later need',
      LAB.replace('needs: [exit-status/code]', 'needs: [forward/term]'),
      /^forward\/term]/,
      'needs forward/term, which comes later.',
    ],
    [
      'its own need',
      LAB.replace('needs: [exit-status/code]', 'needs: [exit-status/signal]'),
      /^exit-status\/signal]/,
      'Check exit-status/signal needs itself.',
    ],
    [
      'no requirement',
      LAB.replace('        requirement: R1\n', ''),
      /^id: exit-status\/code$/,
      'steps[0].checks[0] lacks the key requirement.',
    ],
    [
      'a bad requirement',
      LAB.replace('requirement: R1', 'requirement: 1'),
      /^1$/,
      'steps[0].checks[0].requirement must be text, not 1.',
    ],
    [
      'two hints',
      LAB.replace('[question, place, approach]', '[question, place]'),
      /^\[question, place]/,
      'must be three rungs: a question, where to look, an approach',
    ],
    [
      'an unknown track',
      LAB.replace('python:', 'cobol:'),
      /^cobol:/,
      'There is no track cobol: labs/tracks/cobol/track.yaml is missing.',
    ],
    [
      'a missing entry',
      LAB.replace('entry: main.py', 'entry: init.py'),
      /^init.py/,
      'Neither the template of track python nor what the lab gives has the file init.py.',
    ],
    [
      'a later lab in use',
      LAB.replace('steps:', 'uses: [etcd/mvcc]\nsteps:'),
      /^etcd\/mvcc]/,
      'It uses the lab etcd/mvcc, which is not an earlier one.',
    ],
    [
      'an unknown lab in use',
      LAB.replace('steps:', 'uses: [linux/pros]\nsteps:'),
      /^linux\/pros]/,
      'It uses the lab linux/pros, which does not exist: did you mean linux/procs?',
    ],
    ['no tracks', LAB.replace(/tracks:\n.*\n.*\n/, 'tracks: {}\n'), /^\{}$/, 'tracks must offer at least one track'],
  ])('refuses %s', async (_, text, at, why) => {
    using folder = sampleCourse({ 'labs/linux/init/lab.yaml': text })
    const course = await loadCourse(folder.path)
    const problem = await caught(() => loadLab(course, 'linux/init'))
    expect(problem.text.why).toContain(why)
    expect(textAt(problem)).toMatch(at)
    expect(problem.exitCode).toBe(EXIT.environment)
  })

  test('says which check was meant', async () => {
    using folder = sampleCourse()
    const lab = await loadLab(await loadCourse(folder.path), 'init')
    const problem = await caught(() => findCheck(lab, 'forward/tern'))
    expect(problem).toMatchObject({
      exitCode: EXIT.usage,
      text: { what: 'Lab linux/init has no check forward/tern.', why: 'Did you mean forward/term?' },
    })
    expect((await caught(() => findCheck(lab, 'x'))).text.remedy).toBe(
      'Name one of its checks: exit-status/code, exit-status/signal, forward/term',
    )
  })
})

describe('loadTrack', () => {
  test('gives the toolchain with the install command of the machine', async () => {
    using folder = sampleCourse()
    const track = await loadTrack(await loadCourse(folder.path), 'go')
    expect(track).toMatchObject({ id: 'go', title: 'Go', template: join(folder.path, 'labs/tracks/go/template') })
    expect(track.toolchain({ manager: 'brew', root: undefined, listsEmpty: false })).toEqual({
      id: 'go',
      program: 'go',
      locate: ['go', '--where'],
      paths: ['bin'],
      brought: [],
      env: { CACHE_DIR: '$CACHE' },
      downloads: {},
      install: 'brew install go',
      needs: { linker: 'brew install linker' },
    })
    expect(track.toolchain({ manager: 'apt-get', root: 'sudo ', listsEmpty: true }).install).toBe(
      'sudo apt-get update && sudo apt-get install -y go',
    )
    expect(track.toolchain({ manager: 'apk', root: '', listsEmpty: false }).install).toBe('see its site')
  })

  test('says which track was meant', async () => {
    using folder = sampleCourse()
    const course = await loadCourse(folder.path)
    expect(await caught(() => loadTrack(course, 'pyton'))).toMatchObject({
      exitCode: EXIT.usage,
      text: { why: 'Did you mean python?' },
    })
    expect((await caught(() => loadTrack(course, '../x'))).text.why).toBe('The course has go, python.')
    rmSync(join(folder.path, 'labs/tracks'), { recursive: true })
    expect((await caught(() => loadTrack(course, 'go'))).text.why).toBe('The course has none.')
  })
})

test.each([
  ['a', 'c'],
  ['b', 'c'],
  ['x', 'x'],
  ['toString', 'toString'],
])('renames %s to %s', (from, to) => {
  expect(renamed({ a: 'b', b: 'c' }, from)).toBe(to)
})

test("this repository's own course is right", async () => {
  const course = await loadCourse(root, { cacheDir: false })
  const written = course.labs.filter((lab) => !lab.planned)
  for (const { id } of written) expect((await loadLab(course, id, { cacheDir: false })).points).toBeGreaterThan(0)
})
