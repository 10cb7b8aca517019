import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JournalEvent } from '../../src/workspace/events.ts'
import { appendEvents, readJournal } from '../../src/workspace/journal.ts'
import { badJournalPath, journalPath } from '../../src/workspace/places.ts'
import { caught } from '../course/caught.ts'
import { tempFolder } from '../course/sample.ts'
import { CHECKED } from './checked.ts'
import { anyBody, anyEvent } from './sample-events.ts'

/** A workspace's folder whose journal holds `content`. */
function workspace(content?: string | Buffer) {
  const folder = tempFolder()
  const dir = folder.path
  mkdirSync(join(dir, '.lab'))
  if (content !== undefined) writeFileSync(journalPath(dir), content)
  const text = () => readFileSync(journalPath(dir), 'utf8')
  const bad = () => (existsSync(badJournalPath(dir)) ? readFileSync(badJournalPath(dir), 'utf8') : '')
  return { dir, text, bad, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

const EVENT = (id: string): JournalEvent => ({ v: 1, at: '2026-11-21T03:47:23.000Z', id, ...CHECKED })
const line = (id: string) => JSON.stringify(EVENT(id))
const NEWER = '{"v":2,"at":"2026-11-21T03:47:23.000Z","id":"n","type":"dreamed"}'
const idsOf = (events: readonly JournalEvent[]) => events.map((event) => event.id).join('')

describe('appendEvents', () => {
  test('stamps events and adds each as one line', async () => {
    using ws = workspace()
    const first = await appendEvents(ws, [{ type: 'lab-started', lab: 'linux/init', track: 'go' }, CHECKED])
    expect(first.notes).toEqual([])
    expect(first.events).toMatchObject([
      { v: 1, type: 'lab-started' },
      { v: 1, type: 'checked' },
    ])
    const given = { ...CHECKED, id: 'mine', at: '2020-01-01T00:00:00Z' }
    const second = await appendEvents(ws, [given])
    expect(second.events).toEqual([{ v: 1, ...given }])
    expect(ws.text().split('\n')).toHaveLength(4)
    expect(await readJournal(ws)).toEqual({ events: [...first.events, ...second.events], notes: [] })
  })

  test('refuses what is no event: that is our bug', async () => {
    using ws = workspace()
    await expect(appendEvents(ws, [{ ...CHECKED, step: 0 }])).rejects.toThrow('not an event of the journal')
    await expect(appendEvents(ws, [{ ...CHECKED, seed: 'x'.repeat(2 ** 20) }])).rejects.toThrow('too long')
    expect(existsSync(journalPath(ws.dir))).toBe(false)
  })

  test('any events come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyBody, { maxLength: 4 }), { maxLength: 4 }), async (batches) => {
        using ws = workspace()
        const written: JournalEvent[] = []
        for (const batch of batches) written.push(...(await appendEvents(ws, batch)).events)
        expect(await readJournal(ws)).toEqual({ events: JSON.parse(JSON.stringify(written)) as unknown, notes: [] })
      }),
      { numRuns: 40 },
    )
  })

  test.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    using ws = workspace()
    symlinkSync('/dev/full', journalPath(ws.dir))
    const { text } = await caught(() => appendEvents(ws, [CHECKED]))
    expect(text).toMatchObject({ what: 'Cannot write the journal.', why: 'The disk is full, or has no inodes left.' })
    expect(text.remedy).toContain('Free some space')
  })

  test('says what is in the way', async () => {
    using ws = workspace()
    mkdirSync(journalPath(ws.dir))
    expect((await caught(() => appendEvents(ws, [CHECKED]))).text.why).toBe('It is a folder, and a file is needed.')
    expect((await caught(() => readJournal(ws))).text.what).toBe('Cannot read the journal.')
  })
})

interface Row {
  title: string
  content: string | Buffer
  ids: string
  note?: RegExp
  /** what the repair leaves, before the line that is appended */
  left?: string
  bad?: string
}

