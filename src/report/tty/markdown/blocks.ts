/** A lesson for the terminal: headings, paragraphs, lists, code, quotes and tables. */
import { marked, type Token, type Tokens } from 'marked'
import { escapeText } from '../../escape.ts'
import type { Layout } from '../layout.ts'
import { pad, textWidth } from '../width.ts'
import { flow } from './flow.ts'
import { spans } from './inline.ts'

export function renderMarkdown(source: string, layout: Layout): string {
  return `${blocks(marked.lexer(source), layout).join('\n').trimEnd()}\n`
}

/** Lines; a blank one stands between two blocks. */
function blocks(tokens: readonly Token[], layout: Layout): string[] {
  const lines: string[] = []
  for (const token of tokens) {
    const block = blockLines(token, layout)
    if (block.length === 0) continue
    if (lines.length > 0) lines.push('')
    lines.push(...block)
  }
  return lines
}

function blockLines(token: Token, layout: Layout): string[] {
  const { paint, width } = layout
  switch (token.type) {
    case 'heading':
      return heading(token as Tokens.Heading, layout)
    case 'paragraph':
    case 'text':
      return flow(spans(token.tokens ?? [token]), width, paint)
    case 'code':
      return code(token as Tokens.Code, layout)
    case 'list':
      return list(token as Tokens.List, layout)
    case 'blockquote':
      return indented(blocks(token.tokens ?? [], { ...layout, width: width - 4 }), `  ${paint.dim('|')} `)
    case 'table':
      return table(token as Tokens.Table, layout)
    case 'hr':
      return [paint.dim('-'.repeat(width))]
    default:
      return [] // space, definitions, HTML comments
  }
}

function heading({ depth, tokens }: Tokens.Heading, { paint, width }: Layout): string[] {
  const lines = flow(spans(tokens), width, paint)
  const widest = Math.max(...lines.map(textWidth))
  if (depth > 2) return lines.map(paint.bold)
  return [...lines.map(paint.bold), paint.dim((depth === 1 ? '=' : '-').repeat(widest))]
}

/** Never broken: it is there to be copied. */
function code({ text }: Tokens.Code, { paint }: Layout): string[] {
  return escapeText(text)
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${paint.cyan(line)}`))
}

function list({ items, ordered, start, loose }: Tokens.List, layout: Layout): string[] {
  return items.flatMap((item, i) => {
    const bullet = ordered ? `${Number(start) + i}. ` : item.task ? `[${item.checked ? 'x' : ' '}] ` : '- '
    const inner = { ...layout, width: layout.width - 2 - bullet.length }
    const lines = loose ? blocks(item.tokens, inner) : item.tokens.flatMap((token) => blockLines(token, inner))
    const rest = ' '.repeat(2 + bullet.length)
    const rows = lines.map((line, j) => (j === 0 ? `  ${bullet}${line}` : line === '' ? '' : rest + line))
    return loose && i > 0 ? ['', ...rows] : rows
  })
}

function indented(lines: readonly string[], prefix: string): string[] {
  return lines.map((line) => `${prefix}${line}`.trimEnd())
}

/** Columns as wide as their cells; when that does not fit, the widest ones give way. */
function table({ header, rows }: Tokens.Table, { paint, width }: Layout): string[] {
  const cells = [header, ...rows].map((row) => row.map((cell) => spans(cell.tokens)))
  const natural = header.map((_, column) => {
    return Math.max(3, ...cells.map((row) => (row[column] ?? []).reduce((sum, { text }) => sum + textWidth(text), 0)))
  })
  const columns = shrink(natural, width - 2 * header.length)
  const lines = cells.map((row) => {
    const flowed = row.map((cell, i) => flow(cell, columns[i] ?? 3, paint))
    const height = Math.max(...flowed.map((cell) => cell.length))
    return Array.from({ length: height }, (_, y) =>
      flowed
        .map((cell, i) => pad(cell[y] ?? '', columns[i] ?? 3))
        .join('  ')
        .trimEnd(),
    )
  })
  const [head = [], ...body] = lines
  return [...head.map(paint.bold), paint.dim(columns.map((size) => '-'.repeat(size)).join('  ')), ...body.flat()]
}

function shrink(natural: readonly number[], room: number): number[] {
  const sizes = [...natural]
  const total = (): number => sizes.reduce((sum, size) => sum + size, 0)
  while (total() > room) {
    const widest = sizes.indexOf(Math.max(...sizes))
    if ((sizes[widest] ?? 0) <= 8) break
    sizes[widest] = (sizes[widest] ?? 0) - 1
  }
  return sizes
}
