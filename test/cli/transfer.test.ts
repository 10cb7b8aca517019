import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { mergeLines } from '../../src/workspace/merge.ts'
import { progressFile } from '../../src/workspace/progress-file.ts'
import { build, LAB } from './built.ts'
import { killedEverywhere } from './killed.ts'
import { Made } from './made.ts'

beforeAll(build, 300_000)

const journal = (made: Made): string => made.read('.lab/journal.jsonl')
const EVENT = '{"v":1,"at":"2026-11-21T06:00:00.000Z","id":"a","type":"gave-up","lab":"linux/init"}'

describe('lab export and lab import', () => {
  test('move progress, once, and a newer version’s events with it', async () => {
    using from = await Made.open()
    await from.passed(1, 2)
    writeFileSync(
      join(from.ws, '.lab/journal.jsonl'),
      `${journal(from)}{"v":9,"at":"2026-11-21T06:00:00.000Z","id":"later","type":"to-come"}\n`,
    )
    using to = await Made.open()
    const file = join(from.aside, 'progress.jsonl')
    const exported = await from.run(['export', file])
    expect([exported.exitCode, exported.stdout]).toEqual([0, expect.stringContaining('7 events')])

    expect(await to.json('import', file)).toMatchObject({ added: 7, known: 0 })
    expect(journal(to)).toContain('"to-come"')
    const status = JSON.stringify(await to.json('status'))
    expect(status).toContain('"points":{"earned":4,"of":18},"step":3')
    const once = journal(to)
    expect((await to.run(['import', file])).stdout).toContain('0 new events, 7 known already')
    expect(journal(to)).toBe(once)
  })

  test('an old export does not take back what came after it', async () => {
    using made = await Made.open()
    await made.passed(1)
    using other = made.copy()
    await other.happened({ type: 'component-reset', lab: 'linux/init' })
    const file = join(made.aside, 'old')
    await other.run(['export', file])
    await made.passed(2)
    expect(await made.json('import', file)).toMatchObject({ added: 1 })
    expect(JSON.stringify(await made.json('status'))).toContain('"step":3')
  })

  test('go through pipes, and say how to go on with a lab that is not here', async () => {
    using from = await Made.open()
    using to = await Made.open()
    to.write('workspace.yaml', from.read('workspace.yaml').replace(/labs:[^]*/, 'labs: {}\n'))
    const script = `"${LAB}" export - --workspace '${from.ws}' | "${LAB}" import - --workspace '${to.ws}'`
    const { exitCode, stdout } = await execa('sh', ['-c', script], { env: { LC_ALL: 'C.UTF-8' }, cwd: '/' })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('2 new events')
    expect(stdout).toContain('lab start linux/init --track python')
    expect((await from.run(['export', '-', '--json'])).exitCode).toBe(2)
  })

  test('an existing file is replaced with --force only; a device never', async () => {
    using made = await Made.open()
    const file = join(made.aside, 'p')
    writeFileSync(file, 'precious')
    const refused = await made.run(['export', file])
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--force')])
    expect(readFileSync(file, 'utf8')).toBe('precious')
    expect((await made.run(['export', file, '--force'])).exitCode).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('drydock-progress')
    expect((await made.run(['export', '/dev/null', '--force'])).exitCode).toBe(2)
    const nowhere = await made.run(['export', join(made.aside, 'no/p')])
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([3, expect.stringContaining('does not exist')])
  })

  const good = progressFile([EVENT, EVENT.replace('"a"', '"b"')], '0.1.0', new Date())
  const header = (more: object): string =>
    `${JSON.stringify({ ...(JSON.parse(good.split('\n')[0] ?? '') as object), ...more })}\n${EVENT}\n`
  let undamaged: Made
  beforeAll(async () => {
    undamaged = await Made.open()
    return () => undamaged[Symbol.dispose]()
  })
  test.each([
    ['nothing', '', 2, 'It is empty'],
    ['no JSON', 'PK\u0003\u0004', 2, 'not an export'],
    ['a journal', `${EVENT}\n`, 2, 'not an export'],
    ['another format', '{"format":"other","version":1}\n', 2, 'not an export'],
    ['a newer version', header({ version: 2 }), 3, 'needs a newer Drydock'],
    ['a newer course', header({ course: '9.0.0' }), 3, 'needs a newer Drydock'],
    ['a header without its digest', header({ sha256: undefined }), 3, 'first line is incomplete'],
    ['cut off between lines', good.split('\n').slice(0, 2).join('\n'), 3, '1 of 2 events'],
    ['cut off in a line', good.slice(0, -30), 3, 'Line 3 is not an event'],
    ['something added', `${good}${EVENT}\n`, 3, '3 of 2 events'],
    ['something changed', good.replace('linux/init', 'linux/inot'), 3, 'not those that were exported'],
    ['what is no event', progressFile(['{"v":1}'], '0.1.0', new Date()), 3, 'no event'],
  ])('%s is refused, and nothing changes', async (_, text, code, said) => {
    const made = undamaged
    const before = journal(made)
    const file = join(made.aside, 'p')
    writeFileSync(file, text)
    const { exitCode, stderr } = await made.run(['import', file])
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(said)])
    expect(journal(made)).toBe(before)
  })

  test('a file that is not there is wrong usage', async () => {
    using made = await Made.open()
    expect((await made.run(['import', join(made.aside, 'x')])).exitCode).toBe(2)
    expect((await made.run(['import', made.aside])).exitCode).toBe(2)
  })

  test('an import that is killed has happened as a whole, or not at all', { timeout: 180_000 }, async () => {
    using model = await Made.open()
    const before = journal(model)
    const file = join(model.aside, 'p')
    writeFileSync(file, good)
    const seen = new Set<number>()
    await killedEverywhere(
      model,
      () => ['import', file],
      (made) => {
        const added = journal(made).split('\n').length - before.split('\n').length
        seen.add(added)
        return Promise.resolve()
      },
    )
    expect([...seen].sort()).toEqual([0, 2])
  })

  test('on a full disk nothing is left behind, and nothing changes', async () => {
    using made = await Made.open()
    const file = join(made.ws, 'p')
    writeFileSync(file, good)
    const before = journal(made)
    const { exitCode, stdout, stderr } = await made.alone(`
      mount -t tmpfs -o size=1m none "$ASIDE"
      cp -a "$WS" "$ASIDE/ws"
      cat /dev/zero > "$ASIDE/ws/fill" 2> /dev/null || true
      code=0; "$LAB" import "$WS/p" --workspace "$ASIDE/ws" || code=$?
      "$LAB" export "$ASIDE/q" --workspace "$WS" || code="$code $?"
      ls -A "$ASIDE" >&2
      cat "$ASIDE/ws/.lab/journal.jsonl"
      [ "$code" = '3 3' ]`)
    expect(exitCode, stderr).toBe(0)
    expect(stderr.match(/disk is full/g)).toHaveLength(2)
    expect(`${stdout}\n`).toBe(before)
    expect(stderr).toMatch(/\nws$/)
    expect(existsSync(join(made.aside, 'ws'))).toBe(false)
  })
})

describe('mergeLines', () => {
  const line = (id: string, at: number): string =>
    JSON.stringify({ v: 1, at: new Date(at).toISOString(), id, type: 'gave-up', lab: 'x' })
  const lines = (name: string) =>
    fc.array(fc.nat(50), { maxLength: 12 }).map((times) => times.map((at, i) => line(`${name}${String(i)}`, at)))

  test('keeps each side’s order and each event once', () => {
    fc.assert(
      fc.property(lines('a'), lines('b'), (own, others) => {
        const merged = mergeLines(own, [...others, ...own, ...others])
        expect(merged.filter((l) => own.includes(l))).toEqual(own)
        expect(merged.filter((l) => others.includes(l))).toEqual(others)
        expect(merged).toHaveLength(own.length + others.length)
      }),
    )
  })

  test('goes by time, the own one first', () => {
    const own = [line('a', 1), line('b', 5)]
    expect(mergeLines(own, [line('c', 0), line('d', 5), line('e', 3)])).toEqual([
      line('c', 0),
      line('a', 1),
      line('b', 5),
      line('d', 5),
      line('e', 3),
    ])
  })
})
