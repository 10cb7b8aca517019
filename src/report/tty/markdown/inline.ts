/** Words of a lesson: emphasis, code and links, as spans that are painted after the lines are broken. */
import type { Token } from 'marked'
import { escapeText } from '../../escape.ts'
import type { Paint } from '../paint.ts'

type Style = 'plain' | 'bold' | 'dim' | 'code'

export interface Span {
  text: string
  style: Style
}

/** A link shows its address after its text, unless they are the same or it leads within the lesson. */
export function spans(tokens: readonly Token[], style: Style = 'plain'): Span[] {
  return tokens.flatMap((token): Span[] => {
    switch (token.type) {
      case 'strong':
        return spans(token.tokens ?? [], 'bold')
      case 'em':
      case 'del':
        return spans(token.tokens ?? [], style)
      case 'codespan':
        return [{ text: plain(token), style: 'code' }]
      case 'br':
        return [{ text: '\n', style }]
      case 'link':
        return linkSpans(token, style)
      case 'image':
        return [{ text: `[${plain(token)}]`, style: 'dim' }]
      case 'html':
        return []
      default:
        return 'tokens' in token && token.tokens ? spans(token.tokens, style) : [{ text: plain(token), style }]
    }
  })
}

function linkSpans(token: Token, style: Style): Span[] {
  const inner = spans('tokens' in token ? (token.tokens ?? []) : [], style)
  const href = 'href' in token ? String(token.href) : ''
  const text = inner.map((span) => span.text).join('')
  if (href === text || href.startsWith('#') || href === '' || href === `mailto:${text}`) return inner
  return [...inner, { text: ` (${escapeText(href)})`, style: 'dim' }]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

function plain(token: Token): string {
  const text = 'text' in token ? String(token.text) : token.raw
  return escapeText(text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity))
}

export function paintSpan({ text, style }: Span, paint: Paint): string {
  switch (style) {
    case 'plain':
      return text
    case 'bold':
      return paint.bold(text)
    case 'dim':
      return paint.dim(text)
    case 'code':
      return paint.cyan(text)
  }
}
