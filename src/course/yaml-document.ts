/** Parses YAML into one document whose nodes know their places, and refuses what only an accident or an attack contains. */
import { Composer, isNode, isPair, isScalar, Lexer, LineCounter, Parser, type Document, type CST } from 'yaml'
import { isUtf8 } from 'node:buffer'

/** A file larger than this is not ours, bytes. */
const MAX_BYTES = 1024 * 1024
/** Open collections of the parser; it recurses over them later, and a stack that overflows inside V8 ends the process. */
const MAX_NESTING = 200
const MAX_ALIASES = 100
/** Where no line is to blame. */
const MEND_WHOLE = 'Bring the file back as it was (git checkout), or write it anew.'

export interface Place {
  /** 1-based */
  line: number
  col: number
}

/** Something wrong in a file, and where. */
export interface PlacedFinding extends Place {
  message: string
  remedy?: string | undefined
}

export interface YamlDocument {
  document: Document.Parsed
  value: unknown
  place: (offset: number) => Place
}

/** Either the document, or what keeps it from being one. */
export type Parsed = { ok: true; yaml: YamlDocument } | { ok: false; findings: PlacedFinding[] }

export function parseDocument(bytes: Buffer): Parsed {
  if (bytes.length > MAX_BYTES) return refused('The file is larger than 1 MiB.', { line: 1, col: 1 }, MEND_WHOLE)
  if (!isUtf8(bytes)) return refused('The file is not UTF-8 text.', firstInvalid(bytes), 'Save it as UTF-8.')
  if (bytes.includes(0)) return refused('The file is not text: it holds NUL bytes.', { line: 1, col: 1 }, MEND_WHOLE)
  return parseText(bytes.toString('utf8'))
}

function parseText(text: string): Parsed {
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), col: Math.max(col, 1) }
  }
  const tokens = tokensOf(text, lines)
  if (!Array.isArray(tokens)) return refused('Its lists and maps are nested too deeply.', place(tokens.tooDeepAt))

  const [document, second] = [...new Composer().compose(tokens, true, text.length)] as Document.Parsed[]
  if (document === undefined) return refused('The file is empty.', { line: 1, col: 1 }, MEND_WHOLE)
  const wrong = [...document.errors, ...document.warnings].map((e) => ({
    ...place(e.pos[0]),
    ...explain(e.code, e.message, text, e.pos),
  }))
  if (wrong.length > 0) return { ok: false, findings: wrong }
  if (second !== undefined) {
    return refused(
      'The file holds more than one YAML document.',
      place(second.range[0]),
      'Remove the line --- and what follows it.',
    )
  }
  if (isNothing(document)) return refused('The file is empty.', { line: 1, col: 1 }, MEND_WHOLE)
  try {
    return { ok: true, yaml: { document, value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, place } }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    const bomb = error.message.startsWith('Excessive alias count')
    const message = bomb ? 'Its aliases (*name) repeat each other too often.' : `${error.message}.`
    return refused(message, { line: 1, col: 1 }, 'Write the values out instead of using aliases.')
  }
}

function tokensOf(text: string, lines: LineCounter): CST.Token[] | { tooDeepAt: number } {
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > MAX_NESTING) return { tooDeepAt: parser.offset }
  }
  tokens.push(...parser.end())
  return tokens
}

function isNothing({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === '')
}

function explain(
  code: string,
  message: string,
  text: string,
  [start]: [number, number],
): Pick<PlacedFinding, 'message' | 'remedy'> {
  switch (code) {
    case 'TAB_AS_INDENT':
      return { message: 'A tab cannot indent in YAML.', remedy: 'Indent with spaces.' }
    case 'DUPLICATE_KEY': {
      const key = /^[^:\s]+/.exec(text.slice(start, start + 80))?.[0] ?? ''
      return { message: `The key ${key} occurs twice.`, remedy: 'Keep one of the two.' }
    }
    default:
      return { message: `${message.replace(/\.$/, '')}.` }
  }
}

function refused(message: string, place: Place, remedy?: string): Parsed {
  return { ok: false, findings: [{ message, ...place, remedy }] }
}

/** Where decoding first has to put a replacement character. */
function firstInvalid(bytes: Buffer): Place {
  const before = bytes.toString('utf8').split('\uFFFD', 1)[0] ?? ''
  const newline = before.lastIndexOf('\n')
  return { line: before.split('\n').length, col: before.length - newline }
}

/**
 * The place of the value (or of the key) at `path`; of the deepest node that exists where the path goes on into
 * nothing: for a missing key that is the map that lacks it.
 */
export function placeOf(yaml: YamlDocument, path: readonly (string | number)[], on: 'value' | 'key' = 'value'): Place {
  const { document, place } = yaml
  if (on === 'key') {
    const parent = document.getIn(path.slice(0, -1), true)
    const pair = pairsOf(parent).find(({ key }) => String(isScalar(key) ? key.value : key) === String(path.at(-1)))
    if (pair !== undefined && isNode(pair.key) && pair.key.range) return place(pair.key.range[0])
  }
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return place(node.range[0])
  }
  return document.contents?.range ? place(document.contents.range[0]) : { line: 1, col: 1 }
}

function pairsOf(node: unknown): { key: unknown }[] {
  const items = typeof node === 'object' && node !== null && 'items' in node ? node.items : undefined
  return Array.isArray(items) ? items.filter((item) => isPair(item)) : []
}
