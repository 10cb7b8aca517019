/** A page of Markdown as the form checks see it: headings, prose, links and code, each with its line. */
import GithubSlugger from 'github-slugger'
import { marked, type Token, type Tokens } from 'marked'

export interface Heading {
  depth: number
  text: string
  /** 1-based, as all lines here */
  line: number
  /** what a link's #anchor has to be, by GitHub's rule */
  slug: string
}

export interface CodeBlock {
  /** the words after the fence: `sh run host`, `mermaid` */
  info: string
  text: string
  /** of the fence; the text begins on the next line */
  line: number
}

/** The text of one paragraph, heading, list item or cell; what is code in it is one placeholder. */
export interface Prose {
  text: string
  line: number
  /** in a quotation */
  quoted: boolean
}

export interface Link {
  href: string
  line: number
}

export interface Page {
  /** relative to the course's folder */
  path: string
  text: string
  headings: Heading[]
  code: CodeBlock[]
  prose: Prose[]
  links: Link[]
  /** what #anchor may name */
  anchors: ReadonlySet<string>
}

/** Stands for code, and for a character that was escaped, in prose. */
export const PLACEHOLDER = '\u{fffc}'
/** Stands for a link that is written as its bare address. */
export const ADDRESS = '\u{fffb}'

export function readPage(path: string, text: string): Page {
  const source = text.replace(/\r\n?/g, '\n')
  const page = new Reader(source)
  page.blocks(marked.lexer(source), false)
  const anchors = new Set([...page.headings.map(({ slug }) => slug), ...page.anchors])
  const { headings, code, prose, links } = page
  return { path, text: source, headings, code, prose, links, anchors }
}

/** Walks marked's tokens, which know their text but not their place, along the source. */
class Reader {
  readonly headings: Heading[] = []
  readonly code: CodeBlock[] = []
  readonly prose: Prose[] = []
  readonly links: Link[] = []
  readonly anchors: string[] = []
  readonly #slugger = new GithubSlugger()
  #cursor = 0

  constructor(readonly source: string) {}

  blocks(tokens: readonly Token[], quoted: boolean): void {
    for (const token of tokens) this.#block(token, quoted)
  }

  #block(token: Token, quoted: boolean): void {
    const line = this.#enter(token.raw)
    switch (token.type) {
      case 'heading': {
        const { depth, tokens = [] } = token as Tokens.Heading
        const text = plain(tokens)
        this.headings.push({ depth, text, line, slug: this.#slugger.slug(text) })
        this.#inline(tokens, line, quoted)
        break
      }
      case 'code': {
        const { lang = '', text } = token as Tokens.Code
        this.code.push({ info: lang, text, line })
        break
      }
      case 'list':
        for (const item of (token as Tokens.List).items) {
          this.#enter(item.raw)
          this.blocks(item.tokens, quoted)
        }
        break
      case 'table': {
        const { header, rows } = token as Tokens.Table
        for (const cell of [header, ...rows].flat()) this.#inline(cell.tokens, this.#enter(cell.text), quoted)
        break
      }
      case 'blockquote':
        this.blocks((token as Tokens.Blockquote).tokens, true)
        break
      case 'html':
        this.#html(token.raw)
        break
      case 'paragraph':
      case 'text':
        this.#inline((token as Tokens.Paragraph).tokens ?? [token], line, quoted)
        break
      default: // space, definitions, rules
    }
    this.#leave(token.raw)
  }

  /** The line on which a token begins. Its first line is looked for, because a list takes the indent from the others. */
  #enter(raw: string): number {
    const [first = ''] = raw.trimStart().split('\n', 1)
    const found = this.source.indexOf(first, this.#cursor)
    if (found !== -1) this.#cursor = found
    return lineAt(this.source, this.#cursor)
  }

  #leave(raw: string): void {
    const last = raw.trimEnd().split('\n').at(-1) ?? ''
    const found = this.source.indexOf(last, this.#cursor)
    if (found !== -1 && found - this.#cursor <= raw.length * 2) this.#cursor = found + last.length
  }

  #inline(tokens: readonly Token[], line: number, quoted: boolean): void {
    let text = ''
    const walk = (inner: readonly Token[]): void => {
      for (const token of inner) {
        const here = line + newlines(text)
        if (token.type === 'link' || token.type === 'image') {
          this.links.push({ href: (token as Tokens.Link).href, line: here })
        }
        if (token.type === 'html') this.#html(token.raw)
        if (token.type === 'codespan' || token.type === 'escape') {
          text += PLACEHOLDER + '\n'.repeat(newlines(token.raw))
        } else if (isAutolink(token)) {
          text += ADDRESS
        } else if ('tokens' in token && Array.isArray(token.tokens)) {
          walk(token.tokens)
        } else if (token.type === 'text') {
          text += token.raw
        } else if (token.type === 'br' || token.type === 'html') {
          text += '\n'.repeat(newlines(token.raw))
        }
      }
    }
    walk(tokens)
    if (text.trim() !== '') this.prose.push({ text, line, quoted })
  }

  #html(raw: string): void {
    for (const [, name] of raw.matchAll(/\s(?:id|name)="([^"]+)"/g)) if (name !== undefined) this.anchors.push(name)
  }
}

/** A link whose text is its own address. */
function isAutolink(token: Token): boolean {
  return token.type === 'link' && !token.raw.startsWith('[')
}

/** As a reader sees it, without marks. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && Array.isArray(token.tokens) ? plain(token.tokens) : textOf(token)))
    .join('')
}

function textOf(token: Token): string {
  if (token.type === 'html' || token.type === 'image') return ''
  return unescape('text' in token && typeof token.text === 'string' ? token.text : token.raw)
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}

export function lineAt(text: string, offset: number): number {
  return newlines(text.slice(0, offset)) + 1
}

/** A heading with all that follows it down to the next one of its depth or above. */
export interface Section {
  heading: Heading
  /** the Markdown between */
  body: string
  /** line of the next heading, or one after the last */
  end: number
}

export function sectionsOf(page: Page, depth: number): Section[] {
  const lines = page.text.split('\n')
  const bounds = page.headings.filter((heading) => heading.depth <= depth)
  return bounds.flatMap((heading, i): Section[] => {
    if (heading.depth !== depth) return []
    const end = bounds[i + 1]?.line ?? lines.length + 1
    return [{ heading, body: lines.slice(heading.line, end - 1).join('\n'), end }]
  })
}
