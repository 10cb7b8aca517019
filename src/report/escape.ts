/**
 * The one function through which everything that a component wrote goes before it reaches a terminal: an escape
 * sequence could move the cursor, rename the window, or paste commands; a bidirectional control could show a line in
 * another order than it has.
 */

// C0 without tab and newline, DEL, C1, and Unicode's bidirectional, zero-width and line-separating controls
const UNSAFE =
  // eslint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu
// A surrogate without its other half is not a character.
const LONE_SURROGATE = /\p{Surrogate}/gu

/** `\x1b` for a control below U+0100, `\u202e` above; a newline and a tab stay. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, visible).replace(LONE_SURROGATE, visible)
}

/** The same for one line: a newline is shown as `\n`. */
export function escapeLine(text: string): string {
  return escapeText(text).replaceAll('\n', '\\n')
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x0d) return '\\r'
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