const A = line('a')
const B = line('b')
const ROWS: Row[] = [
  { title: 'nothing', content: '', ids: '', left: '' },
  { title: 'a last line without newline', content: `${A}\n${B}`, ids: 'ab', left: `${A}\n${B}\n` },
  {
    title: 'a torn last line',
    content: `${A}\n${B.slice(0, 50)}`,
    ids: 'a',
    note: /Line 2 .*: cut off\./,
    left: `${A}\n`,
    bad: B.slice(0, 50),
  },
  {
    title: 'a torn first line',
    content: B.slice(0, 50),
    ids: '',
    note: /Line 1 .*: cut off\./,
    left: '',
    bad: B.slice(0, 50),
  },
  {
    title: 'a last line that is no JSON',
    content: `${A}\nxyz\n`,
    ids: 'a',
    note: /Line 2 .*: not JSON\./,
    left: `${A}\n`,
    bad: 'xyz',
  },
  {
    title: 'a torn line inside a character',
    content: Buffer.concat([Buffer.from(`${A}\n{"é`), Buffer.from([0xc3])]),
    ids: 'a',
    note: /Line 2 .*: not UTF-8\./,
    left: `${A}\n`,
  },
  {
    title: 'a corrupt line in the middle',
    content: `${A}\n{"v":1}\n${B}\n`,
    ids: 'ab',
    note: /Line 2 .*: not an event\./,
    left: `${A}\n${B}\n`,
    bad: '{"v":1}',
  },
  {
    title: "conflict marks of git's",
    content: `<<<<<<< ours\n${A}\n=======\n${B}\n>>>>>>> theirs\n`,
    ids: 'ab',
    note: /Line 1 /,
    left: `${A}\n${B}\n`,
    bad: '=======',
  },
  { title: 'an event twice', content: `${A}\n${B}\n${A}\n`, ids: 'ab', left: `${A}\n${B}\n${A}\n` },
  { title: 'CRLF', content: `${A}\r\n${B}\r\n`, ids: 'ab', left: `${A}\r\n${B}\r\n` },
  { title: 'a byte order mark', content: `\ufeff${A}\n`, ids: 'a', left: `\ufeff${A}\n` },
  { title: 'blank lines', content: `\n${A}\n  \n${B}\n\n`, ids: 'ab', left: `\n${A}\n  \n${B}\n\n` },
  {
    title: 'NUL bytes at the end',
    content: `${A}\n${'\0'.repeat(5000)}`,
    ids: 'a',
    note: /Line 2 .*: 5000 NUL bytes/,
    left: `${A}\n`,
  },
  {
    title: 'NUL bytes before an event',
    content: `${A}\n${'\0'.repeat(9)}${B}\n`,
    ids: 'ab',
    note: /Line 2 .*: 9 NUL bytes/,
    left: `${A}\n${B}\n`,
  },
  {
    title: 'NUL bytes in the place of a newline',
    content: `${A}\0${B}\n`,
    ids: 'ab',
    note: /1 NUL bytes/,
    left: `${A}\n${B}\n`,
  },
  {
    title: 'NUL bytes in the middle of an event',
    content: `${A}\n${B.slice(0, 20)}\0\0${B.slice(22)}\n${line('c')}\n`,
    ids: 'ac',
    note: /Line 2 /,
    left: `${A}\n${line('c')}\n`,
  },
  {
    title: 'NUL bytes across chunks',
    content: `${A}\n${'\0'.repeat(3 * 2 ** 20)}${B}\n`,
    ids: 'ab',
    note: /3145728 NUL bytes/,
    left: `${A}\n${B}\n`,
  },
  {
    title: 'a huge line',
    content: `${A}\n${'x'.repeat(2 ** 21 + 7)}\n${B}\n`,
    ids: 'ab',
    note: /Line 2 .*: longer than 1024 KiB\./,
    left: `${A}\n${B}\n`,
  },
  { title: 'a huge torn line', content: `${A}\n${'x'.repeat(2 ** 21)}`, ids: 'a', note: /longer than/, left: `${A}\n` },
  {
    title: 'events of a newer version',
    content: `${A}\n${NEWER}\n${B}\n`,
    ids: 'ab',
    note: /1 event .* by a newer version, is not understood/,
    left: `${A}\n${NEWER}\n${B}\n`,
  },
  {
    title: 'a newer event without newline',
    content: `${A}\n${NEWER}`,
    ids: 'a',
    note: /newer/,
    left: `${A}\n${NEWER}\n`,
  },
  { title: 'a list', content: `[${A}]\n`, ids: '', note: /not an event/, left: '' },
]

