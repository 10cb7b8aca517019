/** The command blocks of a lesson, as its Markdown has them: what is run, what is expected, and the prose before. Pure. */
import { marked, type Token, type Tokens } from 'marked'

/** Info strings: a block that is run, what it must print, and one for reading. */
export const RUN = 'sh run host'
export const READ = 'sh'
export const EXPECT = 'expect'

export interface Block {
  /** line of the opening fence, 1-based */
  line: number
  info: string
  text: string
  /** has a closing fence */
  closed: boolean
  /** number of the step that it is in: a section `## Step N · …`; undefined outside of steps */
  step: number | undefined
  /** line of the heading of its section, of whatever depth; 0 before the first one */
  section: number
  /** text of the paragraph right before it, or before the `sh run host` block that it belongs to; '' when there is none */
  before: string
  /** the block that follows with nothing but blank lines in between */
  next: Block | undefined
}

export interface Section {
  /** line of its heading, 1-based */
  line: number
  /** of the heading, for example 3 */
  depth: number
  title: string
  step: number | undefined
  /** text of all its paragraphs, list items and tables, down to the next heading */
  prose: string
  blocks: Block[]
}

/** Sections in the order of their headings; fenced blocks in lists and quotations count too. */
export function readLesson(markdown: string): Section[] {
  const reader = new Reader()
  reader.take(marked.lexer(markdown.replaceAll('\r\n', '\n')), 1)
  return reader.sections
}

export const stepOf = (title: string): number | undefined => {
  const number = /^Step (\d+)\b/.exec(title)?.[1]
  return number === undefined ? undefined : Number(number)
}

class Reader {
  readonly sections: Section[] = []
  #step: number | undefined
  #paragraph = ''
  #last: Block | undefined

  /** Takes tokens that stand one after the other from `line` on. */
  take(tokens: readonly Token[], line: number): void {
    let at = line
    for (const token of tokens) {
      this.#one(token, at)
      at += newlines(token.raw)
    }
  }

  #one(token: Token, line: number): void {
    // Blank lines may also lie at the beginning of what follows them.
    const first = line + newlines(/^\s*/.exec(token.raw)?.[0] ?? '')
    switch (token.type) {
      case 'space':
        return
      case 'heading':
        return this.#heading(token as Tokens.Heading, first)
      case 'code':
        return this.#code(token as Tokens.Code, first)
      case 'list': {
        let at = line
        for (const item of (token as Tokens.List).items) {
          this.#prose('')
          this.take(item.tokens, at)
          at += newlines(item.raw)
        }
        return
      }
      case 'blockquote':
        return this.take(token.tokens ?? [], line)
      default:
        this.#prose(token.raw.trim())
    }
  }

  #heading({ depth, text }: Tokens.Heading, line: number): void {
    if (depth <= 2) this.#step = stepOf(text)
    this.sections.push({ line, depth, title: text, step: this.#step, prose: '', blocks: [] })
    this.#paragraph = ''
    this.#last = undefined
  }

  #prose(text: string): void {
    this.#paragraph = text
    this.#last = undefined
    const section = this.sections.at(-1)
    if (section !== undefined) section.prose += `${text}\n\n`
  }

  #code({ raw, lang, text }: Tokens.Code, line: number): void {
    const fence = /^\s*(`{3,}|~{3,})/.exec(raw)?.[1]
    if (fence === undefined) return this.#prose('') // indented: for usage lines and tables of text
    if (this.sections.length === 0) this.#heading({ depth: 1, text: '' } as Tokens.Heading, 0)
    const block: Block = {
      line,
      info: (lang ?? '').trim().replace(/\s+/g, ' '),
      text,
      closed: raw.trimEnd().endsWith(`\n${fence}`) || new RegExp(`\\n\\s*${fence}\\s*$`).test(raw),
      step: this.#step,
      section: this.sections.at(-1)?.line ?? 0,
      before: this.#paragraph,
      next: undefined,
    }
    if (this.#last !== undefined) this.#last.next = block
    this.#last = block
    this.sections.at(-1)?.blocks.push(block)
  }
}

const newlines = (text: string): number => text.split('\n').length - 1
