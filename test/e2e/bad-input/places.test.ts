/** Workspaces that can't be written, are full, are somebody else's, or vanish; and environments that lack something. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Bench, expectOneMessage, type RunOptions } from './bad-input.ts'

let bench: Bench
beforeAll(async () => {
  bench = await new Bench().open()
})
beforeEach(() => bench.fresh())
afterAll(() => bench.close())

const asRoot = process.getuid?.() === 0 ? describe : describe.skip
const ONE = ['check', 'exit-status/code']

asRoot('a workspace of another user', () => {
  it.each<[string, string[], () => void, (string | RegExp)[], string]>([
    ['evidence', ONE, () => undefined, ['Cannot keep what the checks saw', '.lab/runs', 'no permission'], 'ls -ld'],
    ['hint', ['hint'], () => undefined, ['.lab/locks', 'no permission'], 'ls -ld'],
    [
      'an unreadable journal',
      ['status'],
      () => chmodSync(bench.path('.lab/journal.jsonl'), 0),
      ['Cannot read the journal'],
      'ls -ld',
    ],
    ['an unreadable source', ONE, () => chmodSync(bench.path('init/main.py'), 0), ['Cannot read', 'main.py'], 'ls -ld'],
    [
      'a component that can not be entered',
      ONE,
      () => chmodSync(bench.path('init'), 0),
      ['component.yaml', 'no permission'],
      'ls -ld',
    ],
    [
      'a folder that can not be entered',
      ['status'],
      () => chmodSync(bench.path(), 0),
      ['Cannot look into', 'no permission'],
      'ls -ld',
    ],
  ])('%s', (_, args, wound, says, remedy) => {
    wound()
    expectOneMessage(bench, args, { code: 3, says, remedy }, { ordinary: true })
    chmodSync(bench.path(), 0o755)
  })

  it('is read all the same: status, next and read need no writing', () => {
    for (const [args, code] of [
      [['status'], 0],
      [['read'], 0],
      [['next'], 1],
    ] as const) {
      const said = bench.lab([...args], { ordinary: true })
      expect(said.code, said.out + said.err).toBe(code)
    }
  })
})

asRoot('evidence', () => {
  it.each(['.lab', '.lab/runs'])('where %s is a file', (name) => {
    const journal = readFileSync(bench.path('.lab/journal.jsonl'))
    rmSync(bench.path(name), { recursive: true })
    writeFileSync(bench.path(name), journal)
    expectOneMessage(bench, ONE, { code: 3, says: [name, 'file, and a folder is needed'], remedy: 'Move' })
  })

  it('of a run whose workspace is removed meanwhile: the verdict is told, nothing is made again', () => {
    const gone = bench.path()
    // The component removes nothing itself: it can't see the workspace. The build's end is the moment.
    const shell = `"$@" > "${gone}.out" 2> "${gone}.err" & pid=$!
      until grep -q built "${gone}.out"; do sleep 0.05; done; rm -rf "${gone}"; wait $pid; code=$?
      cat "${gone}.out"; cat "${gone}.err" >&2; rm -f "${gone}.out" "${gone}.err"; exit $code`
    const { code, out, err } = bench.lab(ONE, { shell })
    expect(code, out + err).toBe(3)
    expect(out).toContain('exit-status/code failed')
    expect(err.match(/To mend/g)).toHaveLength(1)
    expect(err).not.toMatch(/\bbug\b/)
    expect(existsSync(gone)).toBe(false)
  })
})

/** Runs commands in a mount namespace of their own, where the workspace lies on `mount`. */
function mounted(mount: string, args: string[]): { code: number; out: string; err: string } {
  const place = bench.path()
  const prepare = `mkdir -p "${place}.from"; cp -a "${place}/." "${place}.from/"; ${mount}`
  const inside = `${prepare}; "$@"; code=$?; umount "${place}"; rm -rf "${place}.from"; exit $code`
  const shell = `exec unshare -m sh -c '${inside}' sh "$@"`
  const { code, out, err } = bench.lab(args, { shell })
  return { code: code ?? -1, out, err }
}
const tmpfs = (options: string, fill: string): string =>
  `mount -t tmpfs -o ${options},mode=755 none "$PLACE"; cp -a "$PLACE.from/." "$PLACE/"; ${fill}`

