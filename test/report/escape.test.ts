import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeLine, escapeText } from '../../src/report/escape.ts'

describe('what a component wrote is shown, never obeyed', () => {
  test.each([
    ['colour', '\u001b[31mred', '\\x1b[31mred'],
    ['window title', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
    ['C1 control sequence introducer', '\u009b2J', '\\x9b2J'],
    ['carriage return', 'passed\rfailed', 'passed\\rfailed'],
    ['backspace', 'ab\u0008c', 'ab\\x08c'],
    ['delete', 'a\u007f', 'a\\x7f'],
    ['nul', 'a\u0000b', 'a\\x00b'],
    ['right-to-left override', 'a\u202eb', 'a\\u202eb'],
    ['isolate', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['zero-width space', 'a\u200bb', 'a\\u200bb'],
    ['line separator', 'a\u2028b', 'a\\u2028b'],
    ['tag character', '\u{e0041}', '\\u{e0041}'],
    ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
    ['tab stays', 'a\tb', 'a\tb'],
    ['newline stays', 'a\nb', 'a\nb'],
    ['other languages stay', 'größe 日本 🙂', 'größe 日本 🙂'],
  ])('%s', (_, raw, safe) => {
    expect(escapeText(raw)).toBe(safe)
  })

  test('one line shows its newlines', () => {
    expect(escapeLine('a\nb\u001b')).toBe('a\\nb\\x1b')
  })

  test('no control but tab and newline is left of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const left = [...escapeText(text)].filter((c) => /[\p{Cc}\p{Bidi_Control}\p{Surrogate}]/u.test(c))
        expect(left.filter((c) => c !== '\t' && c !== '\n')).toEqual([])
      }),
    )
  })
})
