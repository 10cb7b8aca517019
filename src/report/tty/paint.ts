/** Colour and signs, as the terminal can show them. Colour is never the only signal. */

export interface Paint {
  bold: (text: string) => string
  dim: (text: string) => string
  red: (text: string) => string
  green: (text: string) => string
  yellow: (text: string) => string
  cyan: (text: string) => string
  readonly signs: Signs
}

/** Each is one column wide, except that ASCII has no arrow of one column. */
export interface Signs {
  passed: string
  failed: string
  skipped: string
  error: string
  timeout: string
  dot: string
  times: string
  arrow: string
  here: string
  ellipsis: string
}

const UNICODE: Signs = {
  passed: '✓',
  failed: '✗',
  skipped: '-',
  error: '!',
  timeout: '✗',
  dot: '·',
  times: '×',
  arrow: '→',
  here: '▸',
  ellipsis: '…',
}

const ASCII: Signs = {
  passed: '+',
  failed: 'x',
  skipped: '-',
  error: '!',
  timeout: 'x',
  dot: '-',
  times: 'x',
  arrow: '->',
  here: '>',
  ellipsis: '...',
}

/** Of the course's and our own texts; signs have their own. */
const PLAIN: Record<string, string> = { '…': '...', '’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-' }

/** A text as a locale without UTF-8 shows it: what has no counterpart becomes `?`. */
export function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => {
    const sign = (Object.keys(UNICODE) as (keyof Signs)[]).find((name) => UNICODE[name] === character)
    return PLAIN[character] ?? (sign === undefined ? '?' : ASCII[sign])
  })
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Whether colour is wanted: FORCE_COLOR, then NO_COLOR (any text that is not empty), then what the stream is. */
export function wantsColour(isTerminal: boolean, env: Environment): boolean {
  const force = env['FORCE_COLOR']
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  return isTerminal && env['TERM'] !== 'dumb'
}

/** Whether the locale's characters are UTF-8: LC_ALL goes before LC_CTYPE before LANG; macOS sets none in some terminals. */
export function isUtf8(env: Environment, platform: NodeJS.Platform = process.platform): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '')
  if (locale === undefined) return platform === 'darwin'
  return /utf-?8/i.test(locale)
}

export function createPaint(options: { colour: boolean; utf8: boolean }): Paint {
  const style = (open: number, close: number) => (text: string) =>
    options.colour && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
    signs: options.utf8 ? UNICODE : ASCII,
  }
}

export function paintFor(stream: { isTTY?: boolean }, env: Environment): Paint {
  return createPaint({ colour: wantsColour(stream.isTTY === true, env), utf8: isUtf8(env) })
}