asRoot('a disk', () => {
  const on = (mount: string): string => `PLACE="${bench.path()}"; ${mount}`
  const FULL =
    'cat /dev/zero > "$PLACE/fill" 2>/dev/null; for i in 1 2 3; do echo x >> "$PLACE/fill2"; done 2>/dev/null; true'
  const journal = (): Buffer => readFileSync(bench.path('.lab/journal.jsonl'))

  it('that is full costs what would be kept, and not the verdict', () => {
    const before = journal()
    const look = `cp "$PLACE/.lab/journal.jsonl" "$PLACE.journal"`
    const { code, out, err } = mounted(on(tmpfs('size=2m', `${FULL}; trap '"'"'${look}'"'"' EXIT`)), ONE)
    expect(code, out + err).toBe(3)
    expect(out).toContain('exit-status/code failed')
    expect(err).toContain('The disk is full')
    expect(err.match(/To mend/g)).toHaveLength(1)
    expect(journal()).toEqual(before)
  })

  it('that is full refuses a hint, and shows the map', () => {
    expect(mounted(on(tmpfs('size=2m', FULL)), ['status']).code).toBe(0)
    const { code, err } = mounted(on(tmpfs('size=2m', FULL)), ['hint'])
    expect([code, err]).toEqual([3, expect.stringContaining('The disk is full')])
  })

  it('without inodes is named as such', () => {
    const fill = 'i=0; while true > "$PLACE/i$i"; do i=$((i+1)); done 2>/dev/null; true'
    const { code, out, err } = mounted(on(tmpfs('nr_inodes=300', fill)), ONE)
    expect(code, out + err).toBe(3)
    expect(err).toMatch(/no inodes left[\s\S]*df\s+-i/)
  })

  it('that is read-only is read, and not checked', () => {
    const readonly = on('mount --bind "$PLACE" "$PLACE"; mount -o remount,bind,ro "$PLACE"')
    expect(mounted(readonly, ['status']).code).toBe(0)
    for (const args of [ONE, ['hint'], ['start']]) {
      const { code, out, err } = mounted(readonly, args)
      expect(code, out + err).toBe(3)
      expect(err).toMatch(/The\s+file\s+system\s+is\s+read-only/)
      expect(err.match(/To mend/g)).toHaveLength(1)
    }
  })
})

describe('an environment', () => {
  it.each<[string, RunOptions]>([
    ['a cache below a folder that can not be made', { env: { XDG_CACHE_HOME: '/proc/nowhere' } }],
    ['a relative XDG_CACHE_HOME', { env: { XDG_CACHE_HOME: 'some/cache' } }],
    ['no HOME', { env: { HOME: undefined } }],
    ['TMPDIR to nowhere', { env: { TMPDIR: '/nowhere' } }],
    ['text that is not UTF-8', { shell: `FOO=$(printf '\\377') LANG=$(printf '\\376') exec "$@"` }],
    ['stdin closed', { shell: '"$@" <&-' }],
  ])('with %s is checked in all the same', (_, options) => {
    const { code, out, err } = bench.lab(ONE, options)
    expect(code, out + err).toBe(1)
    expect(out).toContain('exit-status/code failed')
  })

  it('without the folders of programs says which are missing, and the remedy works', () => {
    const { err } = expectOneMessage(
      bench,
      ONE,
      { code: 3, says: [/unshare, .* are not on PATH/], remedy: 'export PATH=' },
      { env: { PATH: '' } },
    )
    const remedy = /export PATH=.*/.exec(err)?.[0] ?? ''
    const { code, out } = bench.lab(ONE, { shell: `PATH=; ${remedy}; exec "$@"` })
    expect([code, out]).toEqual([1, expect.stringContaining('exit-status/code failed')])
  })

  it('that names a workspace that does not exist', () => {
    const options = { env: { LAB_WORKSPACE: '/nowhere' }, named: false }
    expectOneMessage(
      bench,
      ['status'],
      { code: 2, says: ['LAB_WORKSPACE=/nowhere', 'does not exist'], remedy: 'lab start' },
      options,
    )
  })

  it('whose current folder was removed', () => {
    const shell = 'd=$(mktemp -d); cd "$d"; rmdir "$d"; exec "$@"'
    expectOneMessage(bench, ['status'], { code: 3, says: ['does not exist any more'], remedy: 'cd' }, { shell })
  })
})

