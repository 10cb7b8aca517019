/** What a lesson expects, against what was printed. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare } from '../../../src/author/lesson/compare.ts'
import { expectedLine, wrongPatterns } from '../../../src/author/lesson/pattern.ts'

const expected = (...lines: string[]): string => lines.join('\n')

describe('compare', () => {
  it.each([
    ['the same', ['a', 'b'], ['a', 'b']],
    ['white space at the end', ['a', 'b '], ['a  ', 'b\r']],
    ['a pattern', ['pid {{\\d+}}.'], ['pid 42.']],
    ['a pattern that ends with a brace', ['{{[0-9a-f]{4}}}'], ['00ff']],
    ['two patterns on a line', ['{{\\d+}} of {{\\d+}}'], ['1 of 2']],
    ['a pattern with a group of its own', ['{{(\\d+) \\1}}'], ['7 7']],
    ['text with what regular expressions mean', ['a.b (c) [d] $e'], ['a.b (c) [d] $e']],
    ['further lines', ['a', '...'], ['a', 'b', 'c']],
    ['no further lines', ['a', '...'], ['a']],
    ['lines before', ['...', 'c'], ['a', 'b', 'c']],
    ['lines between, the last of several that fit', ['...', 'a', 'b', '...'], ['a', 'x', 'a', 'b', 'c']],
    ['several gaps', ['...', 'b', '...', 'b'], ['b', 'a', 'b', 'b']],
  ])('accepts %s', (_, lines, printed) => expect(compare(expected(...lines), printed)).toBeUndefined())

  it.each([
    ['another line', ['a', 'b', 'c'], ['a', 'x', 'c'], 1, '    a\n  - b\n  + x'],
    ['a line too few', ['a', 'b'], ['a'], 1, '    a\n  - b\n  + (nothing more)'],
    ['a line too many', ['a'], ['a', 'b'], 1, '    a\n  - (nothing more)\n  + b'],
    ['nothing', ['a'], [], 0, '  - a\n  + (nothing more)'],
    ['a pattern that does not fit', ['{{\\d+}}'], ['x'], 0, '  - {{\\d+}}\n  + x'],
    ['a part of a line', ['a'], ['ab'], 0, '  - a\n  + ab'],
    ['a dot that stands for itself', ['a.b'], ['axb'], 0, '  - a.b\n  + axb'],
    [
      'what never comes after a gap',
      ['a', '...', 'z'],
      ['a', '1', '2', '3', '4', '5'],
      2,
      '    a\n  - z\n  + 1\n  + 2\n  + 3\n  + (2 more lines, none of which fits)',
    ],
    [
      'a late one',
      ['1', '2', '3', '4', '5', '6'],
      ['1', '2', '3', '4', '5', 'x'],
      5,
      '    (2 more lines)\n    3\n    4\n    5\n  - 6\n  + x',
    ],
  ])('tells %s', (_, lines, printed, at, text) => expect(compare(expected(...lines), printed)).toEqual({ at, text }))

  const line = fc.string({ maxLength: 8 }).filter((text) => !/\{\{|\n|\r/.test(text) && text.trim() !== '...')
  const lines = fc.array(line, { minLength: 1, maxLength: 8 })

  it('accepts what it is given, and with any one line changed nothing', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (printed, n) => {
        expect(compare(expected(...printed), printed)).toBeUndefined()
        const at = n % printed.length
        const changed = printed.map((text, i) => (i === at ? `${text}!` : text))
        expect(compare(expected(...printed), changed)?.at).toBe(at)
        expect(compare(expected(...printed), printed.slice(0, -1))).toBeDefined()
        expect(compare(expected(...printed), [...printed, 'more'])?.at).toBe(printed.length)
      }),
    )
  })

  it('lets a gap stand for any lines, anywhere', () => {
    fc.assert(
      fc.property(lines, lines, lines, (before, between, after) => {
        expect(compare(expected(...before, '...', ...after), [...before, ...between, ...after])).toBeUndefined()
      }),
    )
  })
})

describe('wrongPatterns', () => {
  it.each([
    'plain',
    'a {{\\d+}}',
    '{{[0-9a-f]{16}}}',
    '{{ +(\\d+) +1 +\\1 +R.+}}',
    '{{(?<a>x)}} {{.+}}',
    'a } b',
    '}}',
  ])('accepts %s', (text) => {
    expect(wrongPatterns(text)).toEqual([])
    expectedLine(text)
  })

  it.each([
    ['{{}}', 'the empty string'],
    ['{{.*}}', 'the empty string'],
    ['{{a?}}', 'the empty string'],
    ['{{a|}}', 'the empty string'],
    ['{{\\b}}', 'the empty string'],
    ['{{(?=a)}}', 'the empty string'],
    ['{{(}}', 'no regular expression: Unterminated group'],
    ['{{a', 'does not end'],
    ['{{(?<a>x)}}{{(?<a>y)}}', 'do not go together'],
  ])('refuses %s', (text, why) => expect(wrongPatterns(text)[0]?.why).toContain(why))
})
