import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ago, duration, moment, workTime } from '../../../src/report/tty/duration.ts'
import { createPaint, isUtf8, wantsColour } from '../../../src/report/tty/paint.ts'
import { pad, padLeft, textWidth, widthOf } from '../../../src/report/tty/width.ts'
import { hang, wrap } from '../../../src/report/tty/wrap.ts'

describe('times', () => {
  test.each([
    [0, '0 ms'],
    [41.4, '41 ms'],
    [99.4, '99 ms'],
    [99.6, '0.1 s'],
    [602, '0.6 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [12_000_000, '3 h 20 min'],
  ])('duration(%d) is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  test.each([
    [602, '602 ms'],
    [9_999, '9999 ms'],
    [12_340, '12.3 s'],
  ])('moment(%d) is %s', (ms, text) => {
    expect(moment(ms)).toBe(text)
  })

  test.each([
    [-5_000, 'just now'],
    [9_000, 'just now'],
    [30_000, 'less than a minute ago'],
    [60_000, '1 minute ago'],
    [180_000, '3 minutes ago'],
    [7_200_000, '2 hours ago'],
    [90_000_000, '1 day ago'],
  ])('ago(%d) is %s', (ms, text) => {
    expect(ago(ms)).toBe(text)
  })

  test.each([
    [20_000, '< 1 min'],
    [1_500_000, '25 min'],
    [7_200_000, '2 h'],
  ])('workTime(%d) is %s', (ms, text) => {
    expect(workTime(ms)).toBe(text)
  })
})

describe('widths', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['\u001b[31mred\u001b[39m', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🙂', 2],
    ['✓ · ×', 5],
  ])('%j has %d columns', (text, columns) => {
    expect(textWidth(text)).toBe(columns)
  })

  test('padding counts columns, not colours', () => {
    expect(pad('\u001b[1mab\u001b[22m', 4)).toBe('\u001b[1mab\u001b[22m  ')
    expect(padLeft('ab', 4)).toBe('  ab')
    expect(pad('abcdef', 4)).toBe('abcdef')
  })

  test.each([
    [{ isTTY: true, columns: 120 }, 100],
    [{ isTTY: true, columns: 20 }, 40],
    [{ isTTY: true, columns: 72 }, 72],
    [{ isTTY: true, columns: 0 }, 80],
    [{ columns: 120 }, 80],
  ])('%j is laid out in %d', (stream, width) => {
    expect(widthOf(stream)).toBe(width)
  })
})

describe('wrap', () => {
  test.each([
    ['a bc def', 5, ['a bc', 'def']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['a abcdefgh', 4, ['a', 'abcd', 'efgh']],
    ['one\n\ntwo', 10, ['one', '', 'two']],
    ['  indented text', 12, ['  indented', 'text']],
    ['', 5, ['']],
    ['日本日本', 4, ['日本', '日本']],
  ])('%j in %d', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines)
  })

  test('keeps every word, and no line is too long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 2, max: 60 }), (text, width) => {
        const lines = wrap(text, width)
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
        expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
      }),
    )
  })

  test('hangs at the head', () => {
    expect(hang('  Why   ', 'one two three four', 24)).toBe('  Why   one two three\n        four')
  })
})

describe('colour and signs', () => {
  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('terminal %s with %j: colour %s', (terminal, env, colour) => {
    expect(wantsColour(terminal, env)).toBe(colour)
  })

  test.each([
    [{ LANG: 'en_GB.UTF-8' }, 'linux', true],
    [{ LANG: 'C.utf8' }, 'linux', true],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, 'linux', false],
    [{ LC_ALL: '', LC_CTYPE: 'C', LANG: 'de_DE.UTF-8' }, 'linux', false],
    [{}, 'linux', false],
    [{}, 'darwin', true],
  ] as const)('%j on %s: UTF-8 %s', (env, platform, utf8) => {
    expect(isUtf8(env, platform)).toBe(utf8)
  })

  test('without colour nothing is added; an empty text is never coloured', () => {
    expect(createPaint({ colour: false, utf8: true }).red('x')).toBe('x')
    expect(createPaint({ colour: true, utf8: true }).red('x')).toBe('\u001b[31mx\u001b[39m')
    expect(createPaint({ colour: true, utf8: true }).red('')).toBe('')
  })

  test('without UTF-8 every sign is ASCII', () => {
    const signs = Object.values(createPaint({ colour: false, utf8: false }).signs).join('')
    expect(signs).toMatch(/^[\x20-\x7e]+$/)
  })
})