describe('output', () => {
  it.each<[string, string, number]>([
    ['closed', '"$@" >&-', 0],
    ['read for one line', '{ "$@"; echo $? > "$HOME/code"; } | head -1; exit $(cat "$HOME/code")', 0],
    ['on a full disk', '"$@" > /dev/full', 3],
  ])('%s', (_, shell, expected) => {
    const { code, err } = bench.lab(['status'], { shell })
    expect(code, err).toBe(expected)
    expect(err.trim().split('\n').filter(Boolean)).toHaveLength(expected === 0 ? 0 : 1)
  })

  it('on a full disk is said once, and goes before a failed check', () => {
    const { code, err } = bench.lab(ONE, { shell: '"$@" > /dev/full' })
    expect([code, err.match(/can not be written/g)?.length]).toEqual([3, 1])
  })

  it.each([['status'], ['next'], ['hint'], ['read'], ['explain', 'forward/term'], ['doctor'], ['start'], ONE])(
    'of %s has no byte above 127 in a locale that is not UTF-8',
    (...args) => {
      const { out, err } = bench.lab(args, { env: { LANG: 'C' } })
      // eslint-disable-next-line no-control-regex -- ASCII is what it is about
      expect((out + err).match(/[^\x00-\x7f]/g)).toBeNull()
    },
  )
})

describe('paths', () => {
  it('with spaces, quotes, a newline and other letters: package, workspace and component', () => {
    const odd = join(bench.checkout.folder, `o d'd "\\ \n é`)
    const lab = join(odd, 'lab pkg')
    mkdirSync(odd)
    cpSync(join(bench.checkout.folder, 'lab'), lab, { recursive: true, preserveTimestamps: true })
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(lab, 'bin', 'lab.js'), ...args], {
        cwd: odd,
        encoding: 'utf8',
        input: '',
        env: { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1', LAB_WORKSPACE: '' },
      })
    const started = run('start', 'linux/init', '--track', 'python')
    expect(started.status, started.stdout + started.stderr).toBe(0)
    const yaml = join(lab, 'work', 'workspace.yaml')
    cpSync(join(lab, 'work', 'init'), join(lab, 'work', `in 'it é`), { recursive: true })
    writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('component: init', `component: "in 'it é"`))
    const checked = run('check', 'exit-status/code')
    expect(checked.status, checked.stdout + checked.stderr).toBe(1)
    expect(checked.stdout).toContain('exit-status/code failed')
  })

  it('that are long, or lead through a symbolic link', () => {
    const long = join(bench.checkout.folder, ...Array.from({ length: 8 }, () => 'd'.repeat(120)))
    mkdirSync(long, { recursive: true })
    cpSync(bench.path(), join(long, 'w'), { recursive: true })
    symlinkSync(join(long, 'w'), join(bench.checkout.folder, 'link'))
    for (const workspace of [join(long, 'w'), join(bench.checkout.folder, 'link')]) {
      const { code, out, err } = bench.lab([...ONE, '--workspace', workspace], { named: false })
      expect(code, out + err).toBe(1)
    }
    const name = 'q'.repeat(300)
    const { code, err } = bench.lab(['status', '--workspace', name], { named: false })
    expect([code, err]).toEqual([3, expect.stringContaining('too long')])
  })
})