describe('a journal with', () => {
  test.each(ROWS)('$title is read without changing it', async ({ content, ids, note }) => {
    using ws = workspace(content)
    const { mtimeNs, size } = statSync(journalPath(ws.dir), { bigint: true })
    const { events, notes } = await readJournal(ws)
    expect(idsOf(events)).toBe(ids)
    if (note) expect(notes.join('\n')).toMatch(note)
    else expect(notes).toEqual([])
    expect(statSync(journalPath(ws.dir), { bigint: true })).toMatchObject({ mtimeNs, size })
    expect(ws.bad()).toBe('')
  })

  test.each(ROWS)(
    '$title is mended by the next append, and nothing is lost',
    async ({ content, ids, note, left, bad }) => {
      using ws = workspace(content)
      const { notes } = await appendEvents(ws, [{ ...CHECKED, id: 'z' }])
      const after = await readJournal(ws)
      expect(idsOf(after.events)).toBe(`${ids}z`)
      expect(after.notes.filter((text) => !text.includes('newer version'))).toEqual([])
      if (note) expect(notes.join('\n')).toMatch(note)
      if (left !== undefined) expect(ws.text().slice(0, ws.text().lastIndexOf('{"v"'))).toBe(left)
      if (bad !== undefined) expect(ws.bad()).toContain(`\n${bad}\n`)
      if (notes.some((text) => text.includes('journal.bad')))
        expect(ws.bad()).toMatch(/^# \d{4}-.* line \d+ of journal\.jsonl: /)
      else expect(ws.bad()).toBe('')
    },
  )
})

test('without a file there are no events', async () => {
  using ws = workspace()
  expect(await readJournal(ws)).toEqual({ events: [], notes: [] })
  expect(await readJournal({ dir: join(ws.dir, 'absent') })).toEqual({ events: [], notes: [] })
})

test('many bad lines make few notes', async () => {
  using ws = workspace('x\n'.repeat(100))
  const { notes } = await readJournal(ws)
  expect(notes).toHaveLength(6)
  expect(notes.at(-1)).toBe('So it is with 95 more of its lines.')
})

/** Bytes without newline that are no event. */
const garbage = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes.map((b) => (b === 10 ? 11 : b)))),
  fc.string({ maxLength: 40, unit: 'binary' }).map((text) => Buffer.from(text.replaceAll('\n', ' '))),
  fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text.replaceAll('\n', ' '))),
  fc.constantFrom('', '\r', '{}', 'null', '{"v":1}', '\0\0\0', '\ufeff').map((text) => Buffer.from(text)),
)
const NL = Buffer.from('\n')

test('whatever is between events, and however the file was cut: nothing valid is lost, nothing else is returned', async () => {
  const parts = fc.array(fc.oneof({ weight: 2, arbitrary: anyEvent }, garbage), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(parts, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), async (parts, share, cut) => {
      const lines = parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part))))
      const whole = Buffer.concat(lines.flatMap((line) => [line, NL]))
      const length = cut ? Math.floor(whole.length * share) : whole.length
      using ws = workspace(whole)
      truncateSync(journalPath(ws.dir), length)
      let end = 0
      const expected = parts.filter((part, i) => {
        end += (lines[i]?.length ?? 0) + 1
        return !Buffer.isBuffer(part) && end - 1 <= length
      })
      const ids = new Set(expected.map((event) => (event as JournalEvent).id))
      const before = (await readJournal(ws)).events
      expect(before).toEqual(JSON.parse(JSON.stringify(expected)))
      expect(ids.size).toBe(before.length)
      await appendEvents(ws, [{ ...CHECKED, id: 'last' }])
      const after = await readJournal(ws)
      expect(after.events.slice(0, -1)).toEqual(before)
      expect(after.events.at(-1)?.id).toBe('last')
      expect(after.notes).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('a reader never sees a line that is being written as broken', async () => {
  using ws = workspace()
  let writing = true
  const writer = (async () => {
    for (let i = 0; i < 40; i++) await appendEvents(ws, [CHECKED, CHECKED])
    writing = false
  })()
  let most = 0
  while (writing) {
    const { events, notes } = await readJournal(ws)
    expect(notes).toEqual([])
    expect(events.length).toBeGreaterThanOrEqual(most)
    most = events.length
    await new Promise(setImmediate)
  }
  await writer
  appendFileSync(journalPath(ws.dir), '{')
  expect((await readJournal(ws)).events).toHaveLength(80)
})
